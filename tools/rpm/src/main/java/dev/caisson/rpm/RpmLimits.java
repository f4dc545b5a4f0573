package dev.caisson.rpm;

/**
 * How much a package may ask for before reading it throws {@link dev.caisson.bytes.LimitExceededException}.
 *
 * @param signatureBytes size in bytes of the signature header's index and data
 * @param headerBytes size in bytes of the header's index and data
 * @param entries number of entries of a header's index
 * @param arrayValues number of values of one entry that is not binary: a bound on the number of files and dependencies
 * @param pathBytes size in bytes of all paths together, which one long directory name may be part of many times
 * @param payloadBytes size in bytes of the uncompressed payload
 * @param expansion how many bytes one compressed byte may give, once
 *     {@link dev.caisson.compression.CodecLimits#RATIO_FREE_BYTES} have come out
 */
public record RpmLimits(
        int signatureBytes,
        int headerBytes,
        int entries,
        int arrayValues,
        long pathBytes,
        long payloadBytes,
        long expansion) {
    /**
     * What rpm itself allows (64 MiB of signatures, 256 MiB of header, 65,535 entries, 1,048,575 values), 256 MiB of paths, 64 GiB
     * of payload at 1:50,000, which only long runs of zeros under zstd come near.
     */
    public static final RpmLimits DEFAULT =
            new RpmLimits(64 << 20, (256 << 20) - 1, 0xffff, 0xfffff, 256L << 20, 64L << 30, 50_000);

    /** Checks that all limits are positive. */
    public RpmLimits {
        if (signatureBytes <= 0
                || headerBytes <= 0
                || entries <= 0
                || arrayValues <= 0
                || pathBytes <= 0
                || payloadBytes <= 0
                || expansion <= 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
