package dev.caisson.gpt;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.util.Arrays;

/**
 * The MBR that keeps tools without GPT from taking the disk for empty. UEFI 2.10 §5.2.3, tables 5.3 and 5.4.
 *
 * <pre>
 * offset size field
 *      0  440 BootCode             ignored by UEFI
 *    440    4 UniqueMBRDiskSignature  0
 *    444    2 Unknown              0
 *    446   16 first partition: BootIndicator 0, StartingCHS 00 02 00, OSType EE, EndingCHS FF FF FF,
 *             StartingLBA 1 (4 bytes), SizeInLBA (4 bytes): the disk without its first sector, at most FFFFFFFF
 *    462   48 three unused partitions, zeros
 *    510    2 Signature            55 AA
 * </pre>
 *
 * <p>On disks of 4096-byte sectors the rest of the first sector is zeros.
 *
 * @param diskSectors size of the disk in sectors
 */
public record ProtectiveMbr(long diskSectors) {
    /** Size in bytes. */
    public static final int SIZE = 512;

    private static final int FIRST_PARTITION = 446;
    private static final int OS_TYPE = 0xee;
    private static final long SIZE_MAX = 0xffffffffL;
    private static final String NAME = "protective MBR";

    /** The 512 bytes. */
    public byte[] encode() {
        return BinaryWriter.littleEndian(SIZE)
                .zerosUpTo(FIRST_PARTITION)
                .bytes(new byte[] {0, 0, 2, 0, (byte) OS_TYPE, -1, -1, -1})
                .u32(1)
                .u32(Math.min(diskSectors - 1, SIZE_MAX))
                .zerosUpTo(510)
                .bytes(new byte[] {0x55, (byte) 0xaa})
                .toByteArray();
    }

    /**
     * Checks the first 512 bytes of a disk. Boot code, disk signature and the addresses in cylinders, heads and sectors may be
     * anything; the size may also be the largest number, as several tools write it.
     *
     * @param diskSectors size of the disk
     * @throws NotThisFormatException when there is no MBR
     * @throws CorruptDataException when it does not protect this disk
     */
    static void check(byte[] mbr, long diskSectors) throws FormatException {
        BinaryReader in = BinaryReader.littleEndian(NAME, mbr);
        if (in.seek(510).u16() != 0xaa55) {
            throw new NotThisFormatException(NAME, 510, "has another Signature", "55 aa");
        }
        in.seek(FIRST_PARTITION).skip(4);
        if (in.u8() != OS_TYPE) {
            throw new CorruptDataException(
                    NAME, FIRST_PARTITION + 4, "OSType is " + (mbr[FIRST_PARTITION + 4] & 0xff), "238 (GPT)");
        }
        long start = in.skip(3).u32();
        if (start != 1) {
            throw new CorruptDataException(NAME, FIRST_PARTITION + 8, "StartingLBA is " + start, "1");
        }
        long size = in.u32();
        if (size != Math.min(diskSectors - 1, SIZE_MAX) && size != SIZE_MAX) {
            throw new CorruptDataException(
                    NAME, FIRST_PARTITION + 12, "SizeInLBA is " + size, "" + Math.min(diskSectors - 1, SIZE_MAX));
        }
        if (!Arrays.equals(in.bytes(48), new byte[48])) {
            throw new CorruptDataException(NAME, FIRST_PARTITION + 16, "has more than one partition", "one");
        }
    }
}
