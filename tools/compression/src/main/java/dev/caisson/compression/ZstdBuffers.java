package dev.caisson.compression;

import com.github.luben.zstd.ZstdCompressCtx;

/**
 * Zstd frames (RFC 8878) of whole buffers. One thread and no job splitting, so that the bytes depend on the library's version
 * alone, never on the machine.
 */
public final class ZstdBuffers {
    private static final int LARGEST_LEVEL = 22;

    private ZstdBuffers() {}

    /**
     * Compresses a buffer into one frame with content size and checksum.
     *
     * @param data what to compress
     * @param level the library's level, 1 to 22
     */
    public static byte[] compress(byte[] data, int level) {
        requireLevel(level);
        try (ZstdCompressCtx context = newContext(level).setChecksum(true)) {
            return context.compress(data);
        }
    }

    static void requireLevel(int level) {
        if (level < 1 || level > LARGEST_LEVEL) {
            throw new IllegalArgumentException("zstd level " + level + ", expected 1 to 22");
        }
    }

    static ZstdCompressCtx newContext(int level) {
        return new ZstdCompressCtx()
                .setLevel(level)
                .setWorkers(0)
                .setChecksum(false)
                .setDictID(false)
                .setContentSize(true);
    }
}
