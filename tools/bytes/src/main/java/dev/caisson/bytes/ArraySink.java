package dev.caisson.bytes;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A growing array as a sink, for structures that fit in memory. Not for use by more than one thread. */
public final class ArraySink implements ByteSink {
    private byte[] bytes;
    private int size;

    /** An empty sink with room for 256 bytes. */
    public ArraySink() {
        this(256);
    }

    /** An empty sink with room for {@code capacity} bytes before it grows. */
    public ArraySink(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    @Override
    public long position() {
        return size;
    }

    @Override
    public void write(ByteBuffer src) {
        int count = src.remaining();
        reserve(count);
        src.get(bytes, size, count);
        size += count;
    }

    @Override
    public void write(byte[] src) {
        write(src, 0, src.length);
    }

    /** Appends a part of an array. */
    public void write(byte[] src, int offset, int length) {
        reserve(length);
        System.arraycopy(src, offset, bytes, size, length);
        size += length;
    }

    @Override
    public void zeros(long count) {
        reserve(Math.toIntExact(count));
        Arrays.fill(bytes, size, size + (int) count, (byte) 0);
        size += (int) count;
    }

    @Override
    public void alignTo(long alignment) {
        long rest = size % alignment;
        if (rest != 0) {
            zeros(alignment - rest);
        }
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, bytes.length * 2L)));
        }
    }
}
