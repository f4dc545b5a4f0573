package dev.caisson.compression;

import com.github.luben.zstd.ZstdCompressCtx;

/** Whole buffers as one zstd frame (RFC 8878), by one thread, so that the bytes do not depend on the number of cores. */
public final class Zstd {
    private Zstd() {}

    /**
     * Compresses a buffer into one frame with its content size and without a checksum.
     *
     * @param level 1 to 22
     */
    public static byte[] compress(byte[] data, int level) {
        if (level < 1 || level > 22) {
            throw new IllegalArgumentException("zstd level " + level);
        }
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level);
            context.setContentSize(true);
            context.setChecksum(false);
            return context.compress(data);
        }
    }
}
