package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.util.Arrays;

/**
 * The header of a sparse VMDK extent (VMware Virtual Disk Format 5.0, "Hosted Sparse Extents" and "Stream-Optimized
 * Compressed Sparse Extents"); little-endian, offsets and sizes in sectors of 512 bytes.
 *
 * <pre>
 * offset size field
 *      0    4 magic "KDMV"
 *      4    4 version: 1, or 3 for stream-optimized
 *      8    4 flags: bit 0 newline test, 1 redundant grain table, 16 compressed grains, 17 markers
 *     12    8 capacity
 *     20    8 grain size
 *     28    8 descriptor offset
 *     36    8 descriptor size
 *     44    4 entries per grain table, 512
 *     48    8 redundant grain directory offset
 *     56    8 grain directory offset; all ones: in the footer
 *     64    8 overhead: where grains begin
 *     72    1 unclean shutdown
 *     73    4 "\n \r\n": text transfers would change them
 *     77    2 compression: 1 is deflate
 * </pre>
 *
 * @param streamOptimized whether grains are compressed and marked
 * @param capacity sectors of the disk
 * @param grain sectors of a grain
 * @param descriptorOffset first sector of the descriptor
 * @param descriptorSectors its length
 * @param redundantDirectory first sector of the second grain directory, 0 for none
 * @param directory first sector of the grain directory
 * @param overhead first sector of the grains
 */
record VmdkHeader(
        boolean streamOptimized,
        long capacity,
        long grain,
        long descriptorOffset,
        long descriptorSectors,
        long redundantDirectory,
        long directory,
        long overhead) {
    static final int SECTOR = 512;
    static final int TABLE_ENTRIES = 512;
    /** The grain directory's place is in the footer. */
    static final long IN_FOOTER = -1;

    private static final String STRUCTURE = "VMDK header";
    private static final int MAGIC = 0x564d444b;
    private static final int NEWLINE_TEST = 1;
    private static final int REDUNDANT = 2;
    private static final int ZEROED_GRAIN = 4;
    private static final int COMPRESSED = 1 << 16;
    private static final int MARKERS = 1 << 17;
    private static final byte[] NEWLINES = {'\n', ' ', '\r', '\n'};
    /** Sectors of the largest disk that the format's tables reach: 64 TiB. */
    private static final long MOST_SECTORS = 1L << 37;

    byte[] encode() {
        int flags =
                NEWLINE_TEST | (redundantDirectory != 0 ? REDUNDANT : 0) | (streamOptimized ? COMPRESSED | MARKERS : 0);
        return BinaryWriter.littleEndian(SECTOR)
                .u32(MAGIC)
                .u32(streamOptimized ? 3 : 1)
                .u32(flags)
                .u64(capacity)
                .u64(grain)
                .u64(descriptorOffset)
                .u64(descriptorSectors)
                .u32(TABLE_ENTRIES)
                .u64(redundantDirectory)
                .u64(directory)
                .u64(overhead)
                .u8(0)
                .bytes(NEWLINES)
                .u16(streamOptimized ? 1 : 0)
                .zerosUpTo(SECTOR)
                .toByteArray();
    }

    /** Reads and checks a header of 512 bytes. */
    static VmdkHeader parse(byte[] bytes, long offset) throws FormatException {
        BinaryReader in = new BinaryReader(STRUCTURE, bytes, 0, bytes.length, offset, java.nio.ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < SECTOR || in.i32() != MAGIC) {
            throw new NotThisFormatException(STRUCTURE, offset, "no magic", "KDMV");
        }
        long version = in.u32();
        int flags = in.i32();
        if (version < 1
                || version > 3
                || (flags & ~(NEWLINE_TEST | REDUNDANT | ZEROED_GRAIN | COMPRESSED | MARKERS)) != 0) {
            throw new UnsupportedFeatureException(
                    STRUCTURE, offset + 4, "version " + version + ", flags 0x" + Integer.toHexString(flags), "1 to 3");
        }
        boolean compressed = (flags & COMPRESSED) != 0;
        long capacity = in.u63();
        long grain = in.u63();
        require(capacity <= MOST_SECTORS, offset + 12, "capacity " + capacity, "at most " + MOST_SECTORS);
        require(
                grain >= 8 && grain <= 2048 && Long.bitCount(grain) == 1,
                offset + 20,
                "grain of " + grain + " sectors",
                "a power of two from 8 to 2048");
        long descriptor = in.u63();
        long descriptorSectors = in.u63();
        long entries = in.u32();
        require(entries == TABLE_ENTRIES, offset + 44, entries + " entries per grain table", "512");
        long redundant = in.i64();
        long directory = in.i64();
        long overhead = in.u63();
        in.skip(1);
        byte[] newlines = in.bytes(4);
        require(
                (flags & NEWLINE_TEST) == 0 || Arrays.equals(newlines, NEWLINES),
                offset + 73,
                "newline test characters",
                "\\n \\r\\n: a text transfer has changed the file");
        int algorithm = in.u16();
        if (compressed ? algorithm != 1 : algorithm != 0) {
            throw new UnsupportedFeatureException(STRUCTURE, offset + 77, "compression " + algorithm, "deflate");
        }
        require(directory >= IN_FOOTER, offset + 56, "grain directory " + directory, "a sector");
        return new VmdkHeader(
                compressed, capacity, grain, descriptor, descriptorSectors, redundant, directory, overhead);
    }

    private static void require(boolean holds, long offset, String actual, String expected)
            throws CorruptDataException {
        if (!holds) {
            throw new CorruptDataException(STRUCTURE, offset, actual, expected);
        }
    }
}
