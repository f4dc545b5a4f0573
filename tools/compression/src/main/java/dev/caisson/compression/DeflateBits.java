package dev.caisson.compression;

import java.util.Arrays;

/** Bits into bytes, from the lowest on (RFC 1951, 3.1.1), in an array that grows. */
final class DeflateBits {
    private byte[] bytes;
    private int size;
    private long pending;
    private int pendingBits;

    DeflateBits(int expected) {
        bytes = new byte[Math.max(expected, 64)];
    }

    /** Appends the lowest {@code count} bits, at most 32. */
    void bits(long value, int count) {
        pending |= value << pendingBits;
        pendingBits += count;
        if (pendingBits >= 32) {
            room(4);
            for (int i = 0; i < 4; i++) {
                bytes[size++] = (byte) pending;
                pending >>>= 8;
            }
            pendingBits -= 32;
        }
    }

    /** Fills the last byte with zeros. */
    void alignToByte() {
        room(8);
        while (pendingBits > 0) {
            bytes[size++] = (byte) pending;
            pending >>>= 8;
            pendingBits -= 8;
        }
        pendingBits = 0;
        pending = 0;
    }

    /** Appends whole bytes; the last byte must be full. */
    void raw(byte[] src, int offset, int length) {
        room(length);
        System.arraycopy(src, offset, bytes, size, length);
        size += length;
    }

    private void room(int count) {
        if (bytes.length - size < count) {
            int wanted = Math.addExact(size, count);
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(wanted, bytes.length * 2L)));
        }
    }

    byte[] toByteArray() {
        alignToByte();
        return Arrays.copyOf(bytes, size);
    }
}
