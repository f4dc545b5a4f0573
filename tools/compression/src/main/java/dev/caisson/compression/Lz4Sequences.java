package dev.caisson.compression;

import static dev.caisson.compression.Lz4Format.EXTENDED;
import static dev.caisson.compression.Lz4Format.LAST_LITERALS;
import static dev.caisson.compression.Lz4Format.LAST_MATCH_START;
import static dev.caisson.compression.Lz4Format.MIN_MATCH;
import static dev.caisson.compression.Lz4Format.SHORT_MATCH;

/**
 * Writes the sequences of one LZ4 block into a space of fixed size. When a sequence no longer fits with the literals that
 * the end-of-block rules ask for after it, the block is closed with what does fit, and takes no more.
 *
 * <p>The parser promises matches that start at least 12 bytes before the input's end and end at least 5 bytes before it.
 */
final class Lz4Sequences {
    private byte[] src;
    private byte[] dst;
    private int outputStart;
    private int output;
    private int outputEnd;
    private int literalsStart;

    void begin(byte[] source, int sourceOffset, byte[] target, int targetOffset, int capacity) {
        src = source;
        dst = target;
        outputStart = targetOffset;
        output = targetOffset;
        outputEnd = targetOffset + capacity;
        literalsStart = sourceOffset;
    }

    /** Forgets the arrays, so that an idle encoder keeps no caller's memory alive. */
    void end() {
        src = null;
        dst = null;
    }

    /** First output position not yet written. */
    int output() {
        return output;
    }

    /** Output bytes written. */
    int written() {
        return output - outputStart;
    }

    /** Output bytes still free. */
    int free() {
        return outputEnd - output;
    }

    /** First input position not yet covered by the output. */
    int covered() {
        return literalsStart;
    }

    /**
     * Appends the literals since the last match and a match.
     *
     * @return false when the block is full: it has been closed, {@link #covered()} is its end
     */
    boolean match(int position, int offset, int length) {
        int literals = position - literalsStart;
        int size = 3 + literals + Lz4Format.literalLengthBytes(literals) + Lz4Format.matchLengthBytes(length);
        int reserve = 1 + Math.max(LAST_LITERALS, LAST_MATCH_START - length);
        if (size + reserve > outputEnd - output) {
            closeFull(position, offset, length);
            return false;
        }
        write(position, offset, length);
        return true;
    }

    /** Closes the block with literals up to the input's end, or as many as fit. */
    void finish(int end) {
        writeLast(Math.min(end - literalsStart, literalsThatFit(outputEnd - output)));
    }

    /** The match as offered does not fit; a shorter one may, when its length bytes are what is too long. */
    private void closeFull(int position, int offset, int length) {
        int free = outputEnd - output;
        int literals = position - literalsStart;
        int afterOffset = free - 3 - literals - Lz4Format.literalLengthBytes(literals);
        int lengthBytes = Math.min(afterOffset - 1 - LAST_LITERALS, Lz4Format.matchLengthBytes(length));
        if (lengthBytes >= 0) {
            int shorter = (int) Math.min(length, SHORT_MATCH + 255L * lengthBytes);
            int last = literalsThatFit(afterOffset - lengthBytes);
            if (shorter + last >= LAST_MATCH_START && literals + shorter + last > literalsThatFit(free)) {
                write(position, offset, shorter);
            }
        }
    }

    private void write(int position, int offset, int length) {
        int literals = position - literalsStart;
        int stored = length - MIN_MATCH;
        int token = output;
        copyLiterals(literals);
        dst[token] = (byte) (Math.min(literals, EXTENDED) << 4 | Math.min(stored, EXTENDED));
        dst[output++] = (byte) offset;
        dst[output++] = (byte) (offset >>> 8);
        if (stored >= EXTENDED) {
            writeLength(stored - EXTENDED);
        }
        literalsStart = position + length;
    }

    private void writeLast(int literals) {
        if (output == outputEnd) {
            return;
        }
        int token = output;
        copyLiterals(literals);
        dst[token] = (byte) (Math.min(literals, EXTENDED) << 4);
        literalsStart += literals;
    }

    /** Leaves room for the token, writes length bytes and literals. */
    private void copyLiterals(int literals) {
        output++;
        if (literals >= EXTENDED) {
            writeLength(literals - EXTENDED);
        }
        if (literals <= 16 && output + 16 <= outputEnd && literalsStart + 16 <= src.length) {
            Lz4Format.write8(dst, output, Lz4Format.read8(src, literalsStart));
            Lz4Format.write8(dst, output + 8, Lz4Format.read8(src, literalsStart + 8));
        } else {
            System.arraycopy(src, literalsStart, dst, output, literals);
        }
        output += literals;
    }

    private void writeLength(int length) {
        int left = length;
        while (left >= 255) {
            dst[output++] = (byte) 255;
            left -= 255;
        }
        dst[output++] = (byte) left;
    }

    /** The longest run of literals that fits, with its token, into so many bytes. */
    private static int literalsThatFit(int bytes) {
        int most = bytes - 1;
        if (most < EXTENDED) {
            return Math.max(most, 0);
        }
        int literals = most - 1 - (most - EXTENDED - 1) / 256;
        while (literals + Lz4Format.literalLengthBytes(literals) > most) {
            literals--;
        }
        return literals;
    }
}
