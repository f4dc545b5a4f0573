package dev.caisson.erofs;

import java.util.Locale;

/**
 * The parameters that decide how one file's contents are encoded, independently of any image.
 *
 * @param blockSizeBits log2 of the block size in bytes: 9 to 16; kernels with 4 KiB pages mount 9 to 12
 * @param compression algorithm
 * @param level effort, within the algorithm's range
 * @param maxPclusterBytes most bytes of a physical cluster: a multiple of the block size, at most 1 MiB and 2047 blocks; one
 *     block when nothing is compressed
 */
public record ErofsFormat(int blockSizeBits, ErofsCompression compression, int level, int maxPclusterBytes) {
    /** {@code Z_EROFS_PCLUSTER_MAX_SIZE}. */
    public static final int PCLUSTER_MAX_BYTES = 1 << 20;

    /** Counts up whenever the same input and parameters begin to give other bytes. */
    private static final int ENCODER_VERSION = 3;

    /** Checks the ranges. */
    public ErofsFormat {
        if (blockSizeBits < 9 || blockSizeBits > 16) {
            throw new IllegalArgumentException("block size of 2^" + blockSizeBits + " bytes, expected 2^9 to 2^16");
        }
        if (level < compression.minLevel() || level > compression.maxLevel()) {
            throw new IllegalArgumentException(compression + " level " + level + ", expected " + compression.minLevel()
                    + " to " + compression.maxLevel());
        }
        int blocks = maxPclusterBytes >> blockSizeBits;
        boolean whole = blocks >= 1 && blocks << blockSizeBits == maxPclusterBytes;
        if (!whole || maxPclusterBytes > PCLUSTER_MAX_BYTES || blocks >= Lclusters.CBLKCNT) {
            throw new IllegalArgumentException("physical clusters of " + maxPclusterBytes
                    + " bytes, expected 1 to 2047 whole blocks and at most 1 MiB");
        }
        if (compression == ErofsCompression.NONE && blocks != 1) {
            throw new IllegalArgumentException("without compression a physical cluster is one block");
        }
    }

    /** Uncompressed, in blocks of 4 KiB. */
    public static ErofsFormat uncompressed() {
        return new ErofsFormat(12, ErofsCompression.NONE, 0, 1 << 12);
    }

    /** Block size in bytes. */
    public int blockSize() {
        return 1 << blockSizeBits;
    }

    /** Most blocks of a physical cluster. */
    public int maxPclusterBlocks() {
        return maxPclusterBytes >> blockSizeBits;
    }

    /** Whether physical clusters may have more than one block, which changes the cluster index. */
    boolean bigPclusters() {
        return maxPclusterBlocks() > 1;
    }

    /** Stable text for cache keys: equal texts stand for equal encoded bytes of equal files. */
    public String id() {
        return String.format(
                Locale.ROOT,
                "erofs%d-b%d-%s%d-c%d",
                ENCODER_VERSION,
                blockSizeBits,
                compression.name().toLowerCase(Locale.ROOT),
                level,
                maxPclusterBytes);
    }
}
