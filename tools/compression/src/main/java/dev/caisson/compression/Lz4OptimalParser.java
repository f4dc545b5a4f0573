package dev.caisson.compression;

import static dev.caisson.compression.Lz4Format.EXTENDED;
import static dev.caisson.compression.Lz4Format.LAST_MATCH_START;
import static dev.caisson.compression.Lz4Format.MIN_MATCH;
import static dev.caisson.compression.Lz4Format.SHORT_MATCH;

/**
 * Levels 7 to 12: chooses the cheapest cut of the input, segment by segment: first the longest match of every position, then costs from
 * the segment's end back to its start.
 *
 * <p>Why one pass suffices: in LZ4 every offset costs two bytes, so of all matches at a position only the longest counts,
 * and it serves for each shorter length too. The cost of what follows (nearly) never grows with the position, so of the
 * lengths with the same number of length bytes only the longest can be best: two candidates per position.
 *
 * <p>A segment is decided together with some positions behind it, whose matches are kept for the next one; segments get
 * short when little output space is left, so that little is searched in vain.
 */
final class Lz4OptimalParser implements Lz4Parser {
    private static final int LONGEST_SEGMENT = 16_384;
    private static final int SHORTEST_SEGMENT = 1_024;
    /** Positions behind a segment that have a say in its last choices. */
    private static final int LOOKAHEAD = 256;

    private static final int ARRAY_LENGTH = LONGEST_SEGMENT + LOOKAHEAD;

    private final Lz4MatchFinder finder;
    /** By position in segment: longest match, 0 for none. */
    private final int[] lengths = new int[ARRAY_LENGTH];
    /** By position in segment: the longest match's offset. */
    private final int[] offsets = new int[ARRAY_LENGTH];
    /** By position in segment: bytes for all from there to the segment's end. */
    private final int[] costs = new int[ARRAY_LENGTH + 1];
    /** By position in segment: how many literals are next, 0 when a match is. */
    private final int[] runs = new int[ARRAY_LENGTH + 1];

    /** By position in segment: length of the match to take, 0 for a literal. */
    private final int[] choices = new int[ARRAY_LENGTH];

    Lz4OptimalParser(Lz4MatchFinder finder) {
        this.finder = finder;
    }

    @Override
    public void parse(byte[] src, int start, int end, Lz4Sequences out) {
        int endOfStarts = end - LAST_MATCH_START + 1;
        finder.begin(src, start, end);
        int segment = start;
        int found = 0;
        while (segment < endOfStarts) {
            int decide = Math.min(segmentLength(start, segment, out), endOfStarts - segment);
            int look = Math.min(decide + LOOKAHEAD, endOfStarts - segment);
            if (found < look) {
                finder.find(segment, found, look, lengths, offsets);
                found = look;
            }
            price(found);
            int next = emit(segment, decide, out);
            if (next < 0) {
                break;
            }
            int done = Math.min(next - segment, found);
            System.arraycopy(lengths, done, lengths, 0, found - done);
            System.arraycopy(offsets, done, offsets, 0, found - done);
            found -= done;
            segment = next;
        }
        finder.end();
    }

    /** Half of what the output space left will probably take, within bounds. */
    private static int segmentLength(int start, int segment, Lz4Sequences out) {
        long covered = Math.max(segment - start, 2_048);
        long written = Math.max(out.written(), 1_024);
        long expected = out.free() * covered / written / 2;
        return (int) Math.max(SHORTEST_SEGMENT, Math.min(LONGEST_SEGMENT, expected));
    }

    /** Leaves the best choice of each position in {@code choices}. */
    private void price(int count) {
        costs[count] = 0;
        runs[count] = 0;
        for (int i = count - 1; i >= 0; i--) {
            int run = runs[i + 1] + 1;
            int best = costs[i + 1] + 1;
            if (run >= EXTENDED && (run - EXTENDED) % 255 == 0) {
                best++;
            }
            int choice = 0;
            int length = cheapestLength(i, count);
            if (length >= MIN_MATCH) {
                int cost = matchCost(i, length, count);
                // A match at the same price: fewer literals for a decoder to copy.
                if (cost <= best) {
                    best = cost;
                    choice = length;
                    run = 0;
                }
            }
            costs[i] = best;
            runs[i] = run;
            choices[i] = choice;
        }
    }

    /** The longest match, or the longest with one length byte less. */
    private int cheapestLength(int at, int count) {
        int length = lengths[at];
        if (length <= SHORT_MATCH || at + length > count) {
            return length;
        }
        int shorter = SHORT_MATCH + 255 * (Lz4Format.matchLengthBytes(length) - 1);
        return matchCost(at, shorter, count) < matchCost(at, length, count) ? shorter : length;
    }

    /** Token, offset and length bytes, and what follows; of a match beyond the segment only the part within counts. */
    private int matchCost(int at, int length, int count) {
        int within = Math.min(length, count - at);
        return 3 + Lz4Format.matchLengthBytes(within) + costs[at + within];
    }

    /** Writes the segment's matches; returns the first position not decided, or -1 when the block is full. */
    private int emit(int segment, int decide, Lz4Sequences out) {
        int at = 0;
        while (at < decide) {
            int length = choices[at];
            if (length == 0) {
                at++;
            } else {
                if (!out.match(segment + at, offsets[at], length)) {
                    return -1;
                }
                at += length;
            }
        }
        return segment + at;
    }
}
