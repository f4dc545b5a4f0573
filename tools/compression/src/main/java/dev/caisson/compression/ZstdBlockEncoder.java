package dev.caisson.compression;

import com.github.luben.zstd.Zstd;
import java.util.Objects;

/**
 * Zstd frames (RFC 8878) of whole blocks, with content size and without checksum, into space of the caller. Keeps its native
 * tables between calls; for one thread at a time. One thread and no job splitting, so that the bytes depend on the library's
 * version alone.
 */
public final class ZstdBlockEncoder {
    private final com.github.luben.zstd.ZstdCompressCtx context;
    private byte[] scratch = new byte[0];

    /**
     * An encoder.
     *
     * @param level the library's level, 1 to 22
     */
    public ZstdBlockEncoder(int level) {
        ZstdBuffers.requireLevel(level);
        context = ZstdBuffers.newContext(level);
    }

    /**
     * Compresses a block into one frame.
     *
     * @return length of the frame, or -1 when it is longer than {@code dstCapacity}
     */
    public int compress(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int dstCapacity) {
        Objects.checkFromIndexSize(dstOffset, dstCapacity, dst.length);
        int bound = Math.toIntExact(Zstd.compressBound(srcLength));
        if (scratch.length < bound) {
            scratch = new byte[bound];
        }
        int length = context.compressByteArray(scratch, 0, bound, src, srcOffset, srcLength);
        if (length > dstCapacity) {
            return -1;
        }
        System.arraycopy(scratch, 0, dst, dstOffset, length);
        return length;
    }
}
