package dev.caisson.compression;

import dev.caisson.bytes.BinaryWriter;
import java.util.zip.CRC32;

/**
 * The frame around the pieces of one gzip member (RFC 1952): header, then {@link DeflateEncoder#piece}s that may have been made
 * by many threads, then the trailer, whose CRC is joined from those of the pieces. One member, since there are readers that take
 * the first one's end for the file's. For one thread.
 */
public final class GzipStream {
    private static final int POLYNOMIAL = 0xEDB88320;

    private int crc;
    private long length;

    /** The header: no name, no time, operating system "unknown". */
    public byte[] header() {
        return new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    }

    /** CRC-32 of a piece's input, for {@link #add}. */
    public static int crc(byte[] bytes, int offset, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Counts the next piece, whose input has this CRC-32 and length. */
    public void add(int pieceCrc, long pieceBytes) {
        crc = product(power(8 * pieceBytes), crc) ^ pieceCrc;
        length += pieceBytes;
    }

    /** CRC and length of everything that was added. */
    public byte[] trailer() {
        return BinaryWriter.littleEndian(8)
                .u32(Integer.toUnsignedLong(crc))
                .u32(length & 0xffffffffL)
                .toByteArray();
    }

    /** x to the power of {@code exponent}, modulo the polynomial; bit 31 is the coefficient of x^0. */
    private static int power(long exponent) {
        int result = 1 << 31;
        int square = 1 << 30;
        for (long left = exponent; left > 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = product(result, square);
            }
            square = product(square, square);
        }
        return result;
    }

    private static int product(int a, int b) {
        int result = 0;
        int shifted = b;
        for (int bit = 31; bit >= 0; bit--) {
            if ((a >>> bit & 1) != 0) {
                result ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ POLYNOMIAL : shifted >>> 1;
        }
        return result;
    }
}
