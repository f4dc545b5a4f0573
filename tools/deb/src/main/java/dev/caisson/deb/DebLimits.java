package dev.caisson.deb;

/**
 * How much a package may ask for before reading it throws {@link dev.caisson.bytes.LimitExceededException}.
 *
 * @param controlBytes size in bytes of the decompressed control archive
 * @param dataBytes size in bytes of the decompressed data archive
 * @param entries number of members of each archive
 * @param expansion how many bytes one compressed byte may give, once
 *     {@link dev.caisson.compression.CodecLimits#RATIO_FREE_BYTES} have come out
 * @param absolutePaths whether a member may be called {@code /x} instead of {@code ./x}, which dpkg takes to be the same
 */
public record DebLimits(long controlBytes, long dataBytes, long entries, int expansion, boolean absolutePaths) {
    /**
     * 64 MiB of control files, 32 GiB of data, a million members, 1:500; absolute paths are refused. The largest packages of
     * Debian 12 are about a tenth of that and 1:30.
     */
    public static final DebLimits DEFAULT = new DebLimits(64L << 20, 32L << 30, 1_000_000, 500, false);

    /** Checks that all limits are positive. */
    public DebLimits {
        if (controlBytes <= 0 || dataBytes <= 0 || entries <= 0 || expansion <= 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** These limits, with {@code /x} accepted for {@code ./x}. */
    public DebLimits withAbsolutePaths() {
        return new DebLimits(controlBytes, dataBytes, entries, expansion, true);
    }
}
