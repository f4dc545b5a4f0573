package dev.caisson.compression;

import static dev.caisson.compression.Lz4Format.LAST_LITERALS;
import static dev.caisson.compression.Lz4Format.LAST_MATCH_START;
import static dev.caisson.compression.Lz4Format.MAX_OFFSET;
import static dev.caisson.compression.Lz4Format.MIN_MATCH;

import java.util.Arrays;

/** Level 0: takes the first match that one look into a table of recent positions gives; steps grow where nothing matches. */
final class Lz4FastParser extends Lz4IndexedParser {
    private static final int HASH_BITS = 13;
    private static final long PRIME = 0xCF1BBCDCBBL;
    /** After 2^n fruitless looks the step grows by one. */
    private static final int SKIP_BITS = 6;

    private final int[] recent = new int[1 << HASH_BITS];

    @Override
    void clear() {
        Arrays.fill(recent, 0);
    }

    /** Of five bytes: four give many matches of length 4, which save one byte and cost a sequence. */
    private static int hash(long word) {
        return (int) ((word << 24) * PRIME >>> 64 - HASH_BITS);
    }

    @Override
    public void parse(byte[] src, int start, int end, Lz4Sequences out) {
        int bias = indexBias(start, end);
        int lastStart = end - LAST_MATCH_START;
        int position = start;
        while (position <= lastStart) {
            int match = -1;
            for (int looks = 1 << SKIP_BITS; position <= lastStart; looks++) {
                int slot = hash(Lz4Format.read8(src, position));
                int candidate = recent[slot] - bias;
                recent[slot] = position + bias;
                if (candidate >= start
                        && position - candidate <= MAX_OFFSET
                        && Lz4Format.read4(src, candidate) == Lz4Format.read4(src, position)) {
                    match = candidate;
                    break;
                }
                position += looks >>> SKIP_BITS;
            }
            if (match < 0) {
                break;
            }
            int back = extensionBackwards(src, position, match, out.covered(), start);
            int length = back
                    + MIN_MATCH
                    + Lz4Format.commonLength(src, match + MIN_MATCH, position + MIN_MATCH, end - LAST_LITERALS);
            if (!out.match(position - back, position - match, length)) {
                break;
            }
            position += length - back;
            if (position <= lastStart) {
                recent[hash(Lz4Format.read8(src, position - 2))] = position - 2 + bias;
            }
        }
        usedUpTo(Math.min(position, end) + bias);
    }
}
