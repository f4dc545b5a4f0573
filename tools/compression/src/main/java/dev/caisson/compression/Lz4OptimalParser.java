package dev.caisson.compression;

import static dev.caisson.compression.Lz4Format.EXTENDED;
import static dev.caisson.compression.Lz4Format.LAST_MATCH_START;
import static dev.caisson.compression.Lz4Format.MIN_MATCH;
import static dev.caisson.compression.Lz4Format.SHORT_MATCH;

/**
 * Chooses the cheapest cut of the input, segment by segment: first the longest match of every position, then costs from the
 * segment's end back to its start.
 *
 * <p>Why one pass suffices: in LZ4 every offset costs two bytes, so of all matches at a position only the longest counts,
 * and it serves for each shorter length too. The cost of what follows (nearly) never grows with the position, so of the
 * lengths with the same number of length bytes only the longest can be best: two candidates per position.
 *
 * <p>A segment is decided together with some positions behind it, whose matches are kept for the next one; segments get
 * short when little output space is left, so that little is searched in vain.
 */
final class Lz4OptimalParser implements Lz4Parser {
    private static final int LONGEST_SEGMENT = 4_096;
    private static final int SHORTEST_SEGMENT = 512;
    /** Positions behind a segment that have a say in its last choices. */
    private static final int LOOKAHEAD = 192;

    private static final int ARRAY_LENGTH = LONGEST_SEGMENT + LOOKAHEAD;

    private final Lz4MatchFinder finder;
    private final Lz4Staircase steps = new Lz4Staircase(ARRAY_LENGTH + 1);
    /** By position in segment: bytes for all from there to the segment's end. */
    private final int[] costs = new int[ARRAY_LENGTH + 1];
    /** By position in segment: length of the match to take, or minus the number of literals. */
    private final int[] choices = new int[ARRAY_LENGTH];

    /** While pricing: bytes for all from here on. */
    private int cost;
    /** While pricing: how many literals are next. */
    private int run;

    Lz4OptimalParser(Lz4MatchFinder finder) {
        this.finder = finder;
    }

    @Override
    public void parse(byte[] src, int start, int end, Lz4Sequences out) {
        int endOfStarts = end - LAST_MATCH_START + 1;
        finder.begin(src, start, end, expected(end - start, out.free()));
        steps.clear();
        int segment = start;
        while (segment >= 0 && segment < endOfStarts) {
            int decide = Math.min(segmentLength(start, segment, out), endOfStarts - segment);
            int look = Math.min(decide + LOOKAHEAD, endOfStarts - segment);
            finder.find(segment, segment + look, steps);
            price(segment, look);
            segment = emit(segment, decide, out);
            steps.dropBefore(segment);
        }
        finder.end();
    }

    /** How much input will be looked at, when it shrinks to a quarter. */
    private static int expected(int length, int space) {
        return (int) Math.min(length, 4L * space);
    }

    /** Half of what the output space left will probably take, within bounds. */
    private static int segmentLength(int start, int segment, Lz4Sequences out) {
        long covered = Math.max(segment - start, 2_048);
        long written = Math.max(out.written(), 1_024);
        long expected = out.free() * covered / written / 2;
        return (int) Math.max(SHORTEST_SEGMENT, Math.min(LONGEST_SEGMENT, expected));
    }

    /** Leaves the best choice of each position in {@code choices}. */
    private void price(int segment, int count) {
        costs[count] = 0;
        cost = 0;
        run = 0;
        int at = count;
        for (int step = steps.count() - 1; step >= 0 && at > 0; step--) {
            int from = Math.max(steps.start(step) - segment, 0);
            int end = steps.end(step) - segment;
            at = priceLiterals(at, Math.max(from, end - MIN_MATCH + 1));
            at = priceShort(at, Math.max(from, end - SHORT_MATCH), end, count);
            at = priceLong(at, from, end, count);
        }
        priceLiterals(at, 0);
    }

    /** Positions without a match. */
    private int priceLiterals(int from, int to) {
        int[] prices = costs;
        int[] lengths = choices;
        int price = cost;
        int literals = run;
        int longer = nextLengthByte(literals);
        int at = from;
        while (at > to) {
            at--;
            literals++;
            price++;
            if (literals == longer) {
                price++;
                longer += 255;
            }
            prices[at] = price;
            lengths[at] = -literals;
        }
        cost = price;
        run = literals;
        return at;
    }

    /** The next number of literals that needs another length byte. */
    private static int nextLengthByte(int literals) {
        return EXTENDED + 255 * Lz4Format.literalLengthBytes(literals);
    }

    /** Positions whose match up to {@code end} needs no length bytes. */
    private int priceShort(int from, int to, int end, int count) {
        if (from <= to) {
            return from;
        }
        int[] prices = costs;
        int[] lengths = choices;
        int price = cost;
        int literals = run;
        int longer = nextLengthByte(literals);
        int matchPrice = 3 + prices[Math.min(end, count)];
        int at = from;
        while (at > to) {
            at--;
            literals++;
            price++;
            if (literals == longer) {
                price++;
                longer += 255;
            }
            int choice = -literals;
            // A match at the same price: fewer literals for a decoder to copy.
            if (matchPrice <= price) {
                price = matchPrice;
                choice = end - at;
                literals = 0;
                longer = EXTENDED;
            }
            prices[at] = price;
            lengths[at] = choice;
        }
        cost = price;
        run = literals;
        return at;
    }

    /** Positions whose match needs length bytes: the longest, or the longest with one length byte less. */
    private int priceLong(int from, int to, int end, int count) {
        int at = from;
        while (at > to) {
            at--;
            int length = end - at;
            int best = matchPrice(at, length, count);
            if (end <= count) {
                int shorter = SHORT_MATCH + 255 * (Lz4Format.matchLengthBytes(length) - 1);
                int price = matchPrice(at, shorter, count);
                if (price < best) {
                    best = price;
                    length = shorter;
                }
            }
            int literals = run + 1;
            int price = cost + 1 + (literals == nextLengthByte(run) ? 1 : 0);
            boolean match = best <= price;
            run = match ? 0 : literals;
            cost = match ? best : price;
            costs[at] = cost;
            choices[at] = match ? length : -literals;
        }
        return at;
    }

    /** Token, offset and length bytes, and what follows; of a match beyond the segment only the part within counts. */
    private int matchPrice(int at, int length, int count) {
        int within = Math.min(length, count - at);
        return 3 + Lz4Format.matchLengthBytes(within) + costs[at + within];
    }

    /** Writes the segment's matches; returns the first position not decided, or -1 when the block is full. */
    private int emit(int segment, int decide, Lz4Sequences out) {
        int at = 0;
        int step = 0;
        while (at < decide) {
            int length = choices[at];
            if (length < 0) {
                at = Math.min(at - length, decide);
                continue;
            }
            step = steps.stepOf(segment + at, step);
            if (!out.match(segment + at, steps.offset(step), length)) {
                return -1;
            }
            at += length;
        }
        return segment + at;
    }
}
