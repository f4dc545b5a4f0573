package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import java.util.Objects;

/**
 * Decoder of LZ4 blocks (see {@link Lz4Format}) that checks every length and offset before it uses them. It does not ask
 * for the end-of-block rules: they bind encoders only.
 */
public final class Lz4Decoder {
    private Lz4Decoder() {}

    /**
     * Decodes a whole block.
     *
     * @param src holds the block
     * @param srcOffset first byte of the block
     * @param srcLength exact length of the block in bytes
     * @param dst receives the output, from {@code dstOffset} on
     * @param dstOffset first output byte
     * @param dstCapacity most output bytes
     * @return number of output bytes
     * @throws CorruptDataException when the block is damaged, truncated, or decodes to more than the capacity; the offset
     *     is counted from the block's start
     */
    public static int decompress(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int dstCapacity)
            throws CorruptDataException {
        return decode(src, srcOffset, srcLength, dst, dstOffset, dstCapacity, dstOffset, false);
    }

    /**
     * Decodes the first bytes of a block and stops there; what follows in the block is not looked at, and may be missing.
     *
     * @param src holds the block
     * @param srcOffset first byte of the block
     * @param srcLength number of bytes that are there
     * @param dst receives the output, from {@code dstOffset} on
     * @param dstOffset first output byte
     * @param wanted number of output bytes wanted
     * @return number of output bytes, less than wanted only when the block ends there
     * @throws CorruptDataException when the block is damaged or truncated before the wanted bytes
     */
    public static int decompressPartial(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int wanted)
            throws CorruptDataException {
        return decode(src, srcOffset, srcLength, dst, dstOffset, wanted, dstOffset, true);
    }

    /** Decodes a whole block, whose matches may reach into the bytes of {@code dst} before its output. */
    static int decompressBehind(byte[] src, int srcLength, byte[] dst, int dstOffset, int dstCapacity)
            throws CorruptDataException {
        return decode(src, 0, srcLength, dst, dstOffset, dstCapacity, 0, false);
    }

    private static int decode(
            byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int room, int lowest, boolean partial)
            throws CorruptDataException {
        Objects.checkFromIndexSize(srcOffset, srcLength, src.length);
        Objects.checkFromIndexSize(dstOffset, room, dst.length);
        int in = srcOffset;
        int inEnd = srcOffset + srcLength;
        int out = dstOffset;
        int outEnd = dstOffset + room;
        if (partial && room == 0) {
            return 0;
        }
        while (in < inEnd) {
            int sequence = in;
            int token = src[in++] & 0xFF;
            int literals = token >>> 4;
            if (literals == Lz4Format.EXTENDED) {
                int bytes = lengthBytes(src, in, inEnd, srcOffset);
                literals = lengthAt(literals, src, in, bytes, srcOffset);
                in += bytes;
            }
            boolean enough = partial && literals >= outEnd - out;
            int copied = enough ? outEnd - out : literals;
            if (copied > inEnd - in) {
                throw corrupt(
                        sequence - srcOffset, literals + " literals", "at most the " + (inEnd - in) + " bytes left");
            }
            if (copied > outEnd - out) {
                throw tooLong(sequence - srcOffset, room);
            }
            copyLiterals(src, in, inEnd, dst, out, outEnd, copied);
            in += copied;
            out += copied;
            if (enough || in == inEnd) {
                return out - dstOffset;
            }
            if (inEnd - in < 2) {
                throw corrupt(in - srcOffset, "the block ends within an offset", "2 bytes");
            }
            int offset = src[in] & 0xFF | (src[in + 1] & 0xFF) << 8;
            if (offset == 0 || offset > out - lowest) {
                throw corrupt(in - srcOffset, "offset " + offset, "1 to " + (out - lowest));
            }
            in += 2;
            int length = token & Lz4Format.EXTENDED;
            if (length == Lz4Format.EXTENDED) {
                int bytes = lengthBytes(src, in, inEnd, srcOffset);
                length = lengthAt(length, src, in, bytes, srcOffset);
                in += bytes;
            }
            length += Lz4Format.MIN_MATCH;
            if (length > outEnd - out) {
                if (!partial) {
                    throw tooLong(sequence - srcOffset, room);
                }
                length = outEnd - out;
            }
            copyMatch(dst, out, offset, length, outEnd);
            out += length;
            if (partial && out == outEnd) {
                return room;
            }
        }
        throw corrupt(srcLength, "the block ends after a match", "a token");
    }

    /** How many length bytes there are from {@code in} on. */
    private static int lengthBytes(byte[] src, int in, int inEnd, int srcOffset) throws CorruptDataException {
        int at = in;
        while (at < inEnd && src[at] == -1) {
            at++;
        }
        if (at >= inEnd) {
            throw corrupt(in - srcOffset, "the block ends within a length", "a byte below 255");
        }
        return at - in + 1;
    }

    private static int lengthAt(int fromToken, byte[] src, int in, int bytes, int srcOffset)
            throws CorruptDataException {
        long length = fromToken + (bytes - 1) * 255L + (src[in + bytes - 1] & 0xFF);
        if (length > Integer.MAX_VALUE - Lz4Format.MIN_MATCH) {
            throw corrupt(in - srcOffset, "length " + length, "less than 2^31");
        }
        return (int) length;
    }

    /** Copies 16 bytes where there is room for it, which is faster than a loop over few. */
    private static void copyLiterals(byte[] src, int in, int inEnd, byte[] dst, int out, int outEnd, int count) {
        if (count <= 16 && inEnd - in >= 16 && outEnd - out >= 16) {
            Lz4Format.write8(dst, out, Lz4Format.read8(src, in));
            Lz4Format.write8(dst, out + 8, Lz4Format.read8(src, in + 8));
        } else {
            System.arraycopy(src, in, dst, out, count);
        }
    }

    private static void copyMatch(byte[] dst, int out, int offset, int length, int outEnd) {
        if (offset >= 8 && outEnd - out >= length + 8) {
            for (int i = 0; i < length; i += 8) {
                Lz4Format.write8(dst, out + i, Lz4Format.read8(dst, out - offset + i));
            }
        } else if (offset >= length) {
            System.arraycopy(dst, out - offset, dst, out, length);
        } else {
            for (int i = 0; i < length; i++) {
                dst[out + i] = dst[out - offset + i];
            }
        }
    }

    private static CorruptDataException tooLong(int offset, int room) {
        return corrupt(offset, "the block decodes to more bytes", "at most " + room);
    }

    private static CorruptDataException corrupt(int offset, String actual, String expected) {
        return new CorruptDataException("LZ4 block", offset, actual, expected);
    }
}
