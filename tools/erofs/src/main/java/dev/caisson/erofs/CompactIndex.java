package dev.caisson.erofs;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;

/**
 * The index of {@code EROFS_INODE_COMPRESSED_COMPACT}, right after the {@link MapHeader}: packs of entries of a few bits that end in
 * one block address. Packs of two entries in 8 bytes lead up to the first multiple of 32 in the image; then, for blocks up to
 * 4 KiB, packs of sixteen entries in 32 bytes; then packs of two again. The last pack may hold a single entry.
 *
 * <p>An entry is {@code type << lobits | low}, low as in {@link Lclusters}, except that the last of a pack stores
 * {@code delta1} instead of {@code delta0}: lookups in either direction can so be done from within one pack. The address of a
 * head is the pack's address plus the blocks of the heads before it in the pack; without big physical clusters it is one more.
 */
final class CompactIndex {
    private final int bits;
    private final int lowBits;
    private final boolean big;
    private final long firstOffset;
    private final int count;
    private final int leading;
    private final int middle;

    /**
     * @param offset position of the first pack in the image (or congruent to it modulo 32)
     * @param count number of logical clusters
     */
    CompactIndex(MapHeader header, int bits, long offset, int count) {
        this.bits = bits;
        this.lowBits = Math.max(bits, 12);
        this.big = header.bigPclusters();
        this.firstOffset = offset;
        this.count = count;
        int toAlignment = (int) ((32 - offset % 32) / 4) & 7;
        boolean twoByte = header.compacted2b() && toAlignment < count;
        this.leading = twoByte ? toAlignment : 0;
        this.middle = twoByte ? (count - leading) / 16 * 16 : 0;
    }

    /** Size in bytes of all packs. */
    long size() {
        int trailing = count - leading - middle;
        return 4L * leading + 2L * middle + 8L * ((trailing + 1) / 2);
    }

    private int packEntries(int first) {
        return first >= leading && first < leading + middle ? 16 : 2;
    }

    private static int packBytes(int entries) {
        return entries == 16 ? 32 : 8;
    }

    private static int entryBits(int entries) {
        return (packBytes(entries) - 4) * 8 / entries;
    }

    byte[] write(Lclusters clusters) {
        byte[] out = new byte[Math.toIntExact(size())];
        int at = 0;
        for (int first = 0; first < count; ) {
            int entries = packEntries(first);
            writePack(clusters, first, entries, out, at);
            at += packBytes(entries);
            first += entries;
        }
        return out;
    }

    private void writePack(Lclusters clusters, int first, int entries, byte[] out, int at) {
        int width = entryBits(entries);
        for (int i = 0; i < entries && first + i < count; i++) {
            int lcn = first + i;
            int low = clusters.low(lcn);
            if (i == entries - 1 && !clusters.isHead(lcn) && !clusters.isBlockCount(lcn)) {
                low = (int) Math.min(Lclusters.CBLKCNT - 1, clusters.high(lcn));
            }
            putBits(out, at * 8L + (long) i * width, clusters.type(lcn) << lowBits | low, width);
        }
        putBits(out, (at + packBytes(entries) - 4) * 8L, packAddress(clusters, first, entries), 32);
    }

    /** What to store so that the blocks counted within the pack lead to each of its heads. */
    private int packAddress(Lclusters clusters, int first, int entries) {
        long address = 0;
        boolean known = false;
        long counted = big ? 0 : 1;
        for (int lcn = first; lcn < Math.min(count, first + entries); lcn++) {
            if (clusters.isHead(lcn) && clusters.high(lcn) != 0) {
                if (known && address + counted != clusters.high(lcn)) {
                    throw new IllegalStateException("physical clusters of a file are not in one piece");
                }
                address = clusters.high(lcn) - counted;
                known = true;
            }
            counted += blocksCountedAt(clusters, lcn, first + entries);
        }
        return (int) address;
    }

    /** Blocks that the entry adds to the addresses of the heads after it in the pack that ends before {@code packEnd}. */
    private int blocksCountedAt(Lclusters clusters, int lcn, int packEnd) {
        if (clusters.isHead(lcn)) {
            boolean saidNext = big && lcn + 1 < Math.min(packEnd, count) && clusters.isBlockCount(lcn + 1);
            return saidNext ? 0 : 1;
        }
        return big && clusters.isBlockCount(lcn) ? clusters.low(lcn) & ~Lclusters.CBLKCNT : 0;
    }

    Lclusters read(byte[] bytes) throws FormatException {
        Lclusters clusters = new Lclusters(bits, count);
        int at = 0;
        for (int first = 0; first < count; ) {
            int entries = packEntries(first);
            readPack(clusters, first, entries, bytes, at);
            at += packBytes(entries);
            first += entries;
        }
        return clusters;
    }

    private void readPack(Lclusters clusters, int first, int entries, byte[] in, int at) throws FormatException {
        int width = entryBits(entries);
        int end = Math.min(count, first + entries);
        for (int lcn = first; lcn < end; lcn++) {
            long value = getBits(in, at * 8L + (long) (lcn - first) * width, width);
            int type = (int) (value >>> lowBits);
            int low = (int) (value & (1L << lowBits) - 1);
            if (type > Lclusters.NONHEAD || type != Lclusters.NONHEAD && low >> bits != 0) {
                throw new UnsupportedFeatureException(
                        "compact index entry " + lcn, firstOffset + at, "type " + type + " with " + low, "0, 1 or 2");
            }
            clusters.set(lcn, type, low, 0);
        }
        int last = first + entries - 1;
        if (last < end && !clusters.isHead(last) && !clusters.isBlockCount(last)) {
            restoreLast(clusters, last, first);
        }
        long counted = big ? 0 : 1;
        long address = getBits(in, (at + packBytes(entries) - 4) * 8L, 32);
        for (int lcn = first; lcn < end; lcn++) {
            if (clusters.isHead(lcn)) {
                clusters.set(lcn, clusters.type(lcn), clusters.low(lcn), address + counted & 0xffffffffL);
            }
            counted += blocksCountedAt(clusters, lcn, first + entries);
        }
    }

    /** The last entry of a pack stored delta1; its delta0 follows from the entry before it in the same pack. */
    private static void restoreLast(Lclusters clusters, int last, int first) {
        int before = last - 1;
        int delta0;
        if (before < first || clusters.isHead(before)) {
            delta0 = 1;
        } else if (clusters.isBlockCount(before)) {
            delta0 = 2;
        } else {
            delta0 = Math.min(clusters.low(before) + 1, Lclusters.CBLKCNT - 1);
        }
        clusters.set(last, Lclusters.NONHEAD, delta0, clusters.low(last));
    }

    private static void putBits(byte[] out, long position, int value, int width) {
        for (int i = 0; i < width; i++) {
            if ((value >>> i & 1) != 0) {
                out[(int) ((position + i) >> 3)] |= (byte) (1 << (position + i & 7));
            }
        }
    }

    private static long getBits(byte[] in, long position, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (long) (in[(int) ((position + i) >> 3)] >> (position + i & 7) & 1) << i;
        }
        return value;
    }
}
