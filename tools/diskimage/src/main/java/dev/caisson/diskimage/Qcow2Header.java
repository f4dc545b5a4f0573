package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;

/**
 * The header of a qcow2 image, version 3 (QEMU docs/interop/qcow2.txt); big-endian.
 *
 * <pre>
 * offset size field
 *      0    4 magic "QFI\xfb"
 *      4    4 version, 2 or 3
 *      8    8 backing file offset, 0
 *     16    4 backing file name length
 *     20    4 cluster bits
 *     24    8 virtual size in bytes
 *     32    4 encryption method, 0
 *     36    4 L1 entries
 *     40    8 L1 table offset
 *     48    8 refcount table offset
 *     56    4 refcount table clusters
 *     60    4 number of snapshots
 *     64    8 snapshots offset
 *     72    8 incompatible features (version 3 from here on)
 *     80    8 compatible features
 *     88    8 autoclear features
 *     96    4 refcount order: 4, that is 16 bits
 *    100    4 header length
 *    104    1 compression type: 0 deflate, 1 zstd
 * </pre>
 *
 * @param sizeBytes size of the disk
 * @param clusterBits log2 of the cluster size, 9 to 21
 * @param l1Entries entries of the L1 table
 * @param l1Offset where it lies
 * @param refcountOffset where the refcount table lies
 * @param refcountClusters clusters that it takes
 * @param zstd whether compressed clusters are zstd frames rather than deflate streams
 */
record Qcow2Header(
        long sizeBytes,
        int clusterBits,
        int l1Entries,
        long l1Offset,
        long refcountOffset,
        int refcountClusters,
        boolean zstd) {
    static final int MAGIC = 0x514649fb;
    static final int SIZE = 112;

    private static final String STRUCTURE = "qcow2 header";
    private static final int VERSION_2_SIZE = 72;
    private static final int REFCOUNT_ORDER = 4;
    private static final long DIRTY = 1;
    private static final long COMPRESSION_TYPE = 8;
    /** QEMU's own bound: 32 MiB of L1 entries. */
    private static final long MOST_L1_ENTRIES = (32 << 20) / 8;

    /** 16 TiB in clusters of 64 KiB. */
    private static final long MOST_CLUSTERS = 1L << 28;

    byte[] encode() {
        return BinaryWriter.bigEndian(SIZE)
                .u32(MAGIC & 0xffffffffL)
                .u32(3)
                .u64(0)
                .u32(0)
                .u32(clusterBits)
                .u64(sizeBytes)
                .u32(0)
                .u32(l1Entries)
                .u64(l1Offset)
                .u64(refcountOffset)
                .u32(refcountClusters)
                .u32(0)
                .u64(0)
                .u64(zstd ? COMPRESSION_TYPE : 0)
                .u64(0)
                .u64(0)
                .u32(REFCOUNT_ORDER)
                .u32(SIZE)
                .u8(zstd ? 1 : 0)
                .zeros(7)
                .toByteArray();
    }

    /** Reads and checks a header; {@code bytes} are the first ones of the file. */
    static Qcow2Header parse(byte[] bytes) throws FormatException {
        BinaryReader in = BinaryReader.bigEndian(STRUCTURE, bytes);
        if (bytes.length < 4 || in.i32() != MAGIC) {
            throw new NotThisFormatException(STRUCTURE, 0, "no magic", "QFI\\xfb");
        }
        long version = in.u32();
        if (version != 2 && version != 3) {
            throw unsupported(4, "version " + version, "2 or 3");
        }
        if (in.i64() != 0 || in.u32() != 0) {
            throw unsupported(8, "a backing file", "an image of its own");
        }
        long clusterBits = in.u32();
        require(clusterBits >= 9 && clusterBits <= 21, 20, "cluster bits " + clusterBits, "9 to 21");
        long size = in.u63();
        if (in.u32() != 0) {
            throw unsupported(32, "encryption", "none");
        }
        long l1Entries = in.u32();
        if (l1Entries > MOST_L1_ENTRIES) {
            throw new LimitExceededException(STRUCTURE, 36, l1Entries + " L1 entries", "at most " + MOST_L1_ENTRIES);
        }
        long l1Offset = in.u63();
        long refcountOffset = in.u63();
        long refcountClusters = in.u32();
        long perL1Entry = 1L << 2 * clusterBits - 3;
        require(
                size <= Long.MAX_VALUE - perL1Entry && (size + perL1Entry - 1) / perL1Entry <= l1Entries,
                24,
                "size " + size,
                "at most what " + l1Entries + " L1 entries map");
        if (size >>> clusterBits > MOST_CLUSTERS) {
            throw new LimitExceededException(
                    STRUCTURE, 24, (size >>> clusterBits) + " clusters", "at most " + MOST_CLUSTERS);
        }
        in.skip(12);
        boolean zstd = version == 3 && features(in);
        return new Qcow2Header(
                size,
                (int) clusterBits,
                (int) l1Entries,
                l1Offset,
                refcountOffset,
                (int) Math.min(refcountClusters, Integer.MAX_VALUE),
                zstd);
    }

    /** Whether clusters are compressed by zstd. */
    private static boolean features(BinaryReader in) throws FormatException {
        long incompatible = in.i64();
        if ((incompatible & ~(DIRTY | COMPRESSION_TYPE)) != 0) {
            throw unsupported(
                    VERSION_2_SIZE, "incompatible features 0x" + Long.toHexString(incompatible), "dirty, zstd");
        }
        in.skip(16);
        in.u32();
        long length = in.u32();
        require(length >= 104 && length % 8 == 0, 100, "header length " + length, "a multiple of 8, at least 104");
        int type = length > 104 ? in.u8() : 0;
        require(
                type != 0 == ((incompatible & COMPRESSION_TYPE) != 0),
                104,
                "compression type " + type,
                "its feature bit");
        if (type > 1) {
            throw unsupported(104, "compression type " + type, "0 or 1");
        }
        return type == 1;
    }

    private static void require(boolean holds, long offset, String actual, String expected)
            throws CorruptDataException {
        if (!holds) {
            throw new CorruptDataException(STRUCTURE, offset, actual, expected);
        }
    }

    private static UnsupportedFeatureException unsupported(long offset, String actual, String expected) {
        return new UnsupportedFeatureException(STRUCTURE, offset, actual, expected);
    }
}
