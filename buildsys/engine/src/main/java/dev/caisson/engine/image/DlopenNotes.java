package dev.caisson.engine.image;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.elf.ElfObject;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code .note.dlopen}: what an ELF object loads with {@code dlopen} while it runs (UAPI group, ELF dlopen()
 * metadata). Notes of other owners or types in the section are passed over. Each note is
 *
 * <pre>
 * offset  size   field
 * 0       4      namesz, 4
 * 4       4      descsz
 * 8       4      type, 0x407c0c0a
 * 12      4      name, "FDO\0"
 * 16      descsz JSON array of {"feature", "description", "priority", "soname": […]}, zero-padded to a multiple of 4
 * </pre>
 */
final class DlopenNotes {
    private static final String SECTION = ".note.dlopen";
    private static final long TYPE = 0x407c0c0a;
    private static final byte[] OWNER = {'F', 'D', 'O', 0};

    private DlopenNotes() {}

    /**
     * One library that is loaded on demand.
     *
     * @param feature what it is for
     * @param priority {@code required}, {@code recommended} or {@code suggested}
     * @param names of the library, the preferred one first
     */
    record Entry(String feature, String priority, List<String> names) {}

    /** All entries of an object in order; empty without the section. */
    static List<Entry> read(ElfObject elf) throws IOException {
        Optional<ElfObject.Section> section = elf.section(SECTION);
        return section.isEmpty() ? List.of() : parse(elf.bytes(section.get()), elf.order());
    }

    /** Parses the bytes of the section. */
    static List<Entry> parse(byte[] bytes, ByteOrder order) throws IOException {
        BinaryReader in = new BinaryReader("ELF note " + SECTION, bytes, 0, bytes.length, 0, order);
        List<Entry> entries = new ArrayList<>();
        while (in.remaining() >= 12) {
            long nameSize = in.u32();
            long descriptionSize = in.u32();
            long type = in.u32();
            byte[] owner = padded(in, nameSize);
            byte[] description = padded(in, descriptionSize);
            if (type == TYPE && java.util.Arrays.equals(owner, OWNER)) {
                addEntries(description, entries);
            }
        }
        return entries;
    }

    /** The bytes of a field, behind which the next one is aligned to 4; the last one's padding may be missing. */
    private static byte[] padded(BinaryReader in, long size) throws CorruptDataException {
        byte[] bytes = in.bytes(size);
        in.skip(Math.min(-size & 3, in.remaining()));
        return bytes;
    }

    private static void addEntries(byte[] description, List<Entry> entries) throws IOException {
        int end = description.length;
        while (end > 0 && description[end - 1] == 0) {
            end--;
        }
        if (!(Json.parse(new String(description, 0, end, StandardCharsets.UTF_8)) instanceof JsonArray array)) {
            throw new CorruptDataException("ELF note " + SECTION, 0, "is not a JSON array", "a list of libraries");
        }
        for (JsonObject object : array.objects()) {
            entries.add(new Entry(
                    object.optionalString("feature").orElse(""),
                    // What has no priority counts as recommended, says the specification.
                    object.optionalString("priority").orElse("recommended"),
                    object.strings("soname")));
        }
    }
}
