package dev.caisson.diskimage;

import dev.caisson.compression.DeflateEncoder;
import dev.caisson.compression.ZstdBlockEncoder;

/** Compresses one cluster at a time; for one thread at a time. */
interface ClusterEncoder {
    /** Returned for a cluster that is not worth compressing. */
    int STORED = -1;

    /**
     * Compresses a cluster.
     *
     * @return length of the result, or {@link #STORED} when it would be longer than {@code capacity}
     */
    int encode(byte[] src, int srcOffset, int length, byte[] dst, int dstOffset, int capacity);

    /** How clusters are compressed. */
    enum Kind {
        /** Not at all. */
        NONE,
        /** RFC 1951 with a window of 4 KiB, as qcow2 wants. */
        DEFLATE_4K,
        /** RFC 1950. */
        ZLIB,
        /** RFC 8878. */
        ZSTD
    }

    /**
     * A new encoder.
     *
     * @param level the codec's level
     */
    static ClusterEncoder of(Kind kind, int level) {
        return switch (kind) {
            case NONE -> (src, srcOffset, length, dst, dstOffset, capacity) -> STORED;
            case DEFLATE_4K -> unlessNoise(new DeflateEncoder(level, 12)::deflate);
            case ZLIB -> unlessNoise(new DeflateEncoder(level)::zlib);
            case ZSTD -> unlessNoise(new ZstdBlockEncoder(level)::compress);
        };
    }

    private static ClusterEncoder unlessNoise(ClusterEncoder encoder) {
        NoiseDetector noise = new NoiseDetector();
        return (src, srcOffset, length, dst, dstOffset, capacity) -> noise.isNoise(src, srcOffset, length)
                ? STORED
                : encoder.encode(src, srcOffset, length, dst, dstOffset, capacity);
    }
}
