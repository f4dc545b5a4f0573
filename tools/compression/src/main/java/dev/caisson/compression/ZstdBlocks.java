package dev.caisson.compression;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/**
 * One zstd frame (RFC 8878, section 3.1.1) that grows by whole blocks, so that its size is known after each addition and it may
 * end after any of them.
 *
 * <pre>
 *  0  4  Magic_Number 0xFD2FB528
 *  4  1  Frame_Header_Descriptor 0x80: content size of 4 bytes, window descriptor, no checksum, no dictionary
 *  5  1  Window_Descriptor: log2(window) - 10, shifted by 3
 *  6  4  Frame_Content_Size
 * 10     blocks, each behind a header of 3 bytes: Last_Block, Block_Type &lt;&lt; 1, Block_Size &lt;&lt; 3
 * </pre>
 *
 * The blocks are the library's, flushed after each addition; the header is ours, as the library writes it before it can know the
 * content size. For one thread.
 */
final class ZstdBlocks {
    /** Bytes before the first block. */
    static final int HEADER_SIZE = 10;
    /** Bytes of the header of a block. */
    static final int BLOCK_HEADER_SIZE = 3;
    /** Most input bytes of one block: Block_Maximum_Size. */
    static final int MAX_BLOCK_BYTES = 1 << 17;

    private static final int LIBRARY_HEADER_SIZE = 6;

    private final ZstdCompressCtx context;
    private final int windowBits;
    private final ByteBuffer input = ByteBuffer.allocateDirect(MAX_BLOCK_BYTES);
    private final ByteBuffer output =
            ByteBuffer.allocateDirect(MAX_BLOCK_BYTES + overhead(MAX_BLOCK_BYTES) + LIBRARY_HEADER_SIZE);
    private boolean open;

    /** Uses a context that has this window; whole frames may be made with it between two frames here. */
    ZstdBlocks(ZstdCompressCtx context, int windowBits) {
        this.context = context;
        this.windowBits = windowBits;
    }

    /** Most bytes that so many bytes of input grow by. */
    static int overhead(int length) {
        return Math.toIntExact(Zstd.compressBound(length)) - length;
    }

    /** Forgets the frame so far, if any. What follows does not depend on it. */
    void start() {
        if (open) {
            run(0, EndDirective.END);
        }
        open = false;
    }

    /**
     * Compresses the next bytes of the frame into one or more blocks, none of them the last.
     *
     * @param length 1 to {@link #MAX_BLOCK_BYTES}
     * @return their size; {@link #copyTo} has them until the next call
     */
    int add(byte[] src, int offset, int length) {
        input.clear().put(src, offset, length);
        run(length, EndDirective.FLUSH);
        if (!open) {
            output.position(LIBRARY_HEADER_SIZE);
            open = true;
        }
        return output.remaining();
    }

    private void run(int length, EndDirective directive) {
        input.position(0).limit(length);
        output.clear();
        try {
            boolean done = context.compressDirectByteBufferStream(output, input, directive);
            if (!done || input.hasRemaining()) {
                throw new IllegalStateException("zstd keeps back a part of " + length + " bytes");
            }
        } catch (ZstdException e) {
            throw new IllegalStateException("zstd refuses to compress " + length + " bytes", e);
        }
        output.flip();
    }

    /** Copies the blocks of the last {@link #add}. */
    void copyTo(byte[] dst, int offset) {
        output.get(output.position(), dst, offset, output.remaining());
    }

    /** Writes the header of a frame. */
    void putHeader(byte[] dst, int offset, int contentBytes) {
        put(dst, offset, 0xFD2FB528, 4);
        dst[offset + 4] = (byte) 0x80;
        dst[offset + 5] = (byte) (windowBits - 10 << 3);
        put(dst, offset + 6, contentBytes, 4);
    }

    /** Writes the header of a last block of type Raw_Block. */
    static void putLastRawBlockHeader(byte[] dst, int offset, int length) {
        put(dst, offset, length << 3 | 1, BLOCK_HEADER_SIZE);
    }

    private static void put(byte[] dst, int offset, int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            dst[offset + i] = (byte) (value >>> 8 * i);
        }
    }
}
