package dev.caisson.bytes;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A bounded cursor over one structure in memory. Every read past the end is a {@link CorruptDataException} that names the
 * structure and the position, so readers need no length checks of their own for fixed fields. For one thread.
 */
public final class BinaryReader {
    private final byte[] bytes;
    private final int start;
    private final int end;
    private final String structure;
    private final long baseOffset;
    private final ByteOrder order;
    private int at;

    /**
     * @param structure name for messages
     * @param bytes holds the structure
     * @param offset first byte of the structure in {@code bytes}
     * @param length bytes that belong to it
     * @param baseOffset position of the structure's first byte in its file, for messages
     */
    public BinaryReader(String structure, byte[] bytes, int offset, int length, long baseOffset, ByteOrder order) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.structure = structure;
        this.bytes = bytes;
        this.start = offset;
        this.end = offset + length;
        this.at = offset;
        this.baseOffset = baseOffset;
        this.order = order;
    }

    /** A whole array in little-endian order. */
    public static BinaryReader littleEndian(String structure, byte[] bytes) {
        return new BinaryReader(structure, bytes, 0, bytes.length, 0, ByteOrder.LITTLE_ENDIAN);
    }

    /** A whole array in big-endian order. */
    public static BinaryReader bigEndian(String structure, byte[] bytes) {
        return new BinaryReader(structure, bytes, 0, bytes.length, 0, ByteOrder.BIG_ENDIAN);
    }

    /** Bytes read so far. */
    public int position() {
        return at - start;
    }

    /** Bytes left. */
    public int remaining() {
        return end - at;
    }

    /** File offset of the next byte, for messages. */
    public long offset() {
        return baseOffset + position();
    }

    /** Moves to a position within the structure. */
    public BinaryReader seek(long position) throws CorruptDataException {
        if (position < 0 || position > end - start) {
            throw new CorruptDataException(
                    structure, offset(), "points to byte " + position, "a position within " + (end - start) + " bytes");
        }
        at = start + (int) position;
        return this;
    }

    /** Passes over {@code count} bytes. */
    public BinaryReader skip(long count) throws CorruptDataException {
        need(count);
        at += (int) count;
        return this;
    }

    /** An unsigned byte. */
    public int u8() throws CorruptDataException {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** An unsigned 16-bit number. */
    public int u16() throws CorruptDataException {
        need(2);
        int a = bytes[at] & 0xff;
        int b = bytes[at + 1] & 0xff;
        at += 2;
        return order == ByteOrder.LITTLE_ENDIAN ? b << 8 | a : a << 8 | b;
    }

    /** An unsigned 32-bit number. */
    public long u32() throws CorruptDataException {
        return i32() & 0xffffffffL;
    }

    /** The 32 bits as they are. */
    public int i32() throws CorruptDataException {
        int first = u16();
        int second = u16();
        return order == ByteOrder.LITTLE_ENDIAN ? second << 16 | first : first << 16 | second;
    }

    /** The 64 bits as they are; use {@link #u63()} for sizes and offsets. */
    public long i64() throws CorruptDataException {
        long first = u32();
        long second = u32();
        return order == ByteOrder.LITTLE_ENDIAN ? second << 32 | first : first << 32 | second;
    }

    /** An unsigned 64-bit number that must be below 2^63, as every size and offset in a real file is. */
    public long u63() throws CorruptDataException {
        long from = offset();
        long value = i64();
        if (value < 0) {
            throw new CorruptDataException(structure, from, "is " + Long.toUnsignedString(value), "a value below 2^63");
        }
        return value;
    }

    /** The next {@code count} bytes. */
    public byte[] bytes(long count) throws CorruptDataException {
        need(count);
        byte[] result = Arrays.copyOfRange(bytes, at, at + (int) count);
        at += (int) count;
        return result;
    }

    /** {@code count} bytes of ISO-8859-1 text, cut at the first NUL. */
    public String text(int count) throws CorruptDataException {
        byte[] raw = bytes(count);
        int length = 0;
        while (length < raw.length && raw[length] != 0) {
            length++;
        }
        return new String(raw, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** A GUID in stored order. */
    public Guid guid() throws CorruptDataException {
        need(Guid.SIZE);
        Guid guid = Guid.ofStored(bytes, at);
        at += Guid.SIZE;
        return guid;
    }

    private void need(long count) throws CorruptDataException {
        if (count < 0 || count > end - at) {
            throw new CorruptDataException(
                    structure, offset(), "ends after " + remaining() + " bytes", count + " more bytes");
        }
    }
}
