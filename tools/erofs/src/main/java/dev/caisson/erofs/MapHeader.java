package dev.caisson.erofs;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteOrder;

/**
 * {@code struct z_erofs_map_header}, 8 bytes, at the first multiple of 8 after a compressed inode and its attributes.
 *
 * <pre>
 *  0  4  reserved (size of an inline physical cluster, offset of a fragment: neither is supported)
 *  4  2  h_advise        bits below
 *  6  1  h_algorithmtype bits 0-3 algorithm of HEAD1, bits 4-7 of HEAD2
 *  7  1  h_clusterbits   bits 0-3 log2(logical cluster / block), bit 7: all of the file is a fragment
 * </pre>
 *
 * @param advise {@code Z_EROFS_ADVISE_*} bits
 * @param algorithm {@code Z_EROFS_COMPRESSION_*} of HEAD1 clusters
 */
record MapHeader(int advise, int algorithm) {
    static final int SIZE = 8;

    static final int COMPACTED_2B = 0x01;
    static final int BIG_PCLUSTER_1 = 0x02;
    static final int BIG_PCLUSTER_2 = 0x04;

    /** Both: kernels want the two heads of a compact index to agree. */
    private static final int BIG_PCLUSTERS = BIG_PCLUSTER_1 | BIG_PCLUSTER_2;

    static MapHeader of(ErofsFormat format, boolean compact) {
        int advise = format.bigPclusters() ? BIG_PCLUSTERS : 0;
        if (compact && format.blockSizeBits() <= Lclusters.MAX_2B_BITS) {
            advise |= COMPACTED_2B;
        }
        return new MapHeader(advise, format.compression().algorithm());
    }

    boolean bigPclusters() {
        return (advise & BIG_PCLUSTER_1) != 0;
    }

    boolean compacted2b() {
        return (advise & COMPACTED_2B) != 0;
    }

    void writeTo(BinaryWriter out) {
        out.u32(0).u16(advise).u8(algorithm).u8(0);
    }

    /** Reads the header of an inode in an image with these algorithms. */
    static MapHeader readFrom(byte[] bytes, long offset, ErofsSuperblock superblock, boolean compact)
            throws FormatException {
        BinaryReader in =
                new BinaryReader("z_erofs_map_header", bytes, 0, bytes.length, offset, ByteOrder.LITTLE_ENDIAN);
        long reserved = in.u32();
        int advise = in.u16();
        int algorithms = in.u8();
        int clusterBits = in.u8();
        int known = COMPACTED_2B | BIG_PCLUSTERS;
        if ((advise & ~known) != 0 || reserved != 0) {
            throw new UnsupportedFeatureException(
                    "z_erofs_map_header.h_advise",
                    offset,
                    "is 0x" + Integer.toHexString(advise) + " with 0x" + Long.toHexString(reserved),
                    "no inline clusters, fragments or interlaced clusters");
        }
        if (clusterBits != 0) {
            throw new UnsupportedFeatureException(
                    "z_erofs_map_header.h_clusterbits", offset, "is " + clusterBits, "logical clusters of one block");
        }
        checkBigPclusters(advise, offset, superblock, compact);
        int algorithm = algorithms & 0xf;
        if (algorithms >> 4 != 0 && algorithms >> 4 != algorithm) {
            throw new UnsupportedFeatureException(
                    "z_erofs_map_header.h_algorithmtype", offset, "two algorithms", "one");
        }
        if (!superblock.hasAlgorithm(algorithm)) {
            throw new CorruptDataException(
                    "z_erofs_map_header.h_algorithmtype", offset, "is " + algorithm, "an algorithm of the superblock");
        }
        return new MapHeader(advise, algorithm);
    }

    private static void checkBigPclusters(int advise, long offset, ErofsSuperblock superblock, boolean compact)
            throws CorruptDataException {
        int big = advise & BIG_PCLUSTERS;
        boolean halfSet = big != 0 && (big & BIG_PCLUSTER_1) == 0 || compact && big == BIG_PCLUSTER_1;
        if (halfSet || big != 0 && !superblock.hasCompressionConfigs()) {
            throw new CorruptDataException(
                    "z_erofs_map_header.h_advise",
                    offset,
                    "is 0x" + Integer.toHexString(advise),
                    "big physical clusters for both heads and in the superblock, or none");
        }
    }
}
