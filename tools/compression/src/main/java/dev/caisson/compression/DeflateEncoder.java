package dev.caisson.compression;

import java.util.Arrays;
import java.util.Objects;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Our encoder of deflate streams (RFC 1951) with the wrappers of zlib (RFC 1950) and gzip (RFC 1952): the JDK's gives other
 * bytes with another zlib. The same input and level give the same bytes on every host, whatever an instance did before.
 * Whole buffers only; for one thread at a time.
 */
public final class DeflateEncoder {
    /** The level with the least work. */
    public static final int FASTEST = 1;
    /** The level with the smallest output. */
    public static final int SMALLEST = 9;

    private static final int WINDOW = 32_768;
    private static final int WINDOW_MASK = WINDOW - 1;
    private static final int HASH_BITS = 15;
    private static final int PRIME = 0x9E3779B1;
    /** A match of three bytes from farther away costs more than three literals. */
    private static final int FARTHEST_SHORT_MATCH = 4_096;

    private static final int MAX_MATCH = DeflateBlock.MAX_MATCH;

    /** By level: looks per search; lengths from which the next position is not tried, and from which a search ends. */
    private static final int[][] EFFORT = {
        {4, 4, 8},
        {6, 5, 16},
        {12, 6, 32},
        {24, 8, 64},
        {48, 16, 128},
        {96, 24, 128},
        {192, 48, 258},
        {512, 128, 258},
        {2_048, 258, 258}
    };

    private final int attempts;
    private final int lazyBelow;
    private final int longEnough;
    private final int[] newest = new int[1 << HASH_BITS];
    private final int[] chain = new int[WINDOW];
    private final DeflateBlock block = new DeflateBlock();

    private byte[] src;
    private int start;
    private int end;
    /** First position not yet in the tables. */
    private int nextInsert;
    /** Result of the last search. */
    private int foundDistance;

    /**
     * An encoder with its own tables, about 400 KiB.
     *
     * @param level 1 (fastest) to 9 (smallest)
     */
    public DeflateEncoder(int level) {
        if (level < FASTEST || level > SMALLEST) {
            throw new IllegalArgumentException("deflate level " + level + ", expected 1 to 9");
        }
        int[] effort = EFFORT[level - 1];
        attempts = effort[0];
        lazyBelow = effort[1];
        longEnough = effort[2];
    }

    /** A gzip file of one member: no name, no time, operating system "unknown". */
    public static byte[] gzip(byte[] data, int level) {
        return new DeflateEncoder(level).gzip(data, 0, data.length);
    }

    /** A zlib stream. */
    public static byte[] zlib(byte[] data, int level) {
        return new DeflateEncoder(level).zlib(data, 0, data.length);
    }

    /** A bare deflate stream of {@code length} bytes from {@code offset} on. */
    public byte[] deflate(byte[] data, int offset, int length) {
        DeflateBits out = new DeflateBits(length / 2);
        encode(data, offset, length, out);
        return out.toByteArray();
    }

    /** A zlib stream (RFC 1950) of {@code length} bytes from {@code offset} on. */
    public byte[] zlib(byte[] data, int offset, int length) {
        DeflateBits out = new DeflateBits(length / 2);
        // CMF: deflate, 32 KiB window. FLG: default compression, no dictionary, check bits.
        out.raw(new byte[] {0x78, (byte) 0x9C}, 0, 2);
        encode(data, offset, length, out);
        out.alignToByte();
        Adler32 adler = new Adler32();
        adler.update(data, offset, length);
        out.bits(Integer.toUnsignedLong(Integer.reverseBytes((int) adler.getValue())), 32);
        return out.toByteArray();
    }

    /** A gzip file (RFC 1952) of one member with {@code length} bytes from {@code offset} on: no name, no time. */
    public byte[] gzip(byte[] data, int offset, int length) {
        DeflateBits out = new DeflateBits(length / 2);
        out.raw(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 255}, 0, 10);
        encode(data, offset, length, out);
        out.alignToByte();
        CRC32 crc = new CRC32();
        crc.update(data, offset, length);
        out.bits(crc.getValue(), 32);
        out.bits(length, 32);
        return out.toByteArray();
    }

    private void encode(byte[] data, int offset, int length, DeflateBits out) {
        Objects.checkFromIndexSize(offset, length, data.length);
        src = data;
        start = offset;
        end = offset + length;
        nextInsert = offset;
        Arrays.fill(newest, -1);
        int blockStart = offset;
        int position = offset;
        while (position < end) {
            position = next(position);
            if (block.isFull()) {
                int covered = block.inputLength();
                block.writeTo(out, data, blockStart, position == end);
                blockStart += covered;
            }
        }
        if (blockStart < end || length == 0) {
            block.writeTo(out, data, blockStart, true);
        }
        src = null;
    }

    /** Puts a match, or literals and perhaps a match, into the block; returns the position behind them. */
    private int next(int position) {
        int length = longest(position, DeflateBlock.MIN_MATCH - 1);
        if (length < DeflateBlock.MIN_MATCH) {
            block.literal(src[position] & 0xFF);
            return position + 1;
        }
        int at = position;
        int distance = foundDistance;
        // Lazy choice: a longer match one byte on is worth a literal.
        while (length < lazyBelow && at + 1 < end) {
            int later = longest(at + 1, length);
            if (later <= length) {
                break;
            }
            block.literal(src[at] & 0xFF);
            at++;
            length = later;
            distance = foundDistance;
        }
        block.match(length, distance);
        return at + length;
    }

    private void insertBefore(int position) {
        int last = Math.min(position, end - DeflateBlock.MIN_MATCH + 1);
        while (nextInsert < last) {
            int slot = hash(nextInsert);
            chain[nextInsert & WINDOW_MASK] = newest[slot];
            newest[slot] = nextInsert;
            nextInsert++;
        }
    }

    private int hash(int at) {
        int word = (src[at] & 0xFF) | (src[at + 1] & 0xFF) << 8 | (src[at + 2] & 0xFF) << 16;
        return word * PRIME >>> 32 - HASH_BITS;
    }

    /** Length of the longest match, when it is longer than {@code shortest}; its distance is in foundDistance. */
    private int longest(int position, int shortest) {
        insertBefore(position);
        int limit = Math.min(end, position + MAX_MATCH);
        int best = shortest;
        if (end - position < DeflateBlock.MIN_MATCH || position + best >= limit) {
            return best;
        }
        int lowest = Math.max(start, position - WINDOW);
        int candidate = newest[hash(position)];
        for (int left = attempts; left > 0 && candidate >= lowest; left--) {
            if (src[candidate + best] == src[position + best]) {
                int length = Lz4Format.commonLength(src, candidate, position, limit);
                if (length > best
                        && (length > DeflateBlock.MIN_MATCH || position - candidate <= FARTHEST_SHORT_MATCH)) {
                    best = length;
                    foundDistance = position - candidate;
                    if (length >= longEnough || position + length >= limit) {
                        break;
                    }
                }
            }
            candidate = chain[candidate & WINDOW_MASK];
        }
        return best;
    }
}
