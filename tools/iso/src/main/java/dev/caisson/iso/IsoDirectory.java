package dev.caisson.iso;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A directory on its way into an image. Its records are sorted by the names of ECMA-119, as the standard wants; the names that
 * people gave are in Rock Ridge's NM entries.
 *
 * <pre>
 * offset size field (ECMA-119 9.1)
 *      0    1 length of the record
 *      1    1 extended attributes: 0
 *      2    8 first sector, both orders
 *     10    8 length in bytes, both orders
 *     18    7 time
 *     25    1 flags: 2 directory, 128 more sections follow
 *     26    2 interleaving: 0
 *     28    4 volume sequence number, both orders
 *     32    1 length of the name
 *     33      name, a byte if that makes the length even, then system use
 * </pre>
 */
final class IsoDirectory {
    private static final int DIRECTORY = 2;
    private static final int MORE_SECTIONS = 0x80;
    private static final int MOST_NAME = 30;
    private static final int MODE_DIRECTORY = 0040555;
    private static final int MODE_FILE = 0100444;
    private static final int MODIFIED = 2;

    private final String name;
    private final IsoDirectory parent;
    private final long epochSeconds;
    private final Map<String, IsoDirectory> directories = new TreeMap<>();
    private final Map<String, IsoFile> files = new TreeMap<>();

    private long sector;
    private int number;

    IsoDirectory(String name, IsoDirectory parent, long epochSeconds) {
        this.name = name;
        this.parent = parent == null ? this : parent;
        this.epochSeconds = epochSeconds;
    }

    /** Puts a file at a path below this directory, making directories on the way. */
    void add(String path, IsoFile file) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            String key = isoName(path) + ";1";
            if (files.put(key, file) != null || directories.containsKey(isoName(path))) {
                throw new IllegalArgumentException("two files are called " + key);
            }
            return;
        }
        String key = isoName(path.substring(0, slash)).replace('.', '_');
        if (files.containsKey(key + ";1")) {
            throw new IllegalArgumentException("a file and a directory are called " + key);
        }
        directories
                .computeIfAbsent(key, k -> new IsoDirectory(path.substring(0, slash), this, epochSeconds))
                .add(path.substring(slash + 1), file);
    }

    /** Upper case, with at most one dot, at most 30 characters. */
    static String isoName(String name) {
        String upper = name.toUpperCase(Locale.ROOT).replace('-', '_');
        int dot = upper.lastIndexOf('.');
        String base = (dot < 0 ? upper : upper.substring(0, dot)).replace('.', '_');
        String extension = dot < 0 ? "" : upper.substring(dot);
        if (base.length() + extension.length() > MOST_NAME) {
            throw new IllegalArgumentException("the name " + name + " is longer than " + MOST_NAME + " characters");
        }
        return base + extension;
    }

    Map<String, IsoDirectory> directories() {
        return directories;
    }

    IsoDirectory parent() {
        return parent;
    }

    /** Gives the directory its place: first sector, and number in the path table. */
    void place(long firstSector, int pathTableNumber) {
        this.sector = firstSector;
        this.number = pathTableNumber;
    }

    long sector() {
        return sector;
    }

    int number() {
        return number;
    }

    /** Length in bytes: whole sectors, independent of places. */
    int sizeBytes() {
        int at = 0;
        for (int length : recordLengths()) {
            if (at % IsoLayout.SECTOR + length > IsoLayout.SECTOR) {
                at += IsoLayout.SECTOR - at % IsoLayout.SECTOR;
            }
            at += length;
        }
        return (int) IsoLayout.sectors(at) * IsoLayout.SECTOR;
    }

    private List<Integer> recordLengths() {
        List<Integer> lengths = new ArrayList<>();
        lengths.add(recordLength(1, susp(isRoot(), 0, 0, "").length));
        lengths.add(recordLength(1, susp(false, 0, 0, "").length));
        Map<String, List<Integer>> sorted = new TreeMap<>();
        directories.forEach((key, child) ->
                sorted.put(key, List.of(recordLength(key.length(), susp(false, 0, 0, child.name).length))));
        files.forEach((key, file) -> sorted.put(
                key, sections(key, file).stream().map(record -> record.length).toList()));
        sorted.values().forEach(lengths::addAll);
        return lengths;
    }

    /** The record of the root that the volume descriptor holds, 34 bytes. */
    byte[] rootRecord() {
        return record(new byte[1], sector, sizeBytes(), DIRECTORY, new byte[0]);
    }

    /** All records; none crosses a sector's end. */
    byte[] encode() {
        List<byte[]> records = new ArrayList<>();
        byte[] own = susp(isRoot(), MODE_DIRECTORY, 2 + directories.size(), "");
        byte[] above = susp(false, MODE_DIRECTORY, 2 + parent.directories.size(), "");
        records.add(record(new byte[] {0}, sector, sizeBytes(), DIRECTORY, own));
        records.add(record(new byte[] {1}, parent.sector, parent.sizeBytes(), DIRECTORY, above));
        Map<String, List<byte[]>> sorted = new TreeMap<>();
        directories.forEach((key, child) -> sorted.put(
                key,
                List.of(record(
                        ascii(key),
                        child.sector,
                        child.sizeBytes(),
                        DIRECTORY,
                        susp(false, MODE_DIRECTORY, 2 + child.directories.size(), child.name)))));
        files.forEach((key, file) -> sorted.put(key, sections(key, file)));
        sorted.values().forEach(records::addAll);
        BinaryWriter out = BinaryWriter.littleEndian(IsoLayout.SECTOR);
        for (byte[] record : records) {
            if (out.position() % IsoLayout.SECTOR + record.length > IsoLayout.SECTOR) {
                out.alignTo(IsoLayout.SECTOR);
            }
            out.bytes(record);
        }
        return out.alignTo(IsoLayout.SECTOR).toByteArray();
    }

    private boolean isRoot() {
        return parent == this;
    }

    private static int recordLength(int name, int systemUse) {
        int length = 33 + name + (name % 2 == 0 ? 1 : 0) + systemUse;
        return length + length % 2;
    }

    /** A file of 4 GiB and more has several records, each for a section of it. */
    private List<byte[]> sections(String key, IsoFile file) {
        String own = file.path().substring(file.path().lastIndexOf('/') + 1);
        List<byte[]> records = new ArrayList<>();
        long left = file.sizeBytes();
        long at = file.offset();
        do {
            long length = Math.min(left, IsoLayout.SECTION_BYTES);
            left -= length;
            records.add(record(
                    ascii(key),
                    at / IsoLayout.SECTOR,
                    length,
                    left > 0 ? MORE_SECTIONS : 0,
                    susp(false, MODE_FILE, 1, own)));
            at += length;
        } while (left > 0);
        return records;
    }

    private byte[] record(byte[] isoName, long firstSector, long length, int flags, byte[] systemUse) {
        BinaryWriter out = BinaryWriter.littleEndian(128)
                .u8(recordLength(isoName.length, systemUse.length))
                .u8(0);
        IsoLayout.both32(out, firstSector);
        IsoLayout.both32(out, length);
        out.bytes(IsoLayout.shortTime(epochSeconds)).u8(flags).u16(0);
        IsoLayout.both16(out, 1).u8(isoName.length).bytes(isoName);
        return out.alignTo(2).bytes(systemUse).alignTo(2).toByteArray();
    }

    /**
     * System use entries: SP and ER in the root's own record say that there is Rock Ridge; PX mode, links and owner; TF time; NM
     * the name.
     */
    private byte[] susp(boolean root, int mode, int links, String fileName) {
        BinaryWriter out = BinaryWriter.littleEndian(128);
        if (root) {
            out.bytes(ascii("SP")).u8(7).u8(1).u8(0xbe).u8(0xef).u8(0);
        }
        out.bytes(ascii("PX")).u8(36).u8(1);
        for (int value : new int[] {mode, links, 0, 0}) {
            IsoLayout.both32(out, value);
        }
        out.bytes(ascii("TF")).u8(12).u8(1).u8(MODIFIED).bytes(IsoLayout.shortTime(epochSeconds));
        if (!fileName.isEmpty()) {
            out.bytes(ascii("NM")).u8(5 + fileName.length()).u8(1).u8(0).bytes(ascii(fileName));
        }
        if (root) {
            out.bytes(ascii("ER")).u8(18).u8(1).u8(10).u8(0).u8(0).u8(1).bytes(ascii("RRIP_1991A"));
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
