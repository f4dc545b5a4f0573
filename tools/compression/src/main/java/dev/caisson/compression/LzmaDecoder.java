package dev.caisson.compression;

import java.util.Arrays;

/**
 * The LZMA decoder proper: symbols of the range coder to bytes of a dictionary. The state of the range coder lives in local
 * variables of one long method and all probabilities in one array: every bit depends on the one before, so that each access to a
 * field in between would be paid for in full.
 *
 * <p>Bits of trees are as good as random, so there is no branch on them: {@code mask} is -1 for 0 and 0 for 1, and both outcomes
 * are computed. The flags in front of them are mostly foreseen by the processor; these branch.
 *
 * <p>The names of states and probabilities are those of the LZMA specification (Igor Pavlov, 2015-06-14).
 */
final class LzmaDecoder {
    private static final int STATES = 12;
    private static final int LITERAL_STATES = 7;
    private static final int POSITION_STATES = 16;
    private static final int LENGTH_STATES = 4;
    private static final int LITERAL_CODER = 0x300;
    private static final int MOST_LITERAL_BITS = 4;
    private static final int SHORTEST_MATCH = 2;
    private static final int PROBABILITY_BITS = 11;
    private static final int ONE = 1 << PROBABILITY_BITS;
    private static final int ADAPT = 5;
    /** What is added to p before the shift, so that subtracting gives the step up: p - (p - 2017 >> 5) = p + (2048 - p >> 5). */
    private static final int ADAPT_UP = (1 << ADAPT) - 1 - ONE;
    /** Below it the next byte is shifted in. */
    private static final long SMALLEST_RANGE = 1L << 24;

    private static final long WORD = 0xFFFFFFFFL;

    private static final int FIRST_SLOT_OF_BITS = 4;
    private static final int FIRST_ALIGNED_SLOT = 14;
    private static final int ALIGN_BITS = 4;

    // Where the probabilities are. A bit tree of n bits takes 2^n of them, the first unused.
    private static final int IS_MATCH = 0;
    private static final int IS_REP = IS_MATCH + STATES * POSITION_STATES;
    private static final int IS_REP0 = IS_REP + STATES;
    private static final int IS_REP1 = IS_REP0 + STATES;
    private static final int IS_REP2 = IS_REP1 + STATES;
    private static final int IS_REP0_LONG = IS_REP2 + STATES;
    private static final int DISTANCE_SLOT = IS_REP0_LONG + STATES * POSITION_STATES;
    private static final int DISTANCE_SPECIAL = DISTANCE_SLOT + LENGTH_STATES * 64;
    private static final int DISTANCE_ALIGN = DISTANCE_SPECIAL + 128;
    private static final int MATCH_LENGTH = DISTANCE_ALIGN + 16;
    /** Within a length coder: two choices, then trees of 3 bits per position state, twice, and one of 8 bits. */
    private static final int LENGTH_LOW = 2;

    private static final int LENGTH_MID = LENGTH_LOW + POSITION_STATES * 8;
    private static final int LENGTH_HIGH = LENGTH_MID + POSITION_STATES * 8;
    private static final int LENGTH_CODER = LENGTH_HIGH + 256;
    private static final int REP_LENGTH = MATCH_LENGTH + LENGTH_CODER;
    private static final int LITERAL = REP_LENGTH + LENGTH_CODER;

    private final short[] probabilities = new short[LITERAL + (LITERAL_CODER << MOST_LITERAL_BITS)];
    private int literalContextBits;
    private int literalPositionMask;
    private int positionMask;
    private int state;
    private int rep0;
    private int rep1;
    private int rep2;
    private int rep3;
    private long range;
    private long code;
    private int inAt;
    private int pending;

    /** The last bytes that came out, and where the next ones go. The decoder writes it, {@link Lzma2Decoder} turns its pages. */
    static final class Dictionary {
        /** A ring; the decoder may overwrite up to {@link #SPARE} bytes behind the place that it has reached. */
        byte[] bytes;
        /** Length of the ring: a multiple of 16, so that positions in it can stand for positions in the whole. */
        int size;
        /** Where the next byte goes, 0 to {@link #size}. */
        int at;
        /** Number of bytes that may be looked back at. */
        int full;
        /** Number of bytes that may ever be looked back at. */
        int most;

        static final int SPARE = 16;

        void advance(int count) {
            at += count;
            full = Math.min(most, full + count);
        }
    }

    /** Properties byte: 45 * pb + 9 * lp + lc; false when it is none that LZMA2 allows. */
    boolean setProperties(int properties) {
        int lc = properties % 9;
        int lp = properties / 9 % 5;
        int pb = properties / 45;
        if (pb > 4 || lc + lp > MOST_LITERAL_BITS) {
            return false;
        }
        literalContextBits = lc;
        literalPositionMask = (1 << lp) - 1;
        positionMask = (1 << pb) - 1;
        return true;
    }

    /** A state reset. */
    void reset() {
        state = 0;
        rep0 = 0;
        rep1 = 0;
        rep2 = 0;
        rep3 = 0;
        int lp = Integer.bitCount(literalPositionMask);
        Arrays.fill(probabilities, 0, LITERAL + (LITERAL_CODER << literalContextBits + lp), (short) (ONE / 2));
    }

    /** Begins a chunk whose first byte (0) and the four after it are at {@code at}; false when the first is something else. */
    boolean begin(byte[] in, int at) {
        range = WORD;
        code = Integer.reverseBytes(Lz4Format.read4(in, at + 1)) & WORD;
        inAt = at + 5;
        pending = 0;
        return in[at] == 0;
    }

    /** Whether the chunk may end here, which is where {@code end} says. */
    boolean isFinished(int end) {
        return inAt == end && code == 0 && pending == 0;
    }

    /**
     * Decodes until the dictionary is filled up to {@code limit}.
     *
     * @param in the chunk; readable up to {@link XzInput#SLACK} bytes behind {@code inEnd}
     * @param inEnd its end
     * @param limit at most the ring's size
     * @return false for a distance beyond what is there, and when the chunk ends too early
     */
    boolean decode(byte[] in, int inEnd, Dictionary dictionary, int limit) {
        if (pending > 0) {
            repeatPending(dictionary, limit);
        }
        boolean good = decodeSymbols(in, inEnd, dictionary, limit);
        if (range < SMALLEST_RANGE && good) {
            range <<= 8;
            code = (code << 8 | in[inAt++] & 0xFF) & WORD;
        }
        return good && inAt <= inEnd;
    }

    /** The rest of a match that went beyond the last limit. */
    private void repeatPending(Dictionary dictionary, int limit) {
        int count = Math.min(pending, limit - dictionary.at);
        copyBytes(dictionary.bytes, dictionary.at, rep0, count, dictionary.size);
        dictionary.advance(count);
        pending -= count;
    }

    /** The slow way, for what wraps around or overlaps. */
    private static void copyBytes(byte[] ring, int to, int distance, int count, int size) {
        int from = to - distance - 1;
        from += from < 0 ? size : 0;
        for (int i = to; i < to + count; i++) {
            ring[i] = ring[from];
            from = from + 1 == size ? 0 : from + 1;
        }
    }

    /** The specification's main loop, every bit spelled out: see above. Long for a reason, and shorter than 8000 bytecodes. */
    private boolean decodeSymbols(byte[] in, int inEnd, Dictionary dictionary, int limit) {
        short[] probs = probabilities;
        byte[] ring = dictionary.bytes;
        int size = dictionary.size;
        int most = dictionary.most;
        int pos = dictionary.at;
        int fullBefore = dictionary.full - pos;
        int previous = dictionary.full == 0 ? 0 : ring[(pos == 0 ? size : pos) - 1] & 0xFF;
        int lc = literalContextBits;
        int lpMask = literalPositionMask;
        int pbMask = positionMask;
        int st = state;
        int r0 = rep0;
        int r1 = rep1;
        int r2 = rep2;
        int r3 = rep3;
        int next = inAt;
        long range = this.range;
        long code = this.code;
        int left = pending;
        int i;
        int p;
        long bound;
        long mask;
        while (pos < limit) {
            if (next > inEnd) {
                return false;
            }
            int positionState = pos & pbMask;
            i = IS_MATCH + st * POSITION_STATES + positionState;
            p = probs[i];
            if (range < SMALLEST_RANGE) {
                range <<= 8;
                code = (code << 8 | in[next++] & 0xFF) & WORD;
            }
            bound = (range >>> PROBABILITY_BITS) * p;
            if (code < bound) {
                range = bound;
                probs[i] = (short) (p + (ONE - p >> ADAPT));
                int base = LITERAL + LITERAL_CODER * (((pos & lpMask) << lc) + (previous >>> 8 - lc));
                int symbol = 1;
                if (st < LITERAL_STATES) {
                    do {
                        i = base + symbol;
                        p = probs[i];
                        if (range < SMALLEST_RANGE) {
                            range <<= 8;
                            code = (code << 8 | in[next++] & 0xFF) & WORD;
                        }
                        bound = (range >>> PROBABILITY_BITS) * p;
                        mask = code - bound >> 63;
                        range -= bound;
                        range += bound - range & mask;
                        code -= bound & ~mask;
                        probs[i] = (short) (p - (p + ((int) mask & ADAPT_UP) >> ADAPT));
                        symbol = (symbol << 1) + 1 + (int) mask;
                    } while (symbol < 0x100);
                } else {
                    int from = pos - r0 - 1;
                    int matched = ring[from < 0 ? from + size : from] << 1;
                    int offset = 0x100;
                    do {
                        i = base + offset + (matched & offset) + symbol;
                        p = probs[i];
                        if (range < SMALLEST_RANGE) {
                            range <<= 8;
                            code = (code << 8 | in[next++] & 0xFF) & WORD;
                        }
                        bound = (range >>> PROBABILITY_BITS) * p;
                        mask = code - bound >> 63;
                        range -= bound;
                        range += bound - range & mask;
                        code -= bound & ~mask;
                        probs[i] = (short) (p - (p + ((int) mask & ADAPT_UP) >> ADAPT));
                        symbol = (symbol << 1) + 1 + (int) mask;
                        offset &= matched ^ (int) mask;
                        matched <<= 1;
                    } while (symbol < 0x100);
                }
                st = st < 4 ? 0 : st < 10 ? st - 3 : st - 6;
                previous = symbol & 0xFF;
                ring[pos++] = (byte) symbol;
                continue;
            } else {
                range -= bound;
                code -= bound;
                probs[i] = (short) (p - (p >> ADAPT));
            }
            int length = 0;
            int coder = 0;
            i = IS_REP + st;
            p = probs[i];
            if (range < SMALLEST_RANGE) {
                range <<= 8;
                code = (code << 8 | in[next++] & 0xFF) & WORD;
            }
            bound = (range >>> PROBABILITY_BITS) * p;
            if (code < bound) {
                range = bound;
                probs[i] = (short) (p + (ONE - p >> ADAPT));
                r3 = r2;
                r2 = r1;
                r1 = r0;
                r0 = -1;
                st = st < LITERAL_STATES ? 7 : 10;
                coder = MATCH_LENGTH;
            } else {
                range -= bound;
                code -= bound;
                probs[i] = (short) (p - (p >> ADAPT));
                i = IS_REP0 + st;
                p = probs[i];
                if (range < SMALLEST_RANGE) {
                    range <<= 8;
                    code = (code << 8 | in[next++] & 0xFF) & WORD;
                }
                bound = (range >>> PROBABILITY_BITS) * p;
                if (code < bound) {
                    range = bound;
                    probs[i] = (short) (p + (ONE - p >> ADAPT));
                    i = IS_REP0_LONG + st * POSITION_STATES + positionState;
                    p = probs[i];
                    if (range < SMALLEST_RANGE) {
                        range <<= 8;
                        code = (code << 8 | in[next++] & 0xFF) & WORD;
                    }
                    bound = (range >>> PROBABILITY_BITS) * p;
                    if (code < bound) {
                        range = bound;
                        probs[i] = (short) (p + (ONE - p >> ADAPT));
                        st = st < LITERAL_STATES ? 9 : 11;
                        length = 1;
                    } else {
                        range -= bound;
                        code -= bound;
                        probs[i] = (short) (p - (p >> ADAPT));
                    }
                } else {
                    range -= bound;
                    code -= bound;
                    probs[i] = (short) (p - (p >> ADAPT));
                    int distance;
                    i = IS_REP1 + st;
                    p = probs[i];
                    if (range < SMALLEST_RANGE) {
                        range <<= 8;
                        code = (code << 8 | in[next++] & 0xFF) & WORD;
                    }
                    bound = (range >>> PROBABILITY_BITS) * p;
                    if (code < bound) {
                        range = bound;
                        probs[i] = (short) (p + (ONE - p >> ADAPT));
                        distance = r1;
                    } else {
                        range -= bound;
                        code -= bound;
                        probs[i] = (short) (p - (p >> ADAPT));
                        i = IS_REP2 + st;
                        p = probs[i];
                        if (range < SMALLEST_RANGE) {
                            range <<= 8;
                            code = (code << 8 | in[next++] & 0xFF) & WORD;
                        }
                        bound = (range >>> PROBABILITY_BITS) * p;
                        if (code < bound) {
                            range = bound;
                            probs[i] = (short) (p + (ONE - p >> ADAPT));
                            distance = r2;
                        } else {
                            range -= bound;
                            code -= bound;
                            probs[i] = (short) (p - (p >> ADAPT));
                            distance = r3;
                            r3 = r2;
                        }
                        r2 = r1;
                    }
                    r1 = r0;
                    r0 = distance;
                }
                if (length == 0) {
                    st = st < LITERAL_STATES ? 8 : 11;
                    coder = REP_LENGTH;
                }
            }
            if (coder != 0) {
                int base;
                int bits = 3;
                i = coder;
                p = probs[i];
                if (range < SMALLEST_RANGE) {
                    range <<= 8;
                    code = (code << 8 | in[next++] & 0xFF) & WORD;
                }
                bound = (range >>> PROBABILITY_BITS) * p;
                if (code < bound) {
                    range = bound;
                    probs[i] = (short) (p + (ONE - p >> ADAPT));
                    base = coder + LENGTH_LOW + positionState * 8;
                    length = SHORTEST_MATCH;
                } else {
                    range -= bound;
                    code -= bound;
                    probs[i] = (short) (p - (p >> ADAPT));
                    i = coder + 1;
                    p = probs[i];
                    if (range < SMALLEST_RANGE) {
                        range <<= 8;
                        code = (code << 8 | in[next++] & 0xFF) & WORD;
                    }
                    bound = (range >>> PROBABILITY_BITS) * p;
                    if (code < bound) {
                        range = bound;
                        probs[i] = (short) (p + (ONE - p >> ADAPT));
                        base = coder + LENGTH_MID + positionState * 8;
                        length = SHORTEST_MATCH + 8;
                    } else {
                        range -= bound;
                        code -= bound;
                        probs[i] = (short) (p - (p >> ADAPT));
                        base = coder + LENGTH_HIGH;
                        bits = 8;
                        length = SHORTEST_MATCH + 16;
                    }
                }
                int symbol = 1;
                do {
                    i = base + symbol;
                    p = probs[i];
                    if (range < SMALLEST_RANGE) {
                        range <<= 8;
                        code = (code << 8 | in[next++] & 0xFF) & WORD;
                    }
                    bound = (range >>> PROBABILITY_BITS) * p;
                    mask = code - bound >> 63;
                    range -= bound;
                    range += bound - range & mask;
                    code -= bound & ~mask;
                    probs[i] = (short) (p - (p + ((int) mask & ADAPT_UP) >> ADAPT));
                    symbol = (symbol << 1) + 1 + (int) mask;
                } while (symbol >>> bits == 0);
                length += symbol - (1 << bits);
                if (coder == MATCH_LENGTH) {
                    base = DISTANCE_SLOT + Math.min(length - SHORTEST_MATCH, LENGTH_STATES - 1) * 64;
                    symbol = 1;
                    do {
                        i = base + symbol;
                        p = probs[i];
                        if (range < SMALLEST_RANGE) {
                            range <<= 8;
                            code = (code << 8 | in[next++] & 0xFF) & WORD;
                        }
                        bound = (range >>> PROBABILITY_BITS) * p;
                        mask = code - bound >> 63;
                        range -= bound;
                        range += bound - range & mask;
                        code -= bound & ~mask;
                        probs[i] = (short) (p - (p + ((int) mask & ADAPT_UP) >> ADAPT));
                        symbol = (symbol << 1) + 1 + (int) mask;
                    } while (symbol < 64);
                    int slot = symbol - 64;
                    if (slot < FIRST_SLOT_OF_BITS) {
                        r0 = slot;
                    } else {
                        bits = (slot >> 1) - 1;
                        r0 = (2 | slot & 1) << bits;
                        if (slot < FIRST_ALIGNED_SLOT) {
                            base = DISTANCE_SPECIAL + r0 - slot;
                        } else {
                            base = DISTANCE_ALIGN;
                            int direct = 0;
                            for (int k = bits - ALIGN_BITS; k > 0; k--) {
                                if (range < SMALLEST_RANGE) {
                                    range <<= 8;
                                    code = (code << 8 | in[next++] & 0xFF) & WORD;
                                }
                                range >>>= 1;
                                int zero = (int) (code - range) >>> 31;
                                code = code - (range & (zero - 1)) & WORD;
                                direct = direct << 1 | 1 - zero;
                            }
                            r0 += direct << ALIGN_BITS;
                            bits = ALIGN_BITS;
                        }
                        symbol = 1;
                        for (int k = 0; k < bits; k++) {
                            i = base + symbol;
                            p = probs[i];
                            if (range < SMALLEST_RANGE) {
                                range <<= 8;
                                code = (code << 8 | in[next++] & 0xFF) & WORD;
                            }
                            bound = (range >>> PROBABILITY_BITS) * p;
                            mask = code - bound >> 63;
                            range -= bound;
                            range += bound - range & mask;
                            code -= bound & ~mask;
                            probs[i] = (short) (p - (p + ((int) mask & ADAPT_UP) >> ADAPT));
                            symbol = (symbol << 1) + 1 + (int) mask;
                            r0 += (1 + (int) mask) << k;
                        }
                    }
                }
            }
            if (r0 < 0 || r0 >= Math.min(most, fullBefore + pos)) {
                return false;
            }
            left = Math.max(0, length - (limit - pos));
            int end = pos + length - left;
            int from = pos - r0 - 1;
            from += from < 0 ? size : 0;
            if (r0 < 7 || from + length > size) {
                copyBytes(ring, pos, r0, end - pos, size);
            } else {
                for (int to = pos; to < end; to += 8, from += 8) {
                    Lz4Format.write8(ring, to, Lz4Format.read8(ring, from));
                }
            }
            pos = end;
            previous = ring[pos - 1] & 0xFF;
        }
        dictionary.full = Math.min(most, fullBefore + pos);
        dictionary.at = pos;
        this.range = range;
        this.code = code;
        inAt = next;
        pending = left;
        state = st;
        rep0 = r0;
        rep1 = r1;
        rep2 = r2;
        rep3 = r3;
        return true;
    }
}
