package dev.caisson.fat;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;

/** Puts the parts of a long name together as they come by, last part first. For one thread. */
final class LongNameCollector {
    private static final String NAME = "FAT long name";

    private StringBuilder units = new StringBuilder();
    private int expected;
    private int checksum;
    private long offset;

    /** Takes the entry at the reader's position. */
    void add(BinaryReader in) throws FormatException {
        long at = in.offset();
        byte[] entry = in.bytes(FatGeometry.ENTRY_BYTES);
        int order = entry[0] & 0xff;
        int sum = entry[13] & 0xff;
        if ((order & LongName.LAST) != 0) {
            expectNone(at);
            expected = order & ~LongName.LAST;
            checksum = sum;
            offset = at;
            if (expected < 1 || expected > 20) {
                throw new CorruptDataException(NAME, at, "LDIR_Ord is " + order, "1 to 20, plus 64");
            }
        } else if (expected == 0 || order != expected || sum != checksum) {
            throw new CorruptDataException(NAME, at, "LDIR_Ord is " + order, "part " + expected + " of the same name");
        }
        if (entry[12] != 0 || entry[26] != 0 || entry[27] != 0) {
            throw new CorruptDataException(NAME, at, "LDIR_Type or LDIR_FstClusLO is not 0", "0");
        }
        StringBuilder part = part(entry, at, (order & LongName.LAST) != 0);
        units = part.append(units);
        expected--;
    }

    private static StringBuilder part(byte[] entry, long at, boolean last) throws FormatException {
        StringBuilder part = new StringBuilder();
        boolean ended = false;
        for (int place : LongName.UNIT_OFFSETS) {
            int unit = entry[place] & 0xff | (entry[place + 1] & 0xff) << 8;
            if (ended ? unit != 0xffff : unit == 0 && (!last || part.isEmpty())) {
                throw new CorruptDataException(NAME, at + place, "has the unit " + unit + " here", "padding or a name");
            }
            ended = ended || unit == 0;
            if (!ended) {
                part.append((char) unit);
            }
        }
        return part;
    }

    /**
     * The name for a short entry; empty when it has none.
     *
     * @throws CorruptDataException when parts are missing or belong to another short name
     */
    String take(byte[] shortName, long at) throws FormatException {
        if (units.isEmpty()) {
            return "";
        }
        if (expected != 0 || checksum != LongName.checksum(shortName)) {
            throw new CorruptDataException(NAME, offset, "does not belong to the short name behind it", "a checksum");
        }
        String name = units.toString();
        units = new StringBuilder();
        if (name.length() > LongName.UNITS_MAX) {
            throw new CorruptDataException(NAME, at, "has " + name.length() + " units", "at most 255");
        }
        return name;
    }

    /** No long name may be waiting for its short name here. */
    void expectNone(long at) throws FormatException {
        if (!units.isEmpty()) {
            throw new CorruptDataException(NAME, offset, "has no short name behind it, up to " + at, "one");
        }
    }
}
