package dev.caisson.erofs;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteOrder;

/**
 * The index of {@code EROFS_INODE_COMPRESSED_FULL}: 8 reserved bytes after the {@link MapHeader}, then for each logical cluster
 * a {@code struct z_erofs_lcluster_index}:
 *
 * <pre>
 *  0  2  di_advise      bits 0-1 type, bit 15: the cluster is used in part (deduplication)
 *  2  2  di_clusterofs  of heads
 *  4  4  blkaddr        of heads; for others u16 delta0 (or block count), u16 delta1
 * </pre>
 */
final class FullIndex {
    private static final int PADDING = 8;
    private static final int ENTRY = 8;

    private FullIndex() {}

    /** Size in bytes after the map header. */
    static long size(long count) {
        return PADDING + ENTRY * count;
    }

    static void write(Lclusters clusters, BinaryWriter out) {
        out.zeros(PADDING);
        for (int i = 0; i < clusters.count(); i++) {
            out.u16(clusters.type(i));
            if (clusters.isHead(i)) {
                out.u16(clusters.low(i)).u32(clusters.high(i));
            } else {
                out.u16(0).u16(clusters.low(i)).u16((int) Math.min(0xffff, clusters.high(i)));
            }
        }
    }

    static Lclusters read(byte[] bytes, long offset, int bits, int count) throws FormatException {
        BinaryReader in =
                new BinaryReader("z_erofs_lcluster_index", bytes, 0, bytes.length, offset, ByteOrder.LITTLE_ENDIAN);
        in.skip(PADDING);
        Lclusters clusters = new Lclusters(bits, count);
        for (int i = 0; i < count; i++) {
            long at = in.offset();
            int advise = in.u16();
            int clusterOffset = in.u16();
            if ((advise & ~3) != 0 || advise == 3) {
                throw new UnsupportedFeatureException(
                        "z_erofs_lcluster_index.di_advise", at, "is 0x" + Integer.toHexString(advise), "0, 1 or 2");
            }
            if (advise == Lclusters.NONHEAD) {
                clusters.set(i, advise, in.u16(), in.u16());
            } else {
                if (clusterOffset >> bits != 0) {
                    throw new CorruptDataException(
                            "z_erofs_lcluster_index.di_clusterofs", at, "is " + clusterOffset, "below the block size");
                }
                clusters.set(i, advise, clusterOffset, in.u32());
            }
        }
        return clusters;
    }
}
