package dev.caisson.fat;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The boot sector with the BIOS parameter block. Numbers are little-endian.
 *
 * <pre>
 * offset size field
 *      0    3 BS_jmpBoot       EB 3C 90 (FAT16), EB 58 90 (FAT32)
 *      3    8 BS_OEMName
 *     11    2 BPB_BytsPerSec
 *     13    1 BPB_SecPerClus
 *     14    2 BPB_RsvdSecCnt
 *     16    1 BPB_NumFATs
 *     17    2 BPB_RootEntCnt   FAT32: 0
 *     19    2 BPB_TotSec16     0 when TotSec32 is used
 *     21    1 BPB_Media        F8
 *     22    2 BPB_FATSz16      FAT32: 0
 *     24    2 BPB_SecPerTrk
 *     26    2 BPB_NumHeads
 *     28    4 BPB_HiddSec
 *     32    4 BPB_TotSec32
 *            FAT32 only:
 *     36    4 BPB_FATSz32
 *     40    2 BPB_ExtFlags     0: both tables are kept
 *     42    2 BPB_FSVer        0
 *     44    4 BPB_RootClus
 *     48    2 BPB_FSInfo       1
 *     50    2 BPB_BkBootSec    6
 *     52   12 reserved
 *            FAT16 at 36, FAT32 at 64:
 *     +0    1 BS_DrvNum        80
 *     +1    1 reserved
 *     +2    1 BS_BootSig       29
 *     +3    4 BS_VolID
 *     +7   11 BS_VolLab
 *    +18    8 BS_FilSysType    "FAT16   ", "FAT32   "; says nothing about the type
 *    510    2 signature        55 AA
 * </pre>
 *
 * @param geometry where the areas lie
 * @param rootCluster first cluster of FAT32's root directory; 0 for FAT16
 * @param volumeId serial number
 * @param label the label, without the blanks that pad it; empty for none
 */
record FatBootSector(FatGeometry geometry, long rootCluster, long volumeId, String label) {
    static final int SIZE = 512;
    static final int FS_INFO_SECTOR = 1;
    static final int BACKUP_SECTOR = 6;
    static final String NO_LABEL = "NO NAME";

    private static final String NAME = "FAT boot sector";

    /** INT 18h (nothing to boot here), then halt for ever. */
    private static final byte[] BOOT_CODE = {(byte) 0xcd, 0x18, (byte) 0xf4, (byte) 0xeb, (byte) 0xfd};

    byte[] encode() {
        FatGeometry g = geometry;
        boolean wide = g.type() == FatType.FAT32;
        boolean small = !wide && g.totalSectors() < 0x10000;
        BinaryWriter out = BinaryWriter.littleEndian(SIZE)
                .bytes(new byte[] {(byte) 0xeb, (byte) (wide ? 0x58 : 0x3c), (byte) 0x90})
                .bytes(ascii("CAISSON", 8))
                .u16(g.sectorSize())
                .u8(g.sectorsPerCluster())
                .u16(g.reservedSectors())
                .u8(g.tables())
                .u16(g.rootEntries())
                .u16(small ? (int) g.totalSectors() : 0)
                .u8(0xf8)
                .u16(wide ? 0 : (int) g.tableSectors())
                .u16(63)
                .u16(255)
                .u32(0)
                .u32(small ? 0 : g.totalSectors());
        if (wide) {
            out.u32(g.tableSectors())
                    .u16(0)
                    .u16(0)
                    .u32(rootCluster)
                    .u16(FS_INFO_SECTOR)
                    .u16(BACKUP_SECTOR)
                    .zeros(12);
        }
        return out.u8(0x80)
                .u8(0)
                .u8(0x29)
                .u32(volumeId)
                .bytes(ascii(label.isEmpty() ? NO_LABEL : label, 11))
                .bytes(ascii(g.type().name(), 8))
                .bytes(BOOT_CODE)
                .zerosUpTo(510)
                .u16(0xaa55)
                .toByteArray();
    }

    static byte[] ascii(String text, int width) {
        byte[] bytes = new byte[width];
        Arrays.fill(bytes, (byte) ' ');
        byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(characters, 0, bytes, 0, characters.length);
        return bytes;
    }

    static FatBootSector decode(byte[] sector) throws FormatException {
        BinaryReader in = BinaryReader.littleEndian(NAME, sector);
        int jump = in.u8();
        if (in.seek(510).u16() != 0xaa55 || (jump != 0xeb && jump != 0xe9)) {
            throw new NotThisFormatException(NAME, 0, "has no jump or no signature", "EB … 55 AA");
        }
        in.seek(11);
        int sectorSize = powerOfTwo(in, "BPB_BytsPerSec", in.u16(), 512, 4096);
        int perCluster = powerOfTwo(in, "BPB_SecPerClus", in.u8(), 1, 128);
        int reserved = (int) within(in, "BPB_RsvdSecCnt", in.u16(), 1, 0xffff);
        int tables = (int) within(in, "BPB_NumFATs", in.u8(), 1, 2);
        int rootEntries = in.u16();
        long total16 = in.u16();
        long media = in.u8();
        within(in, "BPB_Media", media == 0xf0 ? 0xf8 : media, 0xf8, 0xff);
        long tableSectors = in.u16();
        long total32 = in.skip(8).u32();
        long total = within(in, "BPB_TotSec", total16 != 0 ? total16 : total32, 4, 0xffffffffL);
        boolean wide = tableSectors == 0;
        if (wide) {
            tableSectors = within(in, "BPB_FATSz32", in.u32(), 1, 0xffffffL);
        }
        FatType type = wide ? FatType.FAT32 : FatType.FAT16;
        FatGeometry geometry =
                new FatGeometry(type, sectorSize, perCluster, reserved, tableSectors, tables, rootEntries, total);
        check(geometry);
        long rootCluster = wide ? fat32Fields(in, geometry) : 0;
        in.skip(3);
        long volumeId = in.u32();
        String label = new String(in.bytes(11), StandardCharsets.ISO_8859_1).stripTrailing();
        return new FatBootSector(geometry, rootCluster, volumeId, label.equals(NO_LABEL) ? "" : label);
    }

    private static void check(FatGeometry g) throws FormatException {
        if ((g.type() == FatType.FAT32) != (g.rootEntries() == 0)) {
            throw new CorruptDataException(
                    NAME, 17, "BPB_RootEntCnt is " + g.rootEntries() + " for " + g.type(), "0 only for FAT32");
        }
        if (g.type() == FatType.FAT16
                && g.clusters() >= 0
                && g.clusters() < g.type().clustersMin()) {
            throw new UnsupportedFeatureException(NAME, 11, "FAT12 (" + g.clusters() + " clusters)", "FAT16 or FAT32");
        }
        if (g.clusters() < g.type().clustersMin() || g.clusters() > g.type().clustersMax()) {
            throw new CorruptDataException(
                    NAME, 11, g.clusters() + " clusters", g.type().clustersMin() + " or more for " + g.type());
        }
        if (g.tableBytes() / g.type().entryBytes() < g.clusters() + 2) {
            throw new CorruptDataException(
                    NAME, 22, "tables of " + g.tableSectors() + " sectors", "room for " + g.clusters() + " clusters");
        }
    }

    private static long fat32Fields(BinaryReader in, FatGeometry g) throws FormatException {
        within(in, "BPB_ExtFlags", in.u16(), 0, 0);
        within(in, "BPB_FSVer", in.u16(), 0, 0);
        long rootCluster = within(in, "BPB_RootClus", in.u32(), 2, g.clusters() + 1);
        within(in, "BPB_FSInfo", in.u16(), FS_INFO_SECTOR, FS_INFO_SECTOR);
        within(in, "BPB_BkBootSec", in.u16(), BACKUP_SECTOR, BACKUP_SECTOR);
        within(in, "BPB_RsvdSecCnt", g.reservedSectors(), BACKUP_SECTOR + 2, 0xffff);
        in.skip(12);
        return rootCluster;
    }

    private static int powerOfTwo(BinaryReader in, String field, int value, int from, int to) throws FormatException {
        if (Integer.bitCount(value) != 1) {
            throw new CorruptDataException(NAME, in.offset(), field + " is " + value, "a power of two");
        }
        return (int) within(in, field, value, from, to);
    }

    private static long within(BinaryReader in, String field, long value, long from, long to) throws FormatException {
        if (value < from || value > to) {
            throw new CorruptDataException(NAME, in.offset(), field + " is " + value, from + " to " + to);
        }
        return value;
    }
}
