package dev.caisson.compression;

/**
 * What decoding may take. Compressed input from outside is hostile until its digest is known, and often after that.
 *
 * @param maxOutputBytes most bytes that may come out, at least 0
 * @param maxMemoryBytes most memory that a decoder may take for its window and tables, in bytes; what gzip and bzip2 need is
 *     fixed and small
 * @param maxRatio most output bytes per input byte, looked at once {@link #RATIO_FREE_BYTES} have come out
 */
public record CodecLimits(long maxOutputBytes, long maxMemoryBytes, long maxRatio) {
    /** So much output is always allowed, whatever the ratio: short inputs of zeros are no bombs. */
    public static final long RATIO_FREE_BYTES = 64L << 20;

    private static final long DEFAULT_MEMORY = 192L << 20;
    private static final long DEFAULT_RATIO = 1_000_000;

    public CodecLimits {
        if (maxOutputBytes < 0 || maxMemoryBytes < 1 || maxRatio < 1) {
            throw new IllegalArgumentException("limits out of range: " + maxOutputBytes + " bytes of output, "
                    + maxMemoryBytes + " bytes of memory, ratio " + maxRatio);
        }
    }

    /** So many bytes of output, 192 MiB of memory (windows of 128 MiB, xz -9), and a ratio that only bombs reach. */
    public static CodecLimits ofOutput(long maxOutputBytes) {
        return new CodecLimits(maxOutputBytes, DEFAULT_MEMORY, DEFAULT_RATIO);
    }
}
