package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Comparison;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Primary metadata in memory: columns of numbers into one table of distinct strings and one of distinct entries, so that 60,000
 * packages take tens of MB and are loaded from {@link RpmMdCache} without touching a single one. Long descriptions and packagers
 * are not kept. Immutable; may be used by several threads.
 */
public final class RpmMdIndex {
    /** The text columns. The order is part of {@link RpmMdCache}'s format. */
    enum Text {
        NAME,
        ARCHITECTURE,
        EPOCH,
        VERSION,
        RELEASE,
        CHECKSUM,
        LOCATION,
        BASE,
        SUMMARY,
        URL,
        LICENSE,
        VENDOR,
        SOURCE_RPM
    }

    /** The number columns. The order is part of {@link RpmMdCache}'s format. */
    enum Quantity {
        FILE_TIME,
        BUILD_TIME,
        PACKAGE_BYTES,
        INSTALLED_BYTES,
        ARCHIVE_BYTES,
        HEADER_START,
        HEADER_END
    }

    static final int TEXTS = Text.values().length;
    static final int NUMBERS = Quantity.values().length;
    /** Lists of a package: entries by kind, then files. */
    static final int LISTS = RpmRelation.values().length + 1;
    /** Numbers of an entry: name, comparison with {@link #PRE}, version. */
    static final int ENTRY = 3;
    /** The bit beside the comparison for {@link RpmEntry#pre()}. */
    static final int PRE = 16;

    static final int COMPARISONS = Comparison.values().length;
    static final List<Comparison> COMPARISON = List.of(Comparison.values());
    private static final List<Text> TEXT = List.of(Text.values());
    private static final List<Quantity> QUANTITY = List.of(Quantity.values());
    private static final List<RpmRelation> RELATION = List.of(RpmRelation.values());
    private static final int FILES = LISTS - 1;

    final int count;
    final int[] texts;
    final long[] numbers;
    /** Distinct entries. */
    final int[] entries;
    /** Where each list of each package starts in {@link #references}, and the end. */
    final int[] starts;
    /** Entry numbers; string numbers in the lists of files. */
    final int[] references;
    /** Where each string starts in {@link #text}, and the end. */
    final int[] offsets;

    final byte[] text;

    RpmMdIndex(
            int count,
            int[] texts,
            long[] numbers,
            int[] entries,
            int[] starts,
            int[] references,
            int[] offsets,
            byte[] text) {
        this.count = count;
        this.texts = texts;
        this.numbers = numbers;
        this.entries = entries;
        this.starts = starts;
        this.references = references;
        this.offsets = offsets;
        this.text = text;
    }

    /**
     * Parses a decompressed {@code primary.xml}. The stream is not closed.
     *
     * @throws FormatException when it is malformed
     */
    public static RpmMdIndex parse(InputStream primary) throws IOException {
        RpmMdIndexBuilder builder = new RpmMdIndexBuilder();
        PrimaryReader.read(primary, false, builder::add);
        return builder.build();
    }

    /** An index of packages that come from elsewhere, such as a folder of package files; all their files can be found. */
    public static RpmMdIndex of(List<RpmPackageMetadata> packages) {
        RpmMdIndexBuilder builder = new RpmMdIndexBuilder();
        packages.forEach(builder::add);
        return builder.build();
    }

    /** Number of packages. */
    public int size() {
        return count;
    }

    /**
     * One package, decoded at every call. Versions of entries come without epoch 0; long description, packager, group and build host
     * are empty.
     */
    public RpmPackageMetadata get(int index) {
        Objects.checkIndex(index, count);
        Map<RpmRelation, List<RpmEntry>> relations = new EnumMap<>(RpmRelation.class);
        for (RpmRelation kind : RpmRelation.values()) {
            int[] list = list(index, kind);
            relations.put(kind, Arrays.stream(list).mapToObj(this::entry).toList());
        }
        List<RpmFile> files = Arrays.stream(list(index, FILES))
                .mapToObj(id -> new RpmFile(string(id), RpmFile.Type.FILE))
                .toList();
        return new RpmPackageMetadata(
                text(index, Text.NAME),
                text(index, Text.EPOCH),
                text(index, Text.VERSION),
                text(index, Text.RELEASE),
                text(index, Text.ARCHITECTURE),
                checksum(index),
                text(index, Text.LOCATION),
                text(index, Text.BASE),
                new RpmPackageMetadata.Sizes(
                        number(index, Quantity.FILE_TIME),
                        number(index, Quantity.BUILD_TIME),
                        number(index, Quantity.PACKAGE_BYTES),
                        number(index, Quantity.INSTALLED_BYTES),
                        number(index, Quantity.ARCHIVE_BYTES)),
                new RpmPackageMetadata.Texts(
                        text(index, Text.SUMMARY),
                        "",
                        "",
                        text(index, Text.URL),
                        text(index, Text.LICENSE),
                        text(index, Text.VENDOR),
                        "",
                        "",
                        text(index, Text.SOURCE_RPM)),
                number(index, Quantity.HEADER_START),
                number(index, Quantity.HEADER_END),
                relations,
                files,
                List.of());
    }

    /** The numbers of the packages of that name, in index order. */
    public int[] find(String name) {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, count)
                .filter(i -> {
                    int id = texts[i * TEXTS];
                    return Arrays.equals(text, offsets[id], offsets[id + 1], key, 0, key.length);
                })
                .toArray();
    }

    Digest checksum(int index) {
        return Digest.parse(text(index, Text.CHECKSUM));
    }

    String text(int index, Text column) {
        return string(texts[index * TEXTS + TEXT.indexOf(column)]);
    }

    long number(int index, Quantity column) {
        return numbers[index * NUMBERS + QUANTITY.indexOf(column)];
    }

    String string(int id) {
        return new String(text, offsets[id], offsets[id + 1] - offsets[id], StandardCharsets.UTF_8);
    }

    String evr(int index) {
        return RpmEntry.evr(text(index, Text.EPOCH), text(index, Text.VERSION), text(index, Text.RELEASE));
    }

    String nevra(int index) {
        return text(index, Text.NAME) + "-" + text(index, Text.EPOCH) + ":" + text(index, Text.VERSION) + "-"
                + text(index, Text.RELEASE) + "." + text(index, Text.ARCHITECTURE);
    }

    int[] list(int index, RpmRelation kind) {
        return list(index, RELATION.indexOf(kind));
    }

    /** String numbers of the files. */
    int[] files(int index) {
        return list(index, FILES);
    }

    private int[] list(int index, int list) {
        int at = index * LISTS + list;
        return Arrays.copyOfRange(references, starts[at], starts[at + 1]);
    }

    int entryCount() {
        return entries.length / ENTRY;
    }

    int stringCount() {
        return offsets.length - 1;
    }

    String entryName(int entry) {
        return string(entries[entry * ENTRY]);
    }

    Comparison entryComparison(int entry) {
        return COMPARISON.get(entries[entry * ENTRY + 1] & (PRE - 1));
    }

    String entryVersion(int entry) {
        return string(entries[entry * ENTRY + 2]);
    }

    private RpmEntry entry(int id) {
        String evr = entryVersion(id);
        int colon = evr.indexOf(':');
        int dash = evr.lastIndexOf('-');
        return new RpmEntry(
                entryName(id),
                entryComparison(id),
                colon < 0 ? "" : evr.substring(0, colon),
                evr.substring(colon + 1, dash < 0 ? evr.length() : dash),
                dash < 0 ? "" : evr.substring(dash + 1),
                (entries[id * ENTRY + 1] & PRE) != 0);
    }
}
