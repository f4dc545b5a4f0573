package dev.caisson.bytes;

import java.nio.ByteOrder;
import java.util.Arrays;

/** Builds one structure in memory, field by field. Values that do not fit their field are our bug and throw. For one thread. */
public final class BinaryWriter {
    private final ByteOrder order;
    private byte[] bytes;
    private int size;

    private BinaryWriter(ByteOrder order, int capacity) {
        this.order = order;
        this.bytes = new byte[Math.max(16, capacity)];
    }

    /** An empty little-endian structure. */
    public static BinaryWriter littleEndian(int capacity) {
        return new BinaryWriter(ByteOrder.LITTLE_ENDIAN, capacity);
    }

    /** An empty big-endian structure. */
    public static BinaryWriter bigEndian(int capacity) {
        return new BinaryWriter(ByteOrder.BIG_ENDIAN, capacity);
    }

    /** Bytes written so far. */
    public int position() {
        return size;
    }

    /** Writes an unsigned byte (0–255). */
    public BinaryWriter u8(int value) {
        check(value, 0xff);
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** Writes an unsigned 16-bit number. */
    public BinaryWriter u16(int value) {
        check(value, 0xffff);
        return number(value, 2);
    }

    /** Writes an unsigned 32-bit number. */
    public BinaryWriter u32(long value) {
        check(value, 0xffffffffL);
        return number(value, 4);
    }

    /** Writes 64 bits as they are. */
    public BinaryWriter u64(long value) {
        return number(value, 8);
    }

    /** Writes bytes as they are. */
    public BinaryWriter bytes(byte[] src) {
        return bytes(src, 0, src.length);
    }

    /** Writes a part of an array. */
    public BinaryWriter bytes(byte[] src, int offset, int length) {
        reserve(length);
        System.arraycopy(src, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** Writes a GUID in stored order. */
    public BinaryWriter guid(Guid guid) {
        return bytes(guid.stored());
    }

    /** Writes {@code count} zero bytes. */
    public BinaryWriter zeros(int count) {
        reserve(count);
        size += count;
        return this;
    }

    /** Writes zeros up to the next multiple of {@code alignment}. */
    public BinaryWriter alignTo(int alignment) {
        return zeros((alignment - size % alignment) % alignment);
    }

    /** Writes zeros up to {@code position}, which must not have been passed. */
    public BinaryWriter zerosUpTo(int position) {
        return zeros(position - size);
    }

    /** Overwrites a 32-bit field written before, as checksums need. */
    public BinaryWriter patchU32(int position, long value) {
        check(value, 0xffffffffL);
        put(position, value, 4);
        return this;
    }

    /** A copy of the structure. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private BinaryWriter number(long value, int width) {
        reserve(width);
        put(size, value, width);
        size += width;
        return this;
    }

    private void put(int position, long value, int width) {
        for (int i = 0; i < width; i++) {
            int shift = 8 * (order == ByteOrder.LITTLE_ENDIAN ? i : width - 1 - i);
            bytes[position + i] = (byte) (value >>> shift);
        }
    }

    private void reserve(int more) {
        if (more < 0) {
            throw new IllegalArgumentException("negative length " + more);
        }
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, bytes.length * 2L)));
        }
    }

    private static void check(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " does not fit a field of at most " + max);
        }
    }
}
