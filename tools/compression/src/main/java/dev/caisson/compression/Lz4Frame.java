package dev.caisson.compression;

import dev.caisson.bytes.BinaryWriter;
import java.util.Arrays;

/**
 * The pieces of an LZ4 frame (lz4_Frame_format.md 1.6.4) of independent blocks of 4 MiB with block checksums: header, blocks,
 * end. Blocks depend on nothing but their bytes, so they may be made by many threads; checksums of blocks take the place of the
 * one over everything for the same reason.
 */
public final class Lz4Frame {
    /** Most input bytes of a block. */
    public static final int BLOCK_BYTES = 4 << 20;

    static final int MAGIC = 0x184D2204;
    static final int VERSION_1 = 0x40;
    static final int INDEPENDENT = 0x20;
    static final int BLOCK_CHECKSUM = 0x10;
    static final int CONTENT_SIZE = 0x08;
    private static final int SIZE_4_MIB = 0x70;
    private static final int STORED = 1 << 31;

    private Lz4Frame() {}

    /** The frame's header, for so many bytes. */
    public static byte[] header(long contentBytes) {
        BinaryWriter out = BinaryWriter.littleEndian(19)
                .u32(MAGIC)
                .u8(VERSION_1 | INDEPENDENT | BLOCK_CHECKSUM | CONTENT_SIZE)
                .u8(SIZE_4_MIB)
                .u64(contentBytes);
        byte[] bytes = out.toByteArray();
        return out.u8(XxHash32.of(bytes, 4, bytes.length - 4) >>> 8 & 0xff).toByteArray();
    }

    /** One block with its length and checksum. */
    public static byte[] block(Lz4Encoder encoder, byte[] src, int offset, int length) {
        byte[] data = new byte[length];
        int size = encoder.compressAll(src, offset, length, data, 0, Math.max(0, length - 1));
        boolean stored = size < 0;
        byte[] bytes = stored ? Arrays.copyOfRange(src, offset, offset + length) : Arrays.copyOf(data, size);
        return BinaryWriter.littleEndian(bytes.length + 8)
                .u32(Integer.toUnsignedLong(bytes.length | (stored ? STORED : 0)))
                .bytes(bytes)
                .u32(Integer.toUnsignedLong(XxHash32.of(bytes, 0, bytes.length)))
                .toByteArray();
    }

    /** The end mark. */
    public static byte[] end() {
        return new byte[4];
    }
}
