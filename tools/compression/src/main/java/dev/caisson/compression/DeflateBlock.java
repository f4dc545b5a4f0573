package dev.caisson.compression;

import java.util.Arrays;

/**
 * One block of RFC 1951: gathers literals and matches, and is written as stored, with the fixed codes or with its own,
 * whichever is shortest.
 */
final class DeflateBlock {
    static final int MIN_MATCH = 3;
    static final int MAX_MATCH = 258;
    /** So many symbols make a block: its codes fit their neighbourhood, and their description weighs little. */
    private static final int FULL = 24_000;

    private static final int STORED = 0;
    private static final int FIXED = 1;
    private static final int DYNAMIC = 2;
    private static final int LONGEST_STORED = 65_535;
    private static final int END_OF_BLOCK = 256;
    private static final int LITERAL_CODES = 286;
    private static final int DISTANCE_CODES = 30;
    private static final int LONGEST_CODE = 15;
    private static final int LONGEST_LENGTH_CODE = 7;
    /** RFC 1951, 3.2.7: the order of the code length codes. */
    private static final int[] LENGTH_CODE_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private static final int[] LENGTH_CODE_EXTRA_BITS = {2, 3, 7};

    private static final int[] FIXED_LENGTHS = fixedLengths();
    private static final int[] FIXED_CODES = DeflateCodes.codes(FIXED_LENGTHS);
    private static final int[] FIXED_DISTANCE_LENGTHS = filled(DISTANCE_CODES, 5);
    private static final int[] FIXED_DISTANCE_CODES = DeflateCodes.codes(FIXED_DISTANCE_LENGTHS);

    /** Literals as they are; matches as {@code distance << 9 | length} (the distance is never 0). */
    private final int[] symbols = new int[FULL + MAX_MATCH];

    private int count;
    private int inputLength;
    private final int[] literalFrequencies = new int[LITERAL_CODES];
    private final int[] distanceFrequencies = new int[DISTANCE_CODES];

    private static int[] fixedLengths() {
        int[] lengths = new int[288];
        Arrays.fill(lengths, 0, 144, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        Arrays.fill(lengths, 280, 288, 8);
        return lengths;
    }

    private static int[] filled(int size, int value) {
        int[] values = new int[size];
        Arrays.fill(values, value);
        return values;
    }

    /** Whether it should be written; there is room for the literals before one more match nevertheless. */
    boolean isFull() {
        return count >= FULL;
    }

    /** Number of input bytes that the block stands for. */
    int inputLength() {
        return inputLength;
    }

    void literal(int value) {
        symbols[count++] = value;
        literalFrequencies[value]++;
        inputLength++;
    }

    void match(int length, int distance) {
        symbols[count++] = distance << 9 | length;
        literalFrequencies[lengthCode(length)]++;
        distanceFrequencies[distanceCode(distance)]++;
        inputLength += length;
    }

    /** RFC 1951, 3.2.5: after eight single lengths, four codes per power of two. */
    static int lengthCode(int length) {
        if (length == MAX_MATCH) {
            return 285;
        }
        int value = length - MIN_MATCH;
        if (value < 8) {
            return 257 + value;
        }
        int bits = 31 - Integer.numberOfLeadingZeros(value) - 2;
        return 257 + (bits << 2) + (value >>> bits);
    }

    private static int lengthExtraBits(int code) {
        return code < 265 || code == 285 ? 0 : (code - 261) / 4;
    }

    /** Two codes per power of two. */
    static int distanceCode(int distance) {
        int value = distance - 1;
        if (value < 4) {
            return value;
        }
        int bits = 31 - Integer.numberOfLeadingZeros(value) - 1;
        return (bits << 1) + (value >>> bits);
    }

    private static int distanceExtraBits(int code) {
        return code < 4 ? 0 : code / 2 - 1;
    }

    /** Writes the block, whose input begins at {@code src[offset]}, and empties it. */
    void writeTo(DeflateBits out, byte[] src, int offset, boolean last) {
        literalFrequencies[END_OF_BLOCK]++;
        int[] literalLengths = DeflateCodes.lengths(literalFrequencies, LONGEST_CODE);
        int[] distanceLengths = DeflateCodes.lengths(distanceFrequencies, LONGEST_CODE);
        LengthCodes header = new LengthCodes(literalLengths, distanceLengths);
        long dynamic = header.bits() + bits(literalLengths, distanceLengths);
        long fixed = bits(FIXED_LENGTHS, FIXED_DISTANCE_LENGTHS);
        long storedBlocks = Math.max(1, (inputLength + LONGEST_STORED - 1L) / LONGEST_STORED);
        long stored = inputLength * 8L + storedBlocks * 40;
        if (stored <= Math.min(dynamic, fixed)) {
            writeStored(out, src, offset, last);
        } else if (fixed <= dynamic) {
            writeBlockHeader(out, FIXED, last);
            writeSymbols(out, FIXED_LENGTHS, FIXED_CODES, FIXED_DISTANCE_LENGTHS, FIXED_DISTANCE_CODES);
        } else {
            writeBlockHeader(out, DYNAMIC, last);
            header.writeTo(out);
            writeSymbols(
                    out,
                    literalLengths,
                    DeflateCodes.codes(literalLengths),
                    distanceLengths,
                    DeflateCodes.codes(distanceLengths));
        }
        clear();
    }

    private void clear() {
        count = 0;
        inputLength = 0;
        Arrays.fill(literalFrequencies, 0);
        Arrays.fill(distanceFrequencies, 0);
    }

    private static void writeBlockHeader(DeflateBits out, int type, boolean last) {
        out.bits(last ? 1 : 0, 1);
        out.bits(type, 2);
    }

    private long bits(int[] literalLengths, int[] distanceLengths) {
        long bits = 0;
        for (int code = 0; code < LITERAL_CODES; code++) {
            int extra = code > END_OF_BLOCK ? lengthExtraBits(code) : 0;
            bits += (long) literalFrequencies[code] * (literalLengths[code] + extra);
        }
        for (int code = 0; code < DISTANCE_CODES; code++) {
            bits += (long) distanceFrequencies[code] * (distanceLengths[code] + distanceExtraBits(code));
        }
        return bits;
    }

    private void writeStored(DeflateBits out, byte[] src, int offset, boolean last) {
        int done = 0;
        do {
            int length = Math.min(inputLength - done, LONGEST_STORED);
            writeBlockHeader(out, STORED, last && done + length == inputLength);
            out.alignToByte();
            byte[] lengths = {(byte) length, (byte) (length >>> 8), (byte) ~length, (byte) (~length >>> 8)};
            out.raw(lengths, 0, lengths.length);
            out.raw(src, offset + done, length);
            done += length;
        } while (done < inputLength);
    }

    private void writeSymbols(
            DeflateBits out, int[] literalLengths, int[] literalCodes, int[] distanceLengths, int[] distanceCodes) {
        for (int i = 0; i < count; i++) {
            int symbol = symbols[i];
            int distance = symbol >>> 9;
            if (distance == 0) {
                out.bits(literalCodes[symbol], literalLengths[symbol]);
                continue;
            }
            int length = symbol & 511;
            int code = lengthCode(length);
            out.bits(literalCodes[code], literalLengths[code]);
            int extra = lengthExtraBits(code);
            out.bits(length - MIN_MATCH & (1 << extra) - 1, extra);
            int distanceCode = distanceCode(distance);
            out.bits(distanceCodes[distanceCode], distanceLengths[distanceCode]);
            int distanceExtra = distanceExtraBits(distanceCode);
            out.bits(distance - 1 & (1 << distanceExtra) - 1, distanceExtra);
        }
        out.bits(literalCodes[END_OF_BLOCK], literalLengths[END_OF_BLOCK]);
    }

    /** RFC 1951, 3.2.7: the description of both codes, itself run-length and prefix coded. */
    private static final class LengthCodes {
        private final int literalCount;
        private final int distanceCount;
        /** Code in the low 5 bits, value of its extra bits above. */
        private final int[] items = new int[LITERAL_CODES + DISTANCE_CODES];

        private int itemCount;
        private final int[] frequencies = new int[19];
        private final int[] lengths;
        private final int orderCount;

        LengthCodes(int[] literalLengths, int[] distanceLengths) {
            literalCount = used(literalLengths, 257);
            distanceCount = used(distanceLengths, 1);
            int[] all = Arrays.copyOf(literalLengths, literalCount + distanceCount);
            System.arraycopy(distanceLengths, 0, all, literalCount, distanceCount);
            for (int at = 0; at < all.length; ) {
                at += add(all, at);
            }
            lengths = DeflateCodes.lengths(frequencies, LONGEST_LENGTH_CODE);
            int order = LENGTH_CODE_ORDER.length;
            while (order > 4 && lengths[LENGTH_CODE_ORDER[order - 1]] == 0) {
                order--;
            }
            orderCount = order;
        }

        private static int used(int[] lengths, int least) {
            int count = lengths.length;
            while (count > least && lengths[count - 1] == 0) {
                count--;
            }
            return count;
        }

        /** Adds the next item; returns how many lengths it stands for. */
        private int add(int[] all, int at) {
            int run = 1;
            while (at + run < all.length && all[at + run] == all[at]) {
                run++;
            }
            if (all[at] == 0 && run >= 11) {
                return item(18, Math.min(run, 138), 11);
            }
            if (all[at] == 0 && run >= 3) {
                return item(17, run, 3);
            }
            if (at > 0 && all[at] == all[at - 1] && run >= 3) {
                return item(16, Math.min(run, 6), 3);
            }
            return item(all[at], 1, 1);
        }

        private int item(int code, int run, int leastRun) {
            items[itemCount++] = code | run - leastRun << 5;
            frequencies[code]++;
            return run;
        }

        private static int extraBits(int code) {
            return code < 16 ? 0 : LENGTH_CODE_EXTRA_BITS[code - 16];
        }

        long bits() {
            long bits = 14 + 3L * orderCount;
            for (int code = 0; code < frequencies.length; code++) {
                bits += (long) frequencies[code] * (lengths[code] + extraBits(code));
            }
            return bits;
        }

        void writeTo(DeflateBits out) {
            out.bits(literalCount - 257, 5);
            out.bits(distanceCount - 1, 5);
            out.bits(orderCount - 4, 4);
            for (int i = 0; i < orderCount; i++) {
                out.bits(lengths[LENGTH_CODE_ORDER[i]], 3);
            }
            int[] codes = DeflateCodes.codes(lengths);
            for (int i = 0; i < itemCount; i++) {
                int code = items[i] & 31;
                out.bits(codes[code], lengths[code]);
                out.bits(items[i] >>> 5, extraBits(code));
            }
        }
    }
}
