package dev.caisson.compression;

import static dev.caisson.compression.Lz4Format.LAST_LITERALS;
import static dev.caisson.compression.Lz4Format.LAST_MATCH_START;
import static dev.caisson.compression.Lz4Format.MAX_OFFSET;
import static dev.caisson.compression.Lz4Format.MIN_MATCH;

import java.util.Arrays;

/**
 * Levels 1 to 4: hash chains with a bounded number of looks, and lazy choice (a match gives way when the next position has
 * a longer one).
 */
final class Lz4ChainParser extends Lz4IndexedParser {
    private static final int HASH_BITS = 15;
    private static final int PRIME = 0x9E3779B1;
    private static final int WINDOW_MASK = 0xFFFF;
    /** A match of this length is taken at once: looking further costs time on repeats and gains next to nothing. */
    private static final int LONG_ENOUGH = 256;

    private final int[] newest = new int[1 << HASH_BITS];
    /** By index modulo window: how far back the previous position with the same hash is, or more than a window. */
    private final char[] chain = new char[WINDOW_MASK + 1];

    private final int attempts;

    private byte[] src;
    private int start;
    private int end;
    private int bias;
    /** First position not yet in the tables. */
    private int nextInsert;
    /** Result of the last search. */
    private int foundAt;

    Lz4ChainParser(int attempts) {
        this.attempts = attempts;
    }

    @Override
    void clear() {
        Arrays.fill(newest, 0);
    }

    private static int hash(int word) {
        return word * PRIME >>> 32 - HASH_BITS;
    }

    @Override
    public void parse(byte[] input, int from, int to, Lz4Sequences out) {
        src = input;
        start = from;
        end = to;
        bias = indexBias(from, to);
        nextInsert = from;
        int lastStart = to - LAST_MATCH_START;
        int position = from;
        while (position <= lastStart) {
            int length = longest(position, MIN_MATCH - 1);
            if (length < MIN_MATCH) {
                position++;
                continue;
            }
            int match = foundAt;
            while (length < LONG_ENOUGH && position < lastStart) {
                int next = longest(position + 1, length);
                if (next <= length) {
                    break;
                }
                position++;
                length = next;
                match = foundAt;
            }
            int back = extensionBackwards(input, position, match, out.covered(), from);
            if (!out.match(position - back, position - match, length + back)) {
                break;
            }
            position += length;
        }
        usedUpTo(nextInsert + bias);
        src = null;
    }

    private void insertBefore(int position) {
        for (int p = nextInsert; p < position; p++) {
            insert(p);
        }
        nextInsert = Math.max(nextInsert, position);
    }

    private void insert(int position) {
        int index = position + bias;
        int slot = hash(Lz4Format.read4(src, position));
        chain[index & WINDOW_MASK] = (char) Math.min(index - newest[slot], MAX_OFFSET);
        newest[slot] = index;
    }

    /** Length of the longest match at the position, when it is longer than {@code shortest}; its place is in foundAt. */
    private int longest(int position, int shortest) {
        insertBefore(position);
        int limit = end - LAST_LITERALS;
        int lowest = Math.max(start, position - MAX_OFFSET);
        int best = shortest;
        int first = Lz4Format.read4(src, position);
        int candidate = newest[hash(first)] - bias;
        int tail = Lz4Format.read4(src, position + best - 3);
        for (int left = attempts; left > 0 && candidate >= lowest; left--) {
            if (Lz4Format.read4(src, candidate + best - 3) == tail && Lz4Format.read4(src, candidate) == first) {
                int length =
                        MIN_MATCH + Lz4Format.commonLength(src, candidate + MIN_MATCH, position + MIN_MATCH, limit);
                if (length > best) {
                    best = length;
                    foundAt = candidate;
                    if (length >= LONG_ENOUGH || position + length >= limit) {
                        break;
                    }
                    tail = Lz4Format.read4(src, position + best - 3);
                }
            }
            candidate -= chain[candidate + bias & WINDOW_MASK];
        }
        return best;
    }
}
