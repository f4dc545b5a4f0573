package dev.caisson.compression;

import java.util.Arrays;
import java.util.Objects;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Our encoder of deflate streams (RFC 1951) with the wrappers of zlib (RFC 1950) and gzip (RFC 1952): the JDK's gives other
 * bytes with another zlib. The same input, level and window give the same bytes on every host, whatever an instance did
 * before. Whole buffers only; for one thread at a time.
 */
public final class DeflateEncoder {
    /** The level with the least work. */
    public static final int FASTEST = 1;
    /** The level with the smallest output. */
    public static final int SMALLEST = 9;
    /** The largest window, as power of two: 32 KiB. */
    public static final int LARGEST_WINDOW_BITS = 15;

    private static final int SMALLEST_WINDOW_BITS = 9;
    private static final int POSITION = 0xFFFF;
    /** A match of three bytes from farther away costs more than three literals. */
    private static final int FARTHEST_SHORT_MATCH = 4_096;

    private static final int PRIME = 0x9E3779B1;
    private static final int MIN_MATCH = DeflateBlock.MIN_MATCH;
    private static final int MAX_MATCH = DeflateBlock.MAX_MATCH;
    /** Hashes are taken of four bytes. */
    private static final int HASHED = 4;

    /** By level: looks per search; lengths from which the next position is not tried, and from which a search ends. */
    private static final int[][] EFFORT = {
        {2, 4, 8},
        {4, 5, 16},
        {8, 6, 32},
        {12, 8, 48},
        {16, 12, 64},
        {24, 24, 96},
        {96, 48, 258},
        {256, 128, 258},
        {2_048, 258, 258}
    };

    private final int attempts;
    private final int lazyBelow;
    private final int longEnough;
    private final int window;
    private final int bucketShift;
    /** By hash of four bytes: see {@link #previous}. */
    private final long[] buckets;
    /** By position modulo window: the position before with the same four bytes. */
    private final char[] chain;
    /** By hash of three bytes: see {@link #previousShort}. */
    private final int[] triples = new int[1 << 12];

    private final int farthestShortMatch;

    private final DeflateBlock block = new DeflateBlock();
    private final DeflateBits out = new DeflateBits(1 << 16);

    private byte[] src;
    private int start;
    private int end;
    /** Result of the last search. */
    private int foundDistance;

    /**
     * An encoder with its own tables, about 250 KiB, and a window of 32 KiB.
     *
     * @param level 1 (fastest) to 9 (smallest)
     */
    public DeflateEncoder(int level) {
        this(level, LARGEST_WINDOW_BITS);
    }

    /**
     * An encoder whose matches reach back at most 2^{@code windowBits} bytes, for decoders that keep no more.
     *
     * @param level 1 (fastest) to 9 (smallest)
     * @param windowBits 9 to 15
     */
    public DeflateEncoder(int level, int windowBits) {
        if (level < FASTEST || level > SMALLEST) {
            throw new IllegalArgumentException("deflate level " + level + ", expected 1 to 9");
        }
        if (windowBits < SMALLEST_WINDOW_BITS || windowBits > LARGEST_WINDOW_BITS) {
            throw new IllegalArgumentException("deflate window of 2^" + windowBits + " bytes, expected 9 to 15");
        }
        int[] effort = EFFORT[level - 1];
        attempts = effort[0];
        lazyBelow = effort[1];
        longEnough = effort[2];
        window = 1 << windowBits;
        farthestShortMatch = Math.min(window, FARTHEST_SHORT_MATCH);
        bucketShift = Integer.SIZE - Math.max(11, windowBits - 1);
        buckets = new long[1 << Integer.SIZE - bucketShift];
        chain = new char[window];
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
        out.clear();
        encode(data, offset, offset, length, true);
        return out.toByteArray();
    }

    /**
     * A bare deflate stream into space of the caller.
     *
     * @param dst receives the stream, from {@code dstOffset} on
     * @param dstCapacity most bytes
     * @return length of the stream, or -1 when it does not fit; {@code dst} is untouched then
     */
    public int deflate(byte[] data, int offset, int length, byte[] dst, int dstOffset, int dstCapacity) {
        out.clear();
        encode(data, offset, offset, length, true);
        out.alignToByte();
        return copyOut(dst, dstOffset, dstCapacity);
    }

    /** A zlib stream into space of the caller, as {@link #deflate(byte[], int, int, byte[], int, int)}. */
    public int zlib(byte[] data, int offset, int length, byte[] dst, int dstOffset, int dstCapacity) {
        encodeZlib(data, offset, length);
        return copyOut(dst, dstOffset, dstCapacity);
    }

    private int copyOut(byte[] dst, int dstOffset, int dstCapacity) {
        Objects.checkFromIndexSize(dstOffset, dstCapacity, dst.length);
        if (out.size() > dstCapacity) {
            return -1;
        }
        out.copyTo(dst, dstOffset);
        return out.size();
    }

    /**
     * One piece of a longer stream, to be concatenated with the others: it ends at a byte, with an empty stored block unless
     * it is the last one (RFC 1951 has no other way). Matches reach into the {@code history} bytes before {@code offset}, so
     * that cutting the input costs next to nothing.
     *
     * @param history bytes before {@code offset} that the decoder knows; at most a window of them is used
     */
    public byte[] piece(byte[] data, int history, int offset, int length, boolean last) {
        Objects.checkFromIndexSize(offset - history, history, data.length);
        out.clear();
        encode(data, Math.max(offset - history, offset - window), offset, length, last);
        if (!last) {
            out.bits(0, 3);
            out.alignToByte();
            out.raw(new byte[] {0, 0, (byte) 0xFF, (byte) 0xFF}, 0, 4);
        }
        return out.toByteArray();
    }

    /** A zlib stream (RFC 1950) of {@code length} bytes from {@code offset} on. */
    public byte[] zlib(byte[] data, int offset, int length) {
        encodeZlib(data, offset, length);
        return out.toByteArray();
    }

    private void encodeZlib(byte[] data, int offset, int length) {
        out.clear();
        // CMF: deflate, 32 KiB window. FLG: default compression, no dictionary, check bits.
        out.raw(new byte[] {0x78, (byte) 0x9C}, 0, 2);
        encode(data, offset, offset, length, true);
        out.alignToByte();
        Adler32 adler = new Adler32();
        adler.update(data, offset, length);
        out.bits(Integer.toUnsignedLong(Integer.reverseBytes((int) adler.getValue())), 32);
    }

    /** A gzip file (RFC 1952) of one member with {@code length} bytes from {@code offset} on: no name, no time. */
    public byte[] gzip(byte[] data, int offset, int length) {
        out.clear();
        out.raw(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 255}, 0, 10);
        encode(data, offset, offset, length, true);
        out.alignToByte();
        CRC32 crc = new CRC32();
        crc.update(data, offset, length);
        out.bits(crc.getValue(), 32);
        out.bits(Integer.toUnsignedLong(length), 32);
        return out.toByteArray();
    }

    private void encode(byte[] data, int historyStart, int offset, int length, boolean last) {
        Objects.checkFromIndexSize(offset, length, data.length);
        src = data;
        start = historyStart;
        end = offset + length;
        Arrays.fill(buckets, 0);
        Arrays.fill(triples, 0);
        for (int at = historyStart; at < offset; at++) {
            insert(at);
        }
        int position = offset;
        do {
            int from = position;
            position = fillBlock(position);
            if (position > from || last) {
                block.writeTo(out, data, from, last && position == end);
            }
        } while (position < end);
        src = null;
    }

    /** Gathers literals and matches until the block is full or the input ends; returns the position behind them. */
    private int fillBlock(int from) {
        byte[] bytes = src;
        int[] symbols = block.symbols();
        int count = 0;
        int searchEnd = end - HASHED;
        int position = from;
        while (position <= searchEnd && count < DeflateBlock.FULL) {
            int length = longest(position, MIN_MATCH - 1);
            if (length < MIN_MATCH) {
                symbols[count++] = bytes[position++] & 0xFF;
                continue;
            }
            int distance = foundDistance;
            // Lazy choice: a longer match one byte on is worth a literal.
            while (length < lazyBelow && position < searchEnd) {
                int later = longest(position + 1, length);
                if (later <= length) {
                    break;
                }
                symbols[count++] = bytes[position++] & 0xFF;
                length = later;
                distance = foundDistance;
            }
            symbols[count++] = distance << 9 | length;
            int next = position + length;
            // The search of the position behind this one has put it into the tables already, unless it was not made.
            int insertFrom = position + (length < lazyBelow && position < searchEnd ? 2 : 1);
            int insertTo = Math.min(next, searchEnd + 1);
            for (int at = insertFrom; at < insertTo; at++) {
                insert(at);
            }
            position = next;
        }
        while (position < end && count < DeflateBlock.FULL) {
            symbols[count++] = bytes[position++] & 0xFF;
        }
        block.gathered(count);
        return position;
    }

    private void insert(int at) {
        if (at <= src.length - HASHED) {
            int word = Lz4Format.read4(src, at);
            previous(at, word);
            previousShort(at, word);
        }
    }

    /**
     * The position before with the same four bytes, modulo 64 KiB, or {@code at} itself; {@code at} takes its place. Of every
     * hash there are the two newest different words, told apart by 16 more bits of it: what has no match, which is most
     * positions of most images, costs no look at the input.
     */
    private int previous(int at, int word) {
        int mixed = word * PRIME;
        int slot = mixed >>> bucketShift;
        // All bits of the product below the slot's depend on fewer bits of the word: fold the word once more.
        int tag = (mixed ^ word) << 16;
        int entry = tag | at & POSITION;
        long bucket = buckets[slot];
        int first = (int) bucket;
        int second = (int) (bucket >>> 32);
        int found = at & POSITION;
        if ((first ^ tag) >>> 16 == 0) {
            found = first & POSITION;
            buckets[slot] = bucket & 0xFFFFFFFF00000000L | entry & 0xFFFFFFFFL;
        } else {
            buckets[slot] = bucket << 32 | entry & 0xFFFFFFFFL;
            if ((second ^ tag) >>> 16 == 0) {
                found = second & POSITION;
            }
        }
        chain[at & chain.length - 1] = (char) found;
        return found;
    }

    /**
     * How far back the newest position with the same three bytes is, modulo 64 KiB; 0 when it is unknown. A product with an
     * odd number mod 2^24 tells all triples apart, so a slot and the bits left make the triple.
     */
    private int previousShort(int at, int word) {
        int mixed = (word << 8) * PRIME;
        int tag = mixed >>> 8 & 0xFFF;
        int before = triples[mixed >>> 20];
        triples[mixed >>> 20] = tag << 16 | at & POSITION;
        return before >>> 16 == tag ? at - before & POSITION : 0;
    }

    /**
     * Length of the longest match, when it is longer than {@code shortest}; its distance is in foundDistance. Puts the
     * position into the tables. Table entries are positions modulo 64 KiB: an old one may point anywhere, and the bytes there
     * decide.
     */
    private int longest(int position, int shortest) {
        byte[] bytes = src;
        int word = Lz4Format.read4(bytes, position);
        int candidate = previous(position, word);
        int distance = position - candidate & POSITION;
        int near = previousShort(position, word);
        if ((distance | near) == 0) {
            return shortest;
        }
        int best = shortest;
        if (near > 0
                && best < MIN_MATCH
                && near <= Math.min(position - start, farthestShortMatch)
                && (Lz4Format.read4(bytes, position - near) ^ word) << 8 == 0) {
            best = MIN_MATCH;
            foundDistance = near;
        }
        return distance == 0 ? best : longest(position, word, distance, best);
    }

    private int longest(int position, int word, int nearest, int shortest) {
        byte[] bytes = src;
        char[] links = chain;
        int reach = Math.min(position - start, window);
        int best = shortest;
        int before = 0;
        int distance = nearest;
        for (int left = attempts; left > 0 && distance > before && distance <= reach; left--) {
            before = distance;
            int at = position - distance;
            if (Lz4Format.read4(bytes, at) == word) {
                best = extended(bytes, at, position, best);
                if (best >= longEnough) {
                    break;
                }
            }
            distance = position - links[at & links.length - 1] & POSITION;
        }
        return best;
    }

    private int extended(byte[] bytes, int at, int position, int best) {
        int limit = Math.min(end, position + MAX_MATCH);
        int length = HASHED + Lz4Format.commonLength(bytes, at + HASHED, position + HASHED, limit);
        if (length <= best) {
            return best;
        }
        foundDistance = position - at;
        return length;
    }
}
