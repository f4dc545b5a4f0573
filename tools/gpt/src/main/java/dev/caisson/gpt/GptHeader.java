package dev.caisson.gpt;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * One of the two headers. UEFI 2.10 §5.3.2, table 5.5; numbers are little-endian.
 *
 * <pre>
 * offset size field
 *      0    8 Signature                "EFI PART"
 *      8    4 Revision                 0x00010000
 *     12    4 HeaderSize               92 to the sector size
 *     16    4 HeaderCRC32              over HeaderSize bytes, with this field as 0
 *     20    4 Reserved                 0
 *     24    8 MyLBA                    where this header is
 *     32    8 AlternateLBA             where the other one is
 *     40    8 FirstUsableLBA
 *     48    8 LastUsableLBA            inclusive
 *     56   16 DiskGUID
 *     72    8 PartitionEntryLBA        where this header's entries are
 *     80    4 NumberOfPartitionEntries
 *     84    4 SizeOfPartitionEntry     128 times a power of two
 *     88    4 PartitionEntryArrayCRC32
 *     92      Reserved                 zeros to the end of the sector
 * </pre>
 *
 * @param myLba where this header is
 * @param alternateLba where the other one is
 * @param firstUsable first sector that a partition may use
 * @param lastUsable last sector that a partition may use
 * @param diskGuid identity of the disk
 * @param entriesLba first sector of this header's entries
 * @param entryCount number of entries, used or not
 * @param entrySize bytes per entry
 * @param entriesCrc32 CRC-32 of all entries
 */
public record GptHeader(
        Lba myLba,
        Lba alternateLba,
        Lba firstUsable,
        Lba lastUsable,
        Guid diskGuid,
        Lba entriesLba,
        int entryCount,
        int entrySize,
        long entriesCrc32) {
    /** Bytes that the fields take. */
    public static final int SIZE = 92;

    /** Most bytes of entries that are read: 64 times what everybody writes. */
    static final int ENTRIES_BYTES_MAX = 1 << 20;

    private static final byte[] SIGNATURE = "EFI PART".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_OFFSET = 16;
    private static final String NAME = "GPT header";

    /** The 92 bytes, checksum included. */
    public byte[] encode() {
        BinaryWriter out = BinaryWriter.littleEndian(SIZE)
                .bytes(SIGNATURE)
                .u32(0x00010000)
                .u32(SIZE)
                .u32(0)
                .u32(0)
                .u64(myLba.number())
                .u64(alternateLba.number())
                .u64(firstUsable.number())
                .u64(lastUsable.number())
                .guid(diskGuid)
                .u64(entriesLba.number())
                .u32(entryCount)
                .u32(entrySize)
                .u32(entriesCrc32);
        return out.patchU32(CRC_OFFSET, crc32(out.toByteArray(), SIZE)).toByteArray();
    }

    /**
     * Reads and checks the header in one sector.
     *
     * @param sector the whole sector
     * @param at where the sector was read; MyLBA must say the same
     * @throws NotThisFormatException when the signature is missing
     * @throws CorruptDataException when a checksum or a field is wrong
     * @throws UnsupportedFeatureException for another revision
     * @throws LimitExceededException when there are more than 1 MiB of entries
     */
    public static GptHeader decode(byte[] sector, Lba at) throws FormatException {
        BinaryReader in = new BinaryReader(NAME, sector, 0, sector.length, at.offsetBytes(), ByteOrder.LITTLE_ENDIAN);
        if (sector.length != at.sectorSize().bytes() || !Arrays.equals(in.bytes(SIGNATURE.length), SIGNATURE)) {
            throw new NotThisFormatException(NAME, at.offsetBytes(), "has another signature", "\"EFI PART\"");
        }
        long revision = in.u32();
        checkSum(in, sector);
        if (revision != 0x00010000) {
            throw new UnsupportedFeatureException(
                    NAME,
                    at.offsetBytes() + 8,
                    String.format(Locale.ROOT, "Revision is 0x%08x", revision),
                    "0x00010000");
        }
        if (in.seek(20).u32() != 0) {
            throw new CorruptDataException(NAME, at.offsetBytes() + 20, "Reserved is not zero", "0");
        }
        GptHeader header = new GptHeader(
                lba(in, "MyLBA", at),
                lba(in, "AlternateLBA", at),
                lba(in, "FirstUsableLBA", at),
                lba(in, "LastUsableLBA", at),
                in.guid(),
                lba(in, "PartitionEntryLBA", at),
                entryCount(in),
                entrySize(in),
                in.u32());
        header.check(at);
        return header;
    }

    private static void checkSum(BinaryReader in, byte[] sector) throws FormatException {
        long offset = in.offset();
        long size = in.u32();
        if (size < SIZE || size > sector.length) {
            throw new CorruptDataException(NAME, offset, "HeaderSize is " + size, "92 to " + sector.length);
        }
        long stored = in.u32();
        long computed = crc32(sector, (int) size);
        if (stored != computed) {
            throw new CorruptDataException(
                    NAME,
                    offset + 4,
                    String.format(Locale.ROOT, "HeaderCRC32 is 0x%08x", stored),
                    String.format(Locale.ROOT, "0x%08x from the bytes", computed));
        }
        for (int i = SIZE; i < sector.length; i++) {
            if (sector[i] != 0) {
                throw new CorruptDataException(NAME, offset - 12 + i, "is followed by other bytes", "zeros");
            }
        }
    }

    private static Lba lba(BinaryReader in, String field, Lba at) throws FormatException {
        long offset = in.offset();
        long number = in.i64();
        if (number < 0 || number >= Lba.LIMIT) {
            throw new CorruptDataException(
                    NAME, offset, field + " is " + Long.toUnsignedString(number), "a sector of a disk");
        }
        return new Lba(number, at.sectorSize());
    }

    private static int entryCount(BinaryReader in) throws FormatException {
        long offset = in.offset();
        long count = in.u32();
        if (count < 1 || count > ENTRIES_BYTES_MAX / GptEntry.SIZE) {
            throw new LimitExceededException(NAME, offset, "NumberOfPartitionEntries is " + count, "1 to 8192");
        }
        return (int) count;
    }

    private static int entrySize(BinaryReader in) throws FormatException {
        long offset = in.offset();
        long size = in.u32();
        if (size < GptEntry.SIZE || size > 1 << 16 || Long.bitCount(size) != 1) {
            throw new CorruptDataException(
                    NAME, offset, "SizeOfPartitionEntry is " + size, "a power of two from 128 to 65536");
        }
        return (int) size;
    }

    private void check(Lba at) throws FormatException {
        if (!myLba.equals(at)) {
            throw new CorruptDataException(NAME, at.offsetBytes() + 24, "MyLBA is " + myLba, at.toString());
        }
        if ((long) entryCount * entrySize > ENTRIES_BYTES_MAX) {
            throw new LimitExceededException(
                    NAME, at.offsetBytes() + 80, entryCount + " entries of " + entrySize + " bytes", "at most 1 MiB");
        }
        if (firstUsable.compareTo(lastUsable) > 0) {
            throw new CorruptDataException(
                    NAME, at.offsetBytes() + 40, "FirstUsableLBA is " + firstUsable, "at most " + lastUsable);
        }
    }

    /** Size of all entries in bytes. */
    public int entriesBytes() {
        return entryCount * entrySize;
    }

    /** The checksum of a header as if its own field were zero. */
    private static long crc32(byte[] header, int size) {
        CRC32 crc = new CRC32();
        crc.update(header, 0, CRC_OFFSET);
        crc.update(new byte[4]);
        crc.update(header, CRC_OFFSET + 4, size - CRC_OFFSET - 4);
        return crc.getValue();
    }
}
