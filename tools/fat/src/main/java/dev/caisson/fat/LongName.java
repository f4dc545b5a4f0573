package dev.caisson.fat;

import dev.caisson.bytes.BinaryWriter;

/**
 * The directory entries before a short one that hold a long name, last part first.
 *
 * <pre>
 * offset size field
 *      0    1 LDIR_Ord        number of the part from 1, plus 40 (hex) on the last part
 *      1   10 LDIR_Name1      5 UTF-16 code units
 *     11    1 LDIR_Attr       0F
 *     12    1 LDIR_Type       0
 *     13    1 LDIR_Chksum     of the short name
 *     14   12 LDIR_Name2      6 units
 *     26    2 LDIR_FstClusLO  0
 *     28    4 LDIR_Name3      2 units
 * </pre>
 *
 * A name that does not fill its last part is followed by a NUL and then FFFF.
 */
final class LongName {
    /** Code units per entry. */
    static final int UNITS = 13;

    /** Longest name in UTF-16 code units. */
    static final int UNITS_MAX = 255;

    static final int ATTRIBUTE = 0x0f;
    static final int LAST = 0x40;

    /** Offsets of the units within an entry. */
    static final int[] UNIT_OFFSETS = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

    private LongName() {}

    static int entries(String name) {
        return (name.length() + UNITS - 1) / UNITS;
    }

    static byte[] encode(String name, byte[] shortName) {
        int parts = entries(name);
        int checksum = checksum(shortName);
        BinaryWriter out = BinaryWriter.littleEndian(parts * FatGeometry.ENTRY_BYTES);
        for (int part = parts; part > 0; part--) {
            out.u8(part == parts ? part | LAST : part);
            for (int i = 0; i < UNITS; i++) {
                if (i == 5) {
                    out.u8(ATTRIBUTE).u8(0).u8(checksum);
                } else if (i == 11) {
                    out.u16(0);
                }
                int at = (part - 1) * UNITS + i;
                out.u16(at < name.length() ? name.charAt(at) : at == name.length() ? 0 : 0xffff);
            }
        }
        return out.toByteArray();
    }

    /** The specification's ChkSum over the 11 bytes of a short name. */
    static int checksum(byte[] shortName) {
        int sum = 0;
        for (byte b : shortName) {
            sum = ((sum & 1) << 7) + (sum >>> 1) + (b & 0xff) & 0xff;
        }
        return sum;
    }

    /** Equal for two names that FAT takes for the same. */
    static String folded(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            folded.append(Character.toUpperCase(name.charAt(i)));
        }
        return folded.toString();
    }
}
