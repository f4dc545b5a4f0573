package dev.caisson.compression;

import java.util.Arrays;

/**
 * Bits into bytes, from the lowest on (RFC 1951, 3.1.1), in an array that grows. Eight bytes are stored at a time, of which
 * the whole ones count: no branch per symbol.
 */
final class DeflateBits {
    private static final int SLACK = 16;

    private byte[] bytes;
    private int size;
    private long pending;
    private int pendingBits;

    DeflateBits(int expected) {
        bytes = new byte[Math.max(expected, 64) + SLACK];
    }

    /** Forgets everything but the room. */
    void clear() {
        size = 0;
        pending = 0;
        pendingBits = 0;
    }

    /** Appends the lowest {@code count} bits of a value that has no others, at most 48. */
    void bits(long value, int count) {
        if (bytes.length - size < SLACK) {
            room(SLACK);
        }
        pending |= value << pendingBits;
        pendingBits += count;
        Lz4Format.write8(bytes, size, pending);
        size += pendingBits >>> 3;
        pending >>>= pendingBits & ~7;
        pendingBits &= 7;
    }

    /** Appends symbols that the block has gathered, and the end of the block; see {@link DeflateBlock}. */
    void symbols(int[] symbols, int from, int to, DeflateBlock.Tables tables) {
        room((to - from + 1) * 6 + SLACK);
        byte[] out = bytes;
        int at = size;
        long acc = pending;
        int held = pendingBits;
        int[] literals = tables.literals;
        int[] lengths = tables.lengths;
        long[] distances = tables.distances;
        for (int i = from; i < to; i++) {
            int symbol = symbols[i];
            int distance = symbol >>> 9;
            int code;
            if (distance == 0) {
                code = literals[symbol];
                acc |= (long) (code >>> 5) << held;
                held += code & 31;
            } else {
                code = lengths[symbol & 511];
                acc |= (long) (code >>> 5) << held;
                held += code & 31;
                Lz4Format.write8(out, at, acc);
                at += held >>> 3;
                acc >>>= held & ~7;
                held &= 7;
                int distanceCode = DeflateBlock.distanceCode(distance);
                long entry = distances[distanceCode];
                long extra = (long) distance - 1 - (entry >>> 32);
                acc |= ((entry >>> 5 & 0x7FFF) | extra << (entry & 31)) << held;
                held += (int) (entry & 31) + DeflateBlock.distanceExtraBits(distanceCode);
            }
            Lz4Format.write8(out, at, acc);
            at += held >>> 3;
            acc >>>= held & ~7;
            held &= 7;
        }
        size = at;
        pending = acc;
        pendingBits = held;
    }

    /** Bits so far. */
    long bitCount() {
        return size * 8L + pendingBits;
    }

    /** Fills the last byte with zeros. */
    void alignToByte() {
        room(SLACK);
        if (pendingBits > 0) {
            bytes[size++] = (byte) pending;
        }
        pendingBits = 0;
        pending = 0;
    }

    /** Appends whole bytes; the last byte must be full. */
    void raw(byte[] src, int offset, int length) {
        room(length + SLACK);
        System.arraycopy(src, offset, bytes, size, length);
        size += length;
    }

    private void room(int count) {
        if (bytes.length - size < count) {
            int wanted = Math.addExact(size, count);
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(wanted, bytes.length * 2L)));
        }
    }

    /** Bytes so far; the last one must be full. */
    int size() {
        return size;
    }

    /** Copies all bytes; the last one must be full. */
    void copyTo(byte[] dst, int offset) {
        System.arraycopy(bytes, 0, dst, offset, size);
    }

    byte[] toByteArray() {
        alignToByte();
        return Arrays.copyOf(bytes, size);
    }
}
