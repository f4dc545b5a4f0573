package dev.caisson.compression;

import dev.caisson.bytes.BinaryWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/**
 * One .xz stream (file format 1.2.1) out of blocks that may have been made by many threads: {@link #block}s, {@link #add}ed in
 * their order, between {@link #header} and {@link #end}. The bytes depend on the library's version alone.
 */
public final class XzStream {
    private static final int HEADER = 12;
    private static final int FOOTER = 12;
    private static final int CHECK_TYPE = XZ.CHECK_CRC64;

    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private long blocks;

    /**
     * A block.
     *
     * @param bytes the block, a multiple of four bytes
     * @param record its record in the index
     */
    public record Block(byte[] bytes, byte[] record) {}

    /** Compresses a piece of the input, at least one byte; preset 0 to 9. */
    public static Block block(byte[] src, int offset, int length, int preset) {
        byte[] stream = stream(src, offset, length, preset);
        // Footer: CRC32, index size in words less one, flags, magic.
        int words = Lz4Format.read4(stream, stream.length - 8);
        int indexBytes = (words + 1) * 4;
        int end = stream.length - FOOTER - indexBytes;
        byte[] index = Arrays.copyOfRange(stream, end, end + indexBytes - 4);
        // Index indicator, number of records (1), then the record: two numbers of seven bits per byte; then padding.
        int at = 2;
        for (int numbers = 0; numbers < 2; at++) {
            numbers += index[at] >= 0 ? 1 : 0;
        }
        return new Block(Arrays.copyOfRange(stream, HEADER, end), Arrays.copyOfRange(index, 2, at));
    }

    private static byte[] stream(byte[] src, int offset, int length, int preset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length / 2 + 1024);
        try {
            LZMA2Options options = new LZMA2Options(preset);
            options.setDictSize(
                    Math.max(LZMA2Options.DICT_SIZE_MIN, Math.min(options.getDictSize(), Math.max(length, 1))));
            try (XZOutputStream xz = new XZOutputStream(out, options, CHECK_TYPE)) {
                xz.write(src, offset, length);
            }
        } catch (UnsupportedOptionsException e) {
            throw new IllegalArgumentException("xz preset " + preset, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The stream's header. */
    public byte[] header() {
        byte[] flags = {0, CHECK_TYPE};
        return BinaryWriter.littleEndian(HEADER)
                .bytes(new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0})
                .bytes(flags)
                .u32(crc(flags))
                .toByteArray();
    }

    /** Counts the next block; returns its bytes. */
    public byte[] add(Block block) {
        records.writeBytes(block.record);
        blocks++;
        return block.bytes;
    }

    /** Index and footer. */
    public byte[] end() {
        BinaryWriter index = BinaryWriter.littleEndian(records.size() + 32).u8(0);
        long count = blocks;
        while (count >= 0x80) {
            index.u8((int) (count & 0x7f | 0x80));
            count >>>= 7;
        }
        byte[] padded =
                index.u8((int) count).bytes(records.toByteArray()).alignTo(4).toByteArray();
        byte[] flags = BinaryWriter.littleEndian(6)
                .u32(padded.length / 4)
                .bytes(new byte[] {0, CHECK_TYPE})
                .toByteArray();
        return BinaryWriter.littleEndian(padded.length + 16)
                .bytes(padded)
                .u32(crc(padded))
                .u32(crc(flags))
                .bytes(flags)
                .bytes(new byte[] {'Y', 'Z'})
                .toByteArray();
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}
