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
 *  0  2  reserved (with the next, the offset of a fragment: not supported)
 *  2  2  h_idata_size    bytes of the last physical cluster, right after the index, when the inode holds it
 *  4  2  h_advise        bits below
 *  6  1  h_algorithmtype bits 0-3 algorithm of HEAD1, bits 4-7 of HEAD2
 *  7  1  h_clusterbits   bits 0-3 log2(logical cluster / block), bit 7: all of the file is a fragment
 * </pre>
 *
 * @param advise {@code Z_EROFS_ADVISE_*} bits
 * @param algorithm {@code Z_EROFS_COMPRESSION_*} of HEAD1 clusters
 * @param inlineBytes length of the cluster that the inode holds, or 0
 */
record MapHeader(int advise, int algorithm, int inlineBytes) {
    static final int SIZE = 8;

    static final int COMPACTED_2B = 0x01;
    static final int BIG_PCLUSTER_1 = 0x02;
    static final int BIG_PCLUSTER_2 = 0x04;
    static final int INLINE_PCLUSTER = 0x08;

    /** Both: kernels want the two heads of a compact index to agree. */
    private static final int BIG_PCLUSTERS = BIG_PCLUSTER_1 | BIG_PCLUSTER_2;

    static MapHeader of(ErofsFormat format, boolean compact, int inlineBytes) {
        int advise = (format.bigPclusters() ? BIG_PCLUSTERS : 0) | (inlineBytes > 0 ? INLINE_PCLUSTER : 0);
        if (compact && format.blockSizeBits() <= Lclusters.MAX_2B_BITS) {
            advise |= COMPACTED_2B;
        }
        return new MapHeader(advise, format.compression().algorithm(), inlineBytes);
    }

    boolean bigPclusters() {
        return (advise & BIG_PCLUSTER_1) != 0;
    }

    boolean compacted2b() {
        return (advise & COMPACTED_2B) != 0;
    }

    void writeTo(BinaryWriter out) {
        out.u16(0).u16(inlineBytes).u16(advise).u8(algorithm).u8(0);
    }

    /** Reads the header of an inode in an image with these algorithms. */
    static MapHeader readFrom(byte[] bytes, long offset, ErofsSuperblock superblock, boolean compact)
            throws FormatException {
        BinaryReader in =
                new BinaryReader("z_erofs_map_header", bytes, 0, bytes.length, offset, ByteOrder.LITTLE_ENDIAN);
        int reserved = in.u16();
        int inlineBytes = in.u16();
        int advise = in.u16();
        int algorithms = in.u8();
        int clusterBits = in.u8();
        int known = COMPACTED_2B | BIG_PCLUSTERS | INLINE_PCLUSTER;
        if ((advise & ~known) != 0 || reserved != 0) {
            throw new UnsupportedFeatureException(
                    "z_erofs_map_header.h_advise",
                    offset,
                    "is 0x" + Integer.toHexString(advise) + " with 0x" + Integer.toHexString(reserved),
                    "no fragments or interlaced clusters");
        }
        boolean inline = (advise & INLINE_PCLUSTER) != 0;
        if (inline && (inlineBytes == 0 || inlineBytes > superblock.blockSize())) {
            throw new CorruptDataException(
                    "z_erofs_map_header.h_idata_size", offset, "is " + inlineBytes, "1 to the size of a block");
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
        // erofs-utils 1.5 leaves a size where it did without an inline cluster after all.
        return new MapHeader(advise, algorithm, inline ? inlineBytes : 0);
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
