package dev.caisson.compression;

import static dev.caisson.compression.Lz4Format.LAST_LITERALS;
import static dev.caisson.compression.Lz4Format.MAX_OFFSET;
import static dev.caisson.compression.Lz4Format.MIN_MATCH;

import java.util.Arrays;

/**
 * Finds the longest match of (nearly) every position.
 *
 * <p>Since all offsets cost the same, the newest occurrence of the next four bytes is as good as any other one: one table
 * entry, no search. For longer matches there is a chain of the positions with the same next five or six bytes; short chains,
 * because what has only four bytes in common is not in them. A match found at one position is known, one byte shorter, at
 * the next; so a position well inside of a match is not searched, and a match found behind such positions is carried
 * back over them as far as it is longer than what they have.
 *
 * <p>Tables hold the low 16 bits of positions, counted from the input's start: half the size of whole ones, and what lies
 * more than a window back is told by its bytes, which are compared anyway. They are emptied for each input.
 */
final class Lz4MatchFinder {
    private static final int WINDOW_MASK = 0xFFFF;
    private static final int HASH_BITS = 16;
    private static final int HASH_SHIFT = 64 - HASH_BITS;
    private static final long PRIME = 0x9E3779B97F4A7C15L;
    /** Left shift that leaves the first four bytes of a word. */
    private static final int FOUR_BYTES = 32;
    /** Left shift that leaves the first five bytes of a word. */
    private static final int FIVE_BYTES = 24;
    /** After 2^n positions without a match the step grows by one: what is compressed already is passed quickly. */
    private static final int MISS_BITS = 7;

    /**
     * How hard to look.
     *
     * @param chainBytes how many bytes the positions of a chain have in common, 5 or 6
     * @param attempts how many positions of a chain are looked at
     * @param longEnough a match of this length ends a search, and positions whose known match is as long have none
     * @param stepShift within a match of length n the next search is n / 2^stepShift - 1 bytes on
     */
    record Effort(int chainBytes, int attempts, int longEnough, int stepShift) {}

    private final char[] newest4 = new char[1 << HASH_BITS];
    private final char[] newest5;
    private final char[] newestOfChain = new char[1 << HASH_BITS];
    /** By low bits of the position: how far back the previous position of its chain is, less one. */
    private final char[] chain = new char[WINDOW_MASK + 1];

    private final int chainShift;
    private final int attempts;
    private final int longEnough;
    private final int stepShift;

    private byte[] src;
    private int start;
    private int limit;
    /** First position not yet in the tables. */
    private int nextInsert;
    /** First position to search. */
    private int nextSearch;
    /** Positions searched in vain since the last match. */
    private int misses;

    /** Result of the last search. */
    private int foundOffset;

    Lz4MatchFinder(Effort effort) {
        chainShift = 64 - 8 * effort.chainBytes;
        attempts = effort.attempts;
        longEnough = effort.longEnough;
        stepShift = effort.stepShift;
        newest5 = chainShift < FIVE_BYTES ? new char[1 << HASH_BITS] : null;
    }

    void begin(byte[] input, int from, int to) {
        src = input;
        start = from;
        limit = to - LAST_LITERALS;
        nextInsert = from;
        nextSearch = from;
        misses = 0;
        Arrays.fill(newest4, (char) 0);
        Arrays.fill(newestOfChain, (char) 0);
        if (newest5 != null) {
            Arrays.fill(newest5, (char) 0);
        }
    }

    /** Forgets the input. */
    void end() {
        src = null;
    }

    /**
     * Fills {@code lengths} (0: none) and {@code offsets} from element {@code from} to {@code to}, for positions from
     * {@code segment} on; elements before may get longer matches.
     */
    void find(int segment, int from, int to, int[] lengths, int[] offsets) {
        int i = from;
        int length = from > 0 ? lengths[from - 1] - 1 : 0;
        int offset = from > 0 ? offsets[from - 1] : 0;
        if (from == 0) {
            nextSearch = Math.max(nextSearch, segment);
        }
        while (i < to) {
            int position = segment + i;
            if (position >= nextSearch) {
                insertBefore(position);
                int known = Math.max(length, MIN_MATCH - 1);
                int found = search(position, known);
                if (found > known) {
                    length = found;
                    offset = foundOffset;
                    carryBack(segment, i, length, offset, lengths, offsets);
                }
                nextSearch = position + step(length);
            }
            int stop = Math.min(to, Math.max(nextSearch - segment, i + 1));
            while (i < stop) {
                lengths[i] = length < MIN_MATCH ? 0 : length;
                offsets[i] = offset;
                length--;
                i++;
            }
        }
    }

    private int step(int length) {
        if (length < MIN_MATCH) {
            return 1 + (misses++ >>> MISS_BITS);
        }
        misses = 0;
        return length >= longEnough ? length - longEnough / 2 : Math.max(1, (length >> stepShift) - 1);
    }

    private void carryBack(int segment, int from, int found, int offset, int[] lengths, int[] offsets) {
        byte[] bytes = src;
        int length = found;
        for (int i = from - 1; i >= 0 && segment + i - offset >= start; i--) {
            length++;
            if (lengths[i] >= length || bytes[segment + i] != bytes[segment + i - offset]) {
                return;
            }
            lengths[i] = length;
            offsets[i] = offset;
        }
    }

    private void insertBefore(int position) {
        byte[] bytes = src;
        char[] table4 = newest4;
        char[] table5 = newest5;
        char[] tableOfChain = newestOfChain;
        char[] links = chain;
        int shift = chainShift;
        int first = start;
        for (int p = nextInsert; p < position; p++) {
            long word = Lz4Format.read8(bytes, p);
            int index = p - first;
            table4[(int) ((word << FOUR_BYTES) * PRIME >>> HASH_SHIFT)] = (char) index;
            if (table5 != null) {
                table5[(int) ((word << FIVE_BYTES) * PRIME >>> HASH_SHIFT)] = (char) index;
            }
            int slot = (int) ((word << shift) * PRIME >>> HASH_SHIFT);
            links[index & WINDOW_MASK] = (char) (index - tableOfChain[slot] - 1);
            tableOfChain[slot] = (char) index;
        }
        nextInsert = Math.max(nextInsert, position);
    }

    /** Length of the longest match, when it is longer than {@code known} (at least 3); its offset is in foundOffset. */
    private int search(int position, int known) {
        byte[] bytes = src;
        char[] links = chain;
        int first = start;
        int end = limit;
        if (position + known >= end) {
            return known;
        }
        long word = Lz4Format.read8(bytes, position);
        int index = position - first;
        int farthest = Math.min(index, MAX_OFFSET);
        int best = known;
        int offset = foundOffset;
        if (best < 5) {
            // These two give any length; the chain then has to give more.
            int back = (index - newest4[(int) ((word << FOUR_BYTES) * PRIME >>> HASH_SHIFT)] - 1 & WINDOW_MASK) + 1;
            if (back <= farthest) {
                int length = Lz4Format.equalBytes(word, Lz4Format.read8(bytes, position - back));
                if (length > best) {
                    best = length;
                    offset = back;
                }
            }
            if (newest5 != null && best < 5) {
                back = (index - newest5[(int) ((word << FIVE_BYTES) * PRIME >>> HASH_SHIFT)] - 1 & WINDOW_MASK) + 1;
                if (back <= farthest) {
                    int length = Lz4Format.equalBytes(word, Lz4Format.read8(bytes, position - back));
                    if (length > best) {
                        best = length;
                        offset = back;
                    }
                }
            }
            if (best > end - position) {
                best = end - position;
            }
            if (best == 8) {
                best = 7;
            }
        }
        int tail = Lz4Format.read4(bytes, position + best - 3);
        int back = (index - newestOfChain[(int) ((word << chainShift) * PRIME >>> HASH_SHIFT)] - 1 & WINDOW_MASK) + 1;
        for (int left = attempts; left > 0 && back <= farthest; left--) {
            int candidate = position - back;
            if (Lz4Format.read4(bytes, candidate + best - 3) == tail) {
                long difference = Lz4Format.read8(bytes, candidate) ^ word;
                int length = difference == 0
                        ? 8 + Lz4Format.commonLength(bytes, candidate + 8, position + 8, end)
                        : Long.numberOfTrailingZeros(difference) >>> 3;
                if (length > best) {
                    best = Math.min(length, end - position);
                    offset = back;
                    if (length >= longEnough || position + length >= end) {
                        break;
                    }
                    tail = Lz4Format.read4(bytes, position + best - 3);
                }
            }
            back += links[candidate - first & WINDOW_MASK] + 1;
        }
        foundOffset = offset;
        return best;
    }
}
