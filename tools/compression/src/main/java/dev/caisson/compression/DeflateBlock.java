package dev.caisson.compression;

import java.util.Arrays;

/**
 * One block of RFC 1951: gathers literals and matches, and is written as stored, with the fixed codes or with its own,
 * whichever is shortest.
 */
final class DeflateBlock {
    static final int MIN_MATCH = 3;
    static final int MAX_MATCH = 258;
    /** Most symbols that are gathered before they are written as one block or as several. */
    static final int FULL = 64_000;

    /** Blocks begin at multiples of so many symbols. */
    private static final int GRANULE = 2_048;
    /** What describing another pair of codes takes, about, in bits. */
    private static final int DESCRIPTION_BITS = 640;

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
    private static final int[] FIXED_DISTANCE_LENGTHS = filled(DISTANCE_CODES, 5);

    /** Literals as they are; matches as {@code distance << 9 | length} (the distance is never 0). */
    private final int[] symbols = new int[FULL + MAX_MATCH];

    private final Tables tables = new Tables();
    private int count;
    private int inputLength;
    /** By literal and length code, then by distance code. */
    private final int[] frequencies = new int[LITERAL_CODES + DISTANCE_CODES];

    private final int[] granule = new int[frequencies.length];
    private final int[] joined = new int[frequencies.length];
    private final int[] literalFrequencies = new int[LITERAL_CODES];
    private final int[] distanceFrequencies = new int[DISTANCE_CODES];

    private static final int FIRST_LENGTH_CODE = 257;
    private static final int[] LENGTH_CODE = lengthCodes();
    private static final int[] LENGTH_EXTRA = lengthExtras();

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

    /** Where the symbols are to be put, with room for {@link #FULL} and a match: see {@link #gathered}. */
    int[] symbols() {
        return symbols;
    }

    /** Tells how many symbols there are. */
    void gathered(int symbolCount) {
        count = symbolCount;
    }

    /** RFC 1951, 3.2.5: after eight single lengths, four codes per power of two. */
    private static int[] lengthCodes() {
        int[] codes = new int[MAX_MATCH + 1];
        for (int length = MIN_MATCH; length < MAX_MATCH; length++) {
            int value = length - MIN_MATCH;
            int bits = Math.max(0, 31 - Integer.numberOfLeadingZeros(value | 1) - 2);
            codes[length] = value < 8 ? FIRST_LENGTH_CODE + value : FIRST_LENGTH_CODE + (bits << 2) + (value >>> bits);
        }
        codes[MAX_MATCH] = 285;
        return codes;
    }

    /** The code of a match length. */
    static int lengthCode(int length) {
        return LENGTH_CODE[length];
    }

    private static int[] lengthExtras() {
        int[] extras = new int[LITERAL_CODES - FIRST_LENGTH_CODE];
        for (int code = 265; code < 285; code++) {
            extras[code - FIRST_LENGTH_CODE] = (code - 261) / 4;
        }
        return extras;
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

    static int distanceExtraBits(int code) {
        return code < 4 ? 0 : code / 2 - 1;
    }

    /**
     * Writes the symbols, whose input begins at {@code src[offset]}, as blocks: a new one begins where codes of its own save
     * more than their description takes.
     */
    void writeTo(DeflateBits out, byte[] src, int offset, boolean last) {
        int blockStart = 0;
        int blockOffset = offset;
        int blockLength = 0;
        long blockCost = 0;
        Arrays.fill(frequencies, 0);
        for (int from = 0; from < count; from += GRANULE) {
            int to = Math.min(count, from + GRANULE);
            int length = histogram(from, to);
            long granuleCost = cost(granule);
            for (int i = 0; i < granule.length; i++) {
                joined[i] = frequencies[i] + granule[i];
            }
            long joinedCost = cost(joined);
            if (from > blockStart && joinedCost > blockCost + granuleCost + DESCRIPTION_BITS * 256L) {
                writeBlock(out, src, blockOffset, blockLength, blockStart, from, false);
                blockStart = from;
                blockOffset += blockLength;
                blockLength = 0;
                System.arraycopy(granule, 0, frequencies, 0, granule.length);
                blockCost = granuleCost;
            } else {
                System.arraycopy(joined, 0, frequencies, 0, joined.length);
                blockCost = joinedCost;
            }
            blockLength += length;
        }
        writeBlock(out, src, blockOffset, blockLength, blockStart, count, last);
        count = 0;
    }

    private static long cost(int[] counts) {
        return DeflateCost.of(counts, 0, LITERAL_CODES) + DeflateCost.of(counts, LITERAL_CODES, counts.length);
    }

    /** Counts codes into {@code granule}; returns the number of input bytes. */
    private int histogram(int from, int to) {
        Arrays.fill(granule, 0);
        int length = 0;
        for (int i = from; i < to; i++) {
            int symbol = symbols[i];
            if (symbol < 1 << 9) {
                granule[symbol]++;
                length++;
            } else {
                granule[LENGTH_CODE[symbol & 511]]++;
                granule[LITERAL_CODES + distanceCode(symbol >>> 9)]++;
                length += symbol & 511;
            }
        }
        return length;
    }

    private void writeBlock(DeflateBits out, byte[] src, int offset, int length, int from, int to, boolean last) {
        System.arraycopy(frequencies, 0, literalFrequencies, 0, LITERAL_CODES);
        System.arraycopy(frequencies, LITERAL_CODES, distanceFrequencies, 0, DISTANCE_CODES);
        inputLength = length;
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
            writeSymbols(out, from, to, FIXED_LENGTHS, FIXED_DISTANCE_LENGTHS);
        } else {
            writeBlockHeader(out, DYNAMIC, last);
            header.writeTo(out);
            writeSymbols(out, from, to, literalLengths, distanceLengths);
        }
    }

    private static void writeBlockHeader(DeflateBits out, int type, boolean last) {
        out.bits(last ? 1 : 0, 1);
        out.bits(type, 2);
    }

    private long bits(int[] literalLengths, int[] distanceLengths) {
        long bits = 0;
        for (int code = 0; code < LITERAL_CODES; code++) {
            int extra = code > END_OF_BLOCK ? LENGTH_EXTRA[code - FIRST_LENGTH_CODE] : 0;
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

    private void writeSymbols(DeflateBits out, int from, int to, int[] literalLengths, int[] distanceLengths) {
        tables.fill(literalLengths, distanceLengths);
        out.symbols(symbols, from, to, tables);
        int end = tables.literals[END_OF_BLOCK];
        out.bits(end >>> 5, end & 31);
    }

    /** What every symbol is written as. */
    static final class Tables {
        /** By literal: code above, its length in the low 5 bits. */
        final int[] literals = new int[END_OF_BLOCK + 1];
        /** By match length: code and extra bits above, their length in the low 5 bits. */
        final int[] lengths = new int[MAX_MATCH + 1];
        /** By distance code: the least distance less one from bit 32 on, the code from bit 5 on, its length in the low 5 bits. */
        final long[] distances = new long[DISTANCE_CODES];

        private void fill(int[] literalLengths, int[] distanceLengths) {
            int[] codes = DeflateCodes.codes(literalLengths);
            for (int i = 0; i <= END_OF_BLOCK; i++) {
                literals[i] = codes[i] << 5 | literalLengths[i];
            }
            for (int length = MIN_MATCH; length <= MAX_MATCH; length++) {
                int code = LENGTH_CODE[length];
                int extra = LENGTH_EXTRA[code - FIRST_LENGTH_CODE];
                int value = length - MIN_MATCH & (1 << extra) - 1;
                lengths[length] = (codes[code] | value << literalLengths[code]) << 5 | literalLengths[code] + extra;
            }
            int[] distanceCodes = DeflateCodes.codes(distanceLengths);
            for (int code = 0; code < DISTANCE_CODES; code++) {
                long least = code < 4 ? code : (2L | code & 1) << distanceExtraBits(code);
                distances[code] = least << 32 | (long) distanceCodes[code] << 5 | distanceLengths[code];
            }
        }
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
