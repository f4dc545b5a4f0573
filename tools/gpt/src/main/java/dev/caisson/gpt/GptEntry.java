package dev.caisson.gpt;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;

/**
 * One partition of a table. UEFI 2.10 §5.3.3, table 5.6.
 *
 * <pre>
 * offset size field
 *      0   16 PartitionTypeGUID    zero: entry not used
 *     16   16 UniquePartitionGUID
 *     32    8 StartingLBA
 *     40    8 EndingLBA            inclusive
 *     48    8 Attributes
 *     56   72 PartitionName        36 UTF-16 code units, padded with NUL
 * </pre>
 *
 * @param type what the partition holds
 * @param unique identity of the partition: Linux' PARTUUID
 * @param first first sector
 * @param last last sector, inclusive
 * @param attributes bits, see {@link GptAttributes}
 * @param name the label: at most 36 UTF-16 code units, without NUL
 */
public record GptEntry(Guid type, Guid unique, Lba first, Lba last, long attributes, String name) {
    /** Bytes of an entry as everybody writes it. */
    public static final int SIZE = 128;

    /** Longest name, counted in UTF-16 code units as {@link String#length()} counts. */
    public static final int NAME_MAX_UNITS = 36;

    private static final String NAME = "GPT partition entry";

    /** Checks name and order. */
    public GptEntry {
        checkName(name);
        if (first.compareTo(last) > 0 || type.equals(Guid.ZERO)) {
            throw new IllegalArgumentException("partition of type " + type + " from " + first + " to " + last);
        }
    }

    static void checkName(String name) {
        if (name.length() > NAME_MAX_UNITS || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "label \"" + name + "\" is longer than " + NAME_MAX_UNITS + " UTF-16 units or has a NUL");
        }
    }

    /** Number of sectors. */
    public long sectors() {
        return last.minus(first) + 1;
    }

    /** Size in bytes. */
    public long sizeBytes() {
        return sectors() * first.sectorSize().bytes();
    }

    /** The 128 bytes. */
    public byte[] encode() {
        BinaryWriter out = BinaryWriter.littleEndian(SIZE)
                .guid(type)
                .guid(unique)
                .u64(first.number())
                .u64(last.number())
                .u64(attributes);
        for (int i = 0; i < name.length(); i++) {
            out.u16(name.charAt(i));
        }
        return out.zerosUpTo(SIZE).toByteArray();
    }

    /**
     * Reads an entry that is in use.
     *
     * @param in stands at the entry's first byte and is left behind the name
     * @throws CorruptDataException for sectors outside any disk or in the wrong order
     */
    static GptEntry decode(BinaryReader in, SectorSize sectorSize) throws FormatException {
        long offset = in.offset();
        Guid type = in.guid();
        Guid unique = in.guid();
        long first = in.i64();
        long last = in.i64();
        long attributes = in.i64();
        if (first < 0 || last < first || last >= Lba.LIMIT) {
            throw new CorruptDataException(
                    NAME,
                    offset + 32,
                    "StartingLBA is " + Long.toUnsignedString(first),
                    "at most EndingLBA, which is " + Long.toUnsignedString(last));
        }
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < NAME_MAX_UNITS; i++) {
            char unit = (char) in.u16();
            if (unit == 0) {
                break;
            }
            name.append(unit);
        }
        return new GptEntry(
                type, unique, new Lba(first, sectorSize), new Lba(last, sectorSize), attributes, name.toString());
    }
}
