package dev.caisson.erofs;

import dev.caisson.bytes.CorruptDataException;
import java.util.ArrayList;
import java.util.List;

/**
 * The logical clusters of one compressed file: one entry for each block of its size, which says where the physical cluster
 * that covers it begins ({@code struct z_erofs_lcluster_index}). {@link FullIndex} and {@link CompactIndex} store it.
 *
 * <p>At most one physical cluster begins in a logical cluster: HEAD1 (compressed) or PLAIN, {@code clusterofs} bytes into it.
 * In the others (NONHEAD) {@code delta0} leads back to the head and {@code delta1} on to the next head; with big physical
 * clusters the first NONHEAD says the number of blocks instead of {@code delta0 = 1}. Where a physical cluster ends with the
 * file inside a logical cluster, that one is a PLAIN head at the end of the file, which holds nothing: without it, readers
 * would take the cluster to go on to the end of the block. A cluster that the inode holds counts as one block here, and may
 * begin in the last logical cluster.
 */
final class Lclusters {
    static final int PLAIN = 0;
    static final int HEAD1 = 1;
    static final int NONHEAD = 2;

    /** {@code Z_EROFS_LI_D0_CBLKCNT}: the entry says a number of blocks. Distances are cut to below it. */
    static final int CBLKCNT = 1 << 11;
    /** Largest log2 of the block size that a compact index can serve. */
    static final int MAX_COMPACT_BITS = 14;
    /** Largest log2 of the block size that its 2-byte entries can serve. */
    static final int MAX_2B_BITS = 12;

    private final int bits;
    private final byte[] types;
    /** {@code clusterofs} of heads; {@code delta0} or block count of the others. */
    private final int[] lows;
    /** Block of heads; {@code delta1} of the others, 0 where a reader did not learn it. */
    private final long[] highs;

    Lclusters(int bits, int count) {
        this.bits = bits;
        this.types = new byte[count];
        this.lows = new int[count];
        this.highs = new long[count];
    }

    int count() {
        return types.length;
    }

    int bits() {
        return bits;
    }

    int type(int i) {
        return types[i];
    }

    int low(int i) {
        return lows[i];
    }

    long high(int i) {
        return highs[i];
    }

    boolean isHead(int i) {
        return types[i] != NONHEAD;
    }

    boolean isBlockCount(int i) {
        return types[i] == NONHEAD && (lows[i] & CBLKCNT) != 0;
    }

    void set(int i, int type, int low, long high) {
        types[i] = (byte) type;
        lows[i] = low;
        highs[i] = high;
    }

    /** Number of logical clusters of a file. */
    static long count(long size, int bits) {
        return (size >> bits) + ((size & (1L << bits) - 1) == 0 ? 0 : 1);
    }

    /**
     * Describes a file.
     *
     * @param clusters gapless, in the order of the file, their blocks counted from the file's first
     * @param firstBlock the file's first block in the image
     * @param big whether the number of blocks is stored
     */
    static Lclusters of(List<PhysicalCluster> clusters, long size, int bits, long firstBlock, boolean big) {
        Lclusters result = new Lclusters(bits, Math.toIntExact(count(size, bits)));
        int mask = (1 << bits) - 1;
        for (PhysicalCluster cluster : clusters) {
            int head = (int) (cluster.start() >> bits);
            int next = (int) (cluster.end() >> bits);
            result.set(
                    head,
                    cluster.compressed() ? HEAD1 : PLAIN,
                    (int) cluster.start() & mask,
                    firstBlock + cluster.block());
            for (int i = head + 1; i < next; i++) {
                boolean blockCount = big && i == head + 1;
                int distance = Math.min(i - head, CBLKCNT - 1);
                result.set(i, NONHEAD, blockCount ? Math.max(1, cluster.blocks()) | CBLKCNT : distance, next - i);
            }
            if (cluster.end() == size && next > head && next < result.count()) {
                result.set(next, PLAIN, (int) size & mask, 0);
            }
        }
        return result;
    }

    /**
     * The physical clusters, checked against the kernel's rules.
     *
     * @param header the inode's
     * @param maxBlocks most blocks of a physical cluster
     * @param where offset of the index, for messages
     */
    List<PhysicalCluster> toClusters(long size, MapHeader header, int maxBlocks, long where)
            throws CorruptDataException {
        List<PhysicalCluster> clusters = new ArrayList<>();
        int head = 0;
        while (head < count()) {
            long start = ((long) head << bits) + lows[head];
            check(isHead(head) && (head > 0 || start == 0), where, head, "is no head", "a head");
            if (start >= size) {
                check(head == count() - 1 && start == size, where, head, "begins after the end", "the last at the end");
                break;
            }
            int next = nextHead(head, header.bigPclusters(), where);
            long end = next == count() ? size : ((long) next << bits) + lows[next];
            int blocks = blocks(head, next);
            boolean compressed = types[head] == HEAD1;
            check(blocks >= 1 && blocks <= maxBlocks, where, head, blocks + " blocks", "1 to " + maxBlocks);
            check(compressed || blocks == 1, where, head, "plain with " + blocks + " blocks", "1 block");
            long most = compressed ? MAX_LOGICAL_BYTES : 1L << bits;
            check(end > start && end - start <= most, where, head, (end - start) + " bytes", "1 to " + most);
            clusters.add(new PhysicalCluster(start, (int) (end - start), highs[head], blocks, compressed));
            head = next;
        }
        return clusters;
    }

    /** {@code Z_EROFS_PCLUSTER_MAX_DSIZE}. */
    private static final long MAX_LOGICAL_BYTES = 12 << 20;

    private int blocks(int head, int next) {
        return next > head + 1 && isBlockCount(head + 1) ? lows[head + 1] & ~CBLKCNT : 1;
    }

    private int nextHead(int head, boolean big, long where) throws CorruptDataException {
        int next = head + 1;
        while (next < count() && !isHead(next)) {
            int distance = next - head;
            if (distance == 1 && big) {
                check(isBlockCount(next), where, next, "has no block count", "one");
            } else {
                // Distances that do not fit are cut, and readers go on from where they come out.
                boolean right = lows[next] == Math.min(distance, CBLKCNT - 1);
                check(right, where, next, "delta0 " + lows[next], "" + distance);
            }
            next++;
        }
        for (int i = head + 1; i < next; i++) {
            boolean right = highs[i] == 0 || highs[i] == next - i || highs[i] >= CBLKCNT - 1 && highs[i] < next - i;
            check(right, where, i, "delta1 " + highs[i], "" + (next - i));
        }
        return next;
    }

    private static void check(boolean right, long where, int i, String actual, String expected)
            throws CorruptDataException {
        if (!right) {
            throw new CorruptDataException("z_erofs_lcluster_index " + i, where, actual, expected);
        }
    }
}
