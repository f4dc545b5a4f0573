package dev.caisson.compression;

import static dev.caisson.compression.Lz4Format.LAST_LITERALS;
import static dev.caisson.compression.Lz4Format.MAX_OFFSET;
import static dev.caisson.compression.Lz4Format.MIN_MATCH;

import java.util.Arrays;

/**
 * Finds the longest match of every position, as a staircase: let {@code end(i)} be where the longest match at position i ends.
 * The same offset serves position i + 1, so {@code end} never falls, and only the places where it rises are to be found.
 *
 * <p>A match that starts at i or later and goes beyond {@code end(i)} contains the five bytes that end with the one at
 * {@code end(i)}. So the earlier places with <i>those</i> five bytes are looked at, and compared backwards: a match that reaches
 * back to i is longer than what i has, one that does not tells at which position the staircase rises next, and when there is
 * none (the most frequent case: these five bytes are where the longest match failed) all positions up to the last four before
 * the end are done at once. Long repeats cost nothing but the insertion of their positions. Where the known match is shorter,
 * the newest places with the same four and five bytes are compared with the position itself.
 *
 * <p>Tables hold the low 16 bits of positions, counted from the input's start: half the size of whole ones, and what lies more
 * than a window back is told by its bytes, which are compared anyway. They are emptied for each input. Collisions in the tables
 * are what costs most output bytes, cache misses in them most time; their sizes are chosen by measurement.
 */
final class Lz4MatchFinder {
    private static final int WINDOW_MASK = 0xFFFF;
    private static final int PRIME4 = 0x9E3779B1;
    private static final long PRIME5 = 0x9E3779B97F4A7C15L;
    /** Left shift that leaves the first five bytes of a word. */
    private static final int FIVE_BYTES = 24;
    /** How many bytes the positions of a chain have in common. */
    private static final int GRAM = 5;
    /** What a word read for a gram's end holds before the gram. */
    private static final int BEFORE_GRAM = 8 - GRAM;
    /** Bounds how far positions are inserted ahead of the one searched. */
    static final int LONGEST_ENOUGH = 4_096;
    /** How many positions are inserted at once. */
    private static final int CHUNK = 2_048;
    /** More than LONGEST_ENOUGH + CHUNK + GRAM. */
    private static final int NEAR_MASK = (1 << 13) - 1;
    /** Smallest table, for small inputs. */
    private static final int LEAST_BITS = 10;

    /**
     * How hard to look.
     *
     * @param bits4 log2 of the number of hashes of four bytes
     * @param bits5 the same of five bytes
     * @param attempts how many positions of a chain are looked at
     * @param misses how many of them may be there by collision
     * @param longEnough at most {@link #LONGEST_ENOUGH}: when a match is longer, nothing better is looked for before its last
     *     so many bytes are reached
     */
    record Effort(int bits4, int bits5, int attempts, int misses, int longEnough) {}

    private final Effort effort;
    /** By hash of the next bytes: the newest position. */
    private final char[] head4;

    private final char[] head5;
    /** By low bits of the position: how far back the previous position with the same hash is, never 0. */
    private final char[] near4 = new char[NEAR_MASK + 1];

    private final char[] links = new char[WINDOW_MASK + 1];
    private int shift4;
    private int shift5;

    private byte[] src;
    private int start;
    /** Where matches must end. */
    private int limit;
    /** Behind the last position with eight bytes. */
    private int insertEnd;
    /** First position not yet in the tables. */
    private int nextInsert;

    /** First position not yet searched. */
    private int position;
    /** The match known at the position; it may have ended before. */
    private int end;

    private int offset;
    /** Where the staircase rises next, or has to be looked at again. */
    private int riseAt;
    /** The match that begins there, 0 when not known. */
    private int riseEnd;

    private int riseOffset;

    Lz4MatchFinder(Effort effort) {
        this.effort = effort;
        head4 = new char[1 << effort.bits4];
        head5 = new char[1 << effort.bits5];
    }

    /**
     * Starts with an input.
     *
     * @param expected about how much of it will be looked at
     */
    void begin(byte[] input, int from, int to, int expected) {
        src = input;
        start = from;
        limit = to - LAST_LITERALS;
        insertEnd = to - 7;
        nextInsert = from;
        position = from;
        end = from;
        offset = 0;
        riseAt = from + 1;
        riseEnd = 0;
        int enough = Math.max(LEAST_BITS, 34 - Integer.numberOfLeadingZeros(expected));
        shift4 = 32 - cleared(head4, Math.min(enough, effort.bits4));
        shift5 = 64 - cleared(head5, Math.min(enough, effort.bits5));
    }

    private static int cleared(char[] head, int bits) {
        Arrays.fill(head, 0, 1 << bits, (char) 0);
        return bits;
    }

    /** Forgets the input. */
    void end() {
        src = null;
    }

    /** Appends the staircase's steps from the first position not yet searched, at least {@code from}, up to {@code to}. */
    void find(int from, int to, Lz4Staircase steps) {
        int i = Math.max(position, from);
        while (i < to) {
            if (i >= riseAt) {
                int before = end;
                if (riseEnd > end) {
                    end = riseEnd;
                    offset = riseOffset;
                }
                search(i);
                if (end != before) {
                    steps.add(i, end, offset);
                }
            }
            i = Math.min(to, riseAt);
        }
        position = i;
    }

    private void insertBefore(int to) {
        byte[] bytes = src;
        char[] table4 = head4;
        char[] table5 = head5;
        char[] distances4 = near4;
        char[] distances5 = links;
        int first = start;
        int hash4 = shift4;
        int hash5 = shift5;
        int stop = Math.min(to, insertEnd);
        for (int p = nextInsert; p < stop; p++) {
            long word = Lz4Format.read8(bytes, p);
            int index = p - first;
            int slot = (int) word * PRIME4 >>> hash4;
            distances4[index & NEAR_MASK] = distance(index, table4[slot]);
            table4[slot] = (char) index;
            slot = (int) ((word << FIVE_BYTES) * PRIME5 >>> hash5);
            distances5[index & WINDOW_MASK] = distance(index, table5[slot]);
            table5[slot] = (char) index;
        }
        nextInsert = Math.max(nextInsert, stop);
    }

    /** From 1 to 65,535; 1 for those a whole window back, which is as good as any guess. */
    private static char distance(int index, char earlier) {
        int distance = index - earlier & WINDOW_MASK;
        return (char) (distance | distance - 1 >>> 31);
    }

    /** Finds the longest match at {@code at}, and where to look next. */
    private void search(int at) {
        if (at >= nextInsert) {
            insertBefore(at + CHUNK);
        }
        if (end - at < GRAM - 1) {
            searchNewest(at);
            if (end - at < GRAM) {
                riseEnd = 0;
                riseAt = at + 1;
                return;
            }
        }
        int longer = end;
        do {
            end = longer;
            longer = longer(at);
        } while (longer > 0);
    }

    /** Compares what is newest of each length, without a branch: which of them are good cannot be predicted. */
    private void searchNewest(int at) {
        byte[] bytes = src;
        int index = at - start;
        long word = Lz4Format.read8(bytes, at);
        int best = Math.max(
                common(bytes, at, word, links[index & WINDOW_MASK]), common(bytes, at, word, near4[index & NEAR_MASK]));
        int length = best >>> 16;
        if (length < MIN_MATCH || at + length <= end) {
            return;
        }
        offset = best & WINDOW_MASK;
        if (length == 8) {
            length += Lz4Format.commonLength(bytes, at + 8 - offset, at + 8, limit);
        }
        end = Math.min(at + length, limit);
    }

    /** Number of common bytes, up to 8, above the distance. */
    private static int common(byte[] bytes, int at, long word, int distance) {
        return Lz4Format.equalBytes(word, Lz4Format.read8(bytes, at - distance)) << 16 | distance;
    }

    /**
     * Looks for a match that goes beyond the end of the one at {@code at}, which has at least the length of a gram less one.
     *
     * @return the end of one at that position, whose offset has been stored; or 0, with the next rise stored
     */
    private int longer(int at) {
        int known = end;
        int gram = known - (GRAM - 1);
        riseEnd = 0;
        if (known >= limit || gram - at > effort.longEnough) {
            riseAt = known >= limit ? Integer.MAX_VALUE : gram - effort.longEnough;
            return 0;
        }
        if (gram >= nextInsert) {
            insertBefore(gram + CHUNK);
        }
        byte[] bytes = src;
        char[] chain = links;
        int index = gram - start;
        int wordAt = gram - BEFORE_GRAM;
        // Links of positions a window before the next to insert have been overwritten.
        int farthest = Math.min(MAX_OFFSET, index - BEFORE_GRAM);
        int lastLink = gram - (nextInsert - WINDOW_MASK);
        int needed = known + 1 - at;
        int pending = gram + 1;
        int distance = 0;
        int misses = effort.misses;
        long word = farthest > 0 ? Lz4Format.read8(bytes, wordAt) : 0;
        for (int left = effort.attempts; left > 0 && distance < lastLink; left--) {
            distance += chain[index - distance & WINDOW_MASK];
            if (distance > farthest) {
                break;
            }
            int backwards = Long.numberOfLeadingZeros(word ^ Lz4Format.read8(bytes, wordAt - distance)) >>> 3;
            if (backwards < GRAM) {
                if (--misses == 0) {
                    break;
                }
                continue;
            }
            if (backwards == 8 && needed > 8) {
                backwards += commonBackwards(
                        bytes, wordAt - distance, wordAt, Math.min(needed - 8, wordAt - distance - start));
            }
            if (backwards >= needed) {
                offset = distance;
                return known + 1 + Lz4Format.commonLength(bytes, known + 1 - distance, known + 1, limit);
            }
            int from = known + 1 - backwards;
            if (from <= pending) {
                int to = known + 1 + Lz4Format.commonLength(bytes, known + 1 - distance, known + 1, limit);
                if (from < pending || to > riseEnd) {
                    pending = from;
                    riseEnd = to;
                    riseOffset = distance;
                }
            }
        }
        riseAt = pending;
        return 0;
    }

    /** How many bytes before {@code a} and {@code b} are equal, at most {@code most}. */
    private static int commonBackwards(byte[] bytes, int a, int b, int most) {
        int count = 0;
        while (count <= most - 8) {
            long difference = Lz4Format.read8(bytes, a - count - 8) ^ Lz4Format.read8(bytes, b - count - 8);
            if (difference != 0) {
                return count + (Long.numberOfLeadingZeros(difference) >>> 3);
            }
            count += 8;
        }
        while (count < most && bytes[a - count - 1] == bytes[b - count - 1]) {
            count++;
        }
        return count;
    }
}
