package dev.caisson.erofs;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.ZstdClusterCompressor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * {@code struct erofs_super_block}, 128 bytes at offset 1024, followed by 16-byte extension slots and, with the feature bit, the
 * configurations of the compression algorithms in the order of their numbers, each at a multiple of 4 behind its 16-bit length.
 *
 * <pre>
 *   0  4  magic 0xE0F5E1E2            48 16  uuid, in text order
 *   4  4  checksum                    64 16  volume_name
 *   8  4  feature_compat              80  4  feature_incompat
 *  12  1  blkszbits                   84  2  available_compr_algs, or lz4_max_distance without configurations
 *  13  1  sb_extslots                 86  2  extra_devices
 *  14  2  root_nid                    88  2  devt_slotoff
 *  16  8  inos                        90  1  dirblkbits
 *  24  8  build_time                  91  1  xattr_prefix_count
 *  32  4  build_time_nsec             92  4  xattr_prefix_start
 *  36  4  blocks                      96  8  packed_nid
 *  40  4  meta_blkaddr               104  1  xattr_filter_reserved
 *  44  4  xattr_blkaddr              105 23  reserved
 * </pre>
 *
 * The checksum is CRC-32C without the final inversion, from offset 1024 to the end of that block with the field as zero.
 *
 * @param blockSizeBits log2 of the block size, 9 to 16
 * @param compatibleFeatures {@code feature_compat}
 * @param incompatibleFeatures {@code feature_incompat}
 * @param rootNid number of the root directory's 32-byte slot
 * @param inodes number of inodes
 * @param buildSeconds time of all compact inodes, in seconds since 1970
 * @param buildNanos nanoseconds within that second
 * @param blocks size of the image in blocks
 * @param metaBlock block from which inode slots are counted
 * @param xattrBlock block from which shared attributes are counted
 * @param uuid volume UUID
 * @param label volume name
 * @param algorithms one bit for each {@code Z_EROFS_COMPRESSION_*} in use
 * @param lz4MaxDistance window of LZ4 in bytes
 * @param maxPclusterBlocks most blocks of an LZ4 cluster
 * @param zstdWindowLog log2 of the Zstandard window, or 0
 */
public record ErofsSuperblock(
        int blockSizeBits,
        int compatibleFeatures,
        int incompatibleFeatures,
        int rootNid,
        long inodes,
        long buildSeconds,
        int buildNanos,
        long blocks,
        long metaBlock,
        long xattrBlock,
        Guid uuid,
        String label,
        int algorithms,
        int lz4MaxDistance,
        int maxPclusterBlocks,
        int zstdWindowLog) {
    /** Position in the image. */
    public static final int OFFSET = 1024;
    /** Size without extension slots and configurations. */
    public static final int SIZE = 128;
    /** Longest label in bytes. */
    public static final int VOLUME_NAME_BYTES = 16;

    static final int MAGIC = 0xE0F5E1E2;
    static final int COMPAT_SB_CHKSUM = 1;
    static final int COMPAT_MTIME = 2;
    static final int INCOMPAT_ZERO_PADDING = 1;
    static final int INCOMPAT_COMPR_CFGS = 2;
    static final int INCOMPAT_ZTAILPACKING = 0x10;

    static final int LZ4 = 0;
    static final int ZSTD = 3;
    private static final int LZ4_WINDOW = 65535;
    private static final int LZ4_CONFIG_BYTES = 14;
    private static final int ZSTD_CONFIG_BYTES = 6;
    private static final int ZSTD_WINDOWLOG_MIN = 10;
    /** {@code Z_EROFS_ZSTD_MAX_DICT_SIZE} is 1 MiB. */
    private static final int ZSTD_WINDOWLOG_MAX = 20;

    /** The superblock of a volume. */
    static ErofsSuperblock of(
            ErofsVolume volume,
            int rootNid,
            long inodes,
            long blocks,
            long metaBlock,
            long xattrBlock,
            boolean inlineClusters) {
        ErofsFormat format = volume.format();
        int algorithm = format.compression().algorithm();
        boolean configs = algorithm == ZSTD || format.bigPclusters();
        int incompatible = algorithm < 0 ? 0 : INCOMPAT_ZERO_PADDING | (configs ? INCOMPAT_COMPR_CFGS : 0);
        incompatible |= inlineClusters ? INCOMPAT_ZTAILPACKING : 0;
        return new ErofsSuperblock(
                format.blockSizeBits(),
                COMPAT_SB_CHKSUM | COMPAT_MTIME,
                incompatible,
                rootNid,
                inodes,
                volume.epochSeconds(),
                0,
                blocks,
                metaBlock,
                xattrBlock,
                volume.uuid(),
                volume.label(),
                algorithm < 0 ? 0 : 1 << algorithm,
                algorithm == LZ4 ? LZ4_WINDOW : 0,
                format.maxPclusterBlocks(),
                algorithm == ZSTD ? ZstdClusterCompressor.windowBitsFor(format.maxPclusterBytes()) : 0);
    }

    /** Block size in bytes. */
    public int blockSize() {
        return 1 << blockSizeBits;
    }

    /** Whether configurations follow the superblock. */
    boolean hasCompressionConfigs() {
        return (incompatibleFeatures & INCOMPAT_COMPR_CFGS) != 0;
    }

    boolean hasAlgorithm(int algorithm) {
        return (algorithms >> algorithm & 1) != 0;
    }

    /** Blocks that a volume's superblock takes with what comes before it. */
    static int reservedBlocks(ErofsFormat format) {
        int end = OFFSET + SIZE + 2 + LZ4_CONFIG_BYTES;
        return (end + format.blockSize() - 1) >> format.blockSizeBits();
    }

    /** From byte 0 to the end of the last block that the superblock lies in. */
    byte[] encode() {
        BinaryWriter out = BinaryWriter.littleEndian(blockSize()).zeros(OFFSET);
        out.u32(MAGIC & 0xffffffffL)
                .u32(0)
                .u32(compatibleFeatures & 0xffffffffL)
                .u8(blockSizeBits)
                .u8(0);
        out.u16(rootNid).u64(inodes).u64(buildSeconds).u32(buildNanos);
        out.u32(blocks).u32(metaBlock).u32(xattrBlock).bytes(uuid.textOrder());
        out.bytes(Arrays.copyOf(label.getBytes(StandardCharsets.UTF_8), VOLUME_NAME_BYTES));
        out.u32(incompatibleFeatures & 0xffffffffL);
        out.u16(hasCompressionConfigs() ? algorithms : lz4MaxDistance);
        out.zerosUpTo(OFFSET + SIZE);
        if (hasCompressionConfigs() && hasAlgorithm(LZ4)) {
            out.u16(LZ4_CONFIG_BYTES).u16(lz4MaxDistance).u16(maxPclusterBlocks).zeros(10);
        }
        if (hasCompressionConfigs() && hasAlgorithm(ZSTD)) {
            out.u16(ZSTD_CONFIG_BYTES)
                    .u8(0)
                    .u8(zstdWindowLog - ZSTD_WINDOWLOG_MIN)
                    .zeros(4);
        }
        byte[] bytes = out.alignTo(blockSize()).toByteArray();
        out.patchU32(OFFSET + 4, checksum(bytes, OFFSET, checksumLength(blockSizeBits)));
        return out.toByteArray();
    }

    private static int checksumLength(int blockSizeBits) {
        int blockSize = 1 << blockSizeBits;
        return blockSize > OFFSET ? blockSize - OFFSET : blockSize;
    }

    /** Computed with the checksum field, 4 bytes from the superblock's fifth on, taken as zero. */
    private static long checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, 4);
        crc.update(new byte[4]);
        crc.update(bytes, offset + 8, length - 8);
        return ~crc.getValue() & 0xffffffffL;
    }

    /** Reads and checks the superblock of an image. */
    static ErofsSuperblock readFrom(ByteSource image) throws IOException {
        if (image.size() < OFFSET + SIZE) {
            throw new NotThisFormatException("erofs image", 0, "is " + image.size() + " bytes", "at least 1152");
        }
        BinaryReader in = new BinaryReader(
                "erofs_super_block", image.read(OFFSET, SIZE), 0, SIZE, OFFSET, ByteOrder.LITTLE_ENDIAN);
        int magic = in.i32();
        if (magic != MAGIC) {
            throw new NotThisFormatException(
                    "erofs_super_block.magic", OFFSET, "is 0x" + Integer.toHexString(magic), "0xe0f5e1e2");
        }
        long stored = in.u32();
        int compatible = in.i32();
        int bits = in.u8();
        if (bits < 9 || bits > 16) {
            throw corrupt("blkszbits", 12, "is " + bits, "9 to 16");
        }
        verifyChecksum(image, stored, (compatible & COMPAT_SB_CHKSUM) != 0, bits);
        return readRest(image, in, bits, compatible);
    }

    private static void verifyChecksum(ByteSource image, long stored, boolean present, int bits) throws IOException {
        int length = checksumLength(bits);
        ByteSource.checkRange(image, OFFSET, length);
        long computed = present ? checksum(image.read(OFFSET, length), 0, length) : 0;
        if (computed != stored) {
            throw corrupt(
                    "checksum",
                    4,
                    String.format(Locale.ROOT, "is 0x%08x", stored),
                    String.format(Locale.ROOT, "0x%08x", computed));
        }
    }

    private static ErofsSuperblock readRest(ByteSource image, BinaryReader in, int bits, int compatible)
            throws IOException {
        int slots = in.u8();
        int rootNid = in.u16();
        long inodes = in.u63();
        long buildSeconds = in.i64();
        long buildNanos = in.u32();
        long blocks = in.u32();
        long metaBlock = in.u32();
        long xattrBlock = in.u32();
        Guid uuid = Guid.ofTextOrder(in.bytes(Guid.SIZE));
        String label = label(in.bytes(VOLUME_NAME_BYTES));
        int incompatible = in.i32();
        int algorithms = in.u16();
        refuse(in, incompatible);
        checkGeometry(image, bits, blocks, metaBlock, xattrBlock, buildNanos);
        Configs configs = (incompatible & INCOMPAT_COMPR_CFGS) != 0
                ? Configs.readFrom(image, OFFSET + SIZE + 16L * slots, algorithms)
                : new Configs(1, algorithms, 1, 0);
        return new ErofsSuperblock(
                bits,
                compatible,
                incompatible,
                rootNid,
                inodes,
                buildSeconds,
                (int) buildNanos,
                blocks,
                metaBlock,
                xattrBlock,
                uuid,
                label,
                configs.algorithms(),
                configs.lz4Distance(),
                configs.pclusterBlocks(),
                configs.zstdWindowLog());
    }

    private static String label(byte[] field) {
        int length = 0;
        while (length < field.length && field[length] != 0) {
            length++;
        }
        return new String(field, 0, length, StandardCharsets.UTF_8);
    }

    private static void refuse(BinaryReader in, int incompatible) throws FormatException {
        int unknown = incompatible & ~(INCOMPAT_ZERO_PADDING | INCOMPAT_COMPR_CFGS | INCOMPAT_ZTAILPACKING);
        if (unknown != 0) {
            throw new UnsupportedFeatureException(
                    "erofs_super_block.feature_incompat",
                    OFFSET + 80,
                    "has bits 0x" + Integer.toHexString(unknown),
                    "only padded LZ4, compression configurations and inline clusters");
        }
        int devices = in.u16();
        in.skip(2);
        int directoryBits = in.u8();
        if (devices != 0 || directoryBits != 0) {
            throw new UnsupportedFeatureException(
                    "erofs_super_block.extra_devices, dirblkbits", OFFSET + 86, devices + ", " + directoryBits, "0, 0");
        }
    }

    private static void checkGeometry(
            ByteSource image, int bits, long blocks, long metaBlock, long xattrBlock, long buildNanos)
            throws FormatException {
        if (blocks == 0 || blocks > image.size() >> bits) {
            throw corrupt("blocks", 36, "is " + blocks, "1 to " + (image.size() >> bits) + ", the size of the image");
        }
        if (metaBlock >= blocks || xattrBlock >= blocks) {
            throw corrupt("meta_blkaddr, xattr_blkaddr", 40, metaBlock + ", " + xattrBlock, "below " + blocks);
        }
        if (buildNanos > 999_999_999) {
            throw corrupt("build_time_nsec", 32, "is " + buildNanos, "below 1000000000");
        }
    }

    private static CorruptDataException corrupt(String field, int offset, String actual, String expected) {
        return new CorruptDataException("erofs_super_block." + field, OFFSET + offset, actual, expected);
    }

    /** What the compression configurations say, {@code z_erofs_lz4_cfgs} and {@code z_erofs_zstd_cfgs}. */
    private record Configs(int algorithms, int lz4Distance, int pclusterBlocks, int zstdWindowLog) {
        static Configs readFrom(ByteSource image, long offset, int algorithms) throws IOException {
            if ((algorithms & ~(1 << LZ4 | 1 << ZSTD)) != 0) {
                throw new UnsupportedFeatureException(
                        "erofs_super_block.available_compr_algs",
                        OFFSET + 84,
                        "is 0x" + Integer.toHexString(algorithms),
                        "LZ4 and Zstandard");
            }
            int distance = 0;
            int blocks = 1;
            int windowLog = 0;
            long at = offset;
            for (int algorithm : new int[] {LZ4, ZSTD}) {
                if ((algorithms >> algorithm & 1) != 0) {
                    at = at + 3 & ~3L;
                    int length = reader(image, at, 2).u16();
                    BinaryReader in = reader(image, at + 2, length);
                    at += 2 + length;
                    if (algorithm == LZ4) {
                        distance = in.u16();
                        blocks = Math.max(1, in.u16());
                        in.skip(10);
                    } else {
                        windowLog = zstdWindowLog(in);
                    }
                }
            }
            return new Configs(algorithms, distance, blocks, windowLog);
        }

        private static BinaryReader reader(ByteSource image, long offset, int length) throws IOException {
            byte[] bytes = image.read(offset, length);
            return new BinaryReader("compression configuration", bytes, 0, length, offset, ByteOrder.LITTLE_ENDIAN);
        }

        private static int zstdWindowLog(BinaryReader in) throws FormatException {
            long at = in.offset();
            int format = in.u8();
            int windowLog = in.u8() + ZSTD_WINDOWLOG_MIN;
            in.skip(4);
            if (format != 0 || windowLog > ZSTD_WINDOWLOG_MAX) {
                throw new UnsupportedFeatureException(
                        "z_erofs_zstd_cfgs", at, "format " + format + ", window 2^" + windowLog, "0, at most 2^20");
            }
            return windowLog;
        }
    }

    /** Most blocks that a physical cluster of an inode may have. */
    int pclusterBlocksLimit(boolean big) {
        if (!big) {
            return 1;
        }
        int most = Math.min(ErofsFormat.PCLUSTER_MAX_BYTES >> blockSizeBits, Lclusters.CBLKCNT - 1);
        return hasAlgorithm(LZ4) && !hasAlgorithm(ZSTD) ? Math.min(most, maxPclusterBlocks) : most;
    }
}
