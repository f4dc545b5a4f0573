package dev.caisson.fat;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.FormatException;

/**
 * A short directory entry.
 *
 * <pre>
 * offset size field
 *      0   11 DIR_Name          base 8, extension 3, padded with blanks
 *     11    1 DIR_Attr          01 read-only, 02 hidden, 04 system, 08 volume label, 10 directory, 20 archive
 *     12    1 DIR_NTRes         08 base is lower case, 10 extension is lower case
 *     13    1 DIR_CrtTimeTenth
 *     14    2 DIR_CrtTime
 *     16    2 DIR_CrtDate
 *     18    2 DIR_LstAccDate
 *     20    2 DIR_FstClusHI
 *     22    2 DIR_WrtTime
 *     24    2 DIR_WrtDate
 *     26    2 DIR_FstClusLO
 *     28    4 DIR_FileSize      0 for directories
 * </pre>
 *
 * @param name the 11 bytes
 * @param attributes the bits
 * @param lowerCase the bits of DIR_NTRes
 * @param written time of the last change; also written as time of creation
 * @param firstCluster 0 for empty files
 * @param fileSize in bytes
 */
record DirectoryEntry(byte[] name, int attributes, int lowerCase, DosTime written, long firstCluster, long fileSize) {
    static final int VOLUME_LABEL = 0x08;
    static final int DIRECTORY = 0x10;
    static final int ARCHIVE = 0x20;
    static final int LOWER_BASE = 0x08;
    static final int LOWER_EXTENSION = 0x10;

    /** First byte of an entry that is free, and of the first that was never used. */
    static final int FREE = 0xe5;

    static final int NEVER_USED = 0;

    byte[] encode() {
        return BinaryWriter.littleEndian(FatGeometry.ENTRY_BYTES)
                .bytes(name)
                .u8(attributes)
                .u8(lowerCase)
                .u8(0)
                .u16(written.time())
                .u16(written.date())
                .u16(written.date())
                .u16((int) (firstCluster >>> 16))
                .u16(written.time())
                .u16(written.date())
                .u16((int) firstCluster & 0xffff)
                .u32(fileSize)
                .toByteArray();
    }

    static DirectoryEntry decode(BinaryReader in) throws FormatException {
        byte[] name = in.bytes(11);
        int attributes = in.u8();
        int lowerCase = in.u8();
        long high = in.skip(7).u16();
        int time = in.u16();
        DosTime written = new DosTime(in.u16(), time);
        return new DirectoryEntry(name, attributes, lowerCase, written, high << 16 | in.u16(), in.u32());
    }

    boolean isDirectory() {
        return (attributes & DIRECTORY) != 0;
    }

    boolean isLabel() {
        return (attributes & VOLUME_LABEL) != 0;
    }
}
