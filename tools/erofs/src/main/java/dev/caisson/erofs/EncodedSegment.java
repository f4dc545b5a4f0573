package dev.caisson.erofs;

import java.util.List;

/** One segment of a file, encoded: clusters and their stored bytes, or the bytes themselves. Immutable. */
public final class EncodedSegment {
    private final ErofsFormat format;
    private final int length;
    private final byte[] raw;
    private final List<PhysicalCluster> clusters;
    private final byte[] blocks;
    private final byte[] tail;

    private EncodedSegment(
            ErofsFormat format, int length, byte[] raw, List<PhysicalCluster> clusters, byte[] blocks, byte[] tail) {
        this.format = format;
        this.length = length;
        this.raw = raw;
        this.clusters = clusters;
        this.blocks = blocks;
        this.tail = tail;
    }

    /** Not compressed; takes over the array. */
    static EncodedSegment raw(ErofsFormat format, byte[] raw) {
        return new EncodedSegment(format, raw.length, raw, List.of(), new byte[0], new byte[0]);
    }

    /**
     * Compressed in part at least; takes over the arrays: whole blocks, and the last cluster's bytes if it is not in them.
     * Clusters are relative to the segment.
     */
    static EncodedSegment compressed(
            ErofsFormat format, int length, List<PhysicalCluster> clusters, byte[] blocks, byte[] tail) {
        return new EncodedSegment(format, length, null, List.copyOf(clusters), blocks, tail);
    }

    /** The format that it was encoded for. */
    public ErofsFormat format() {
        return format;
    }

    /** Bytes of the file that it holds. */
    public int length() {
        return length;
    }

    boolean isRaw() {
        return raw != null;
    }

    /** The bytes themselves, when raw. */
    byte[] raw() {
        return raw;
    }

    List<PhysicalCluster> clusters() {
        return clusters;
    }

    /** Whole blocks, when not raw. */
    byte[] blocks() {
        return blocks;
    }

    /** The last cluster, when it is short enough for an inode and ends the file; otherwise empty. */
    byte[] tail() {
        return tail;
    }

    /** Blocks that it takes in a compressed file. */
    int blockCount() {
        return isRaw()
                ? (int) Lclusters.count(length, format.blockSizeBits())
                : blocks.length >> format.blockSizeBits();
    }
}
