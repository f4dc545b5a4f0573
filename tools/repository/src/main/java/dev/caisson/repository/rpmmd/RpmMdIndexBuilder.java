package dev.caisson.repository.rpmmd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects packages into a {@link RpmMdIndex}. For one thread, once. */
final class RpmMdIndexBuilder {
    private final Map<String, Integer> stringIds = new HashMap<>(1 << 16);
    private final List<String> strings = new ArrayList<>(1 << 16);
    private final Map<Entry, Integer> entryIds = new HashMap<>(1 << 16);
    private final Ints entries = new Ints();
    private final Ints texts = new Ints();
    private final Ints starts = new Ints();
    private final Ints references = new Ints();
    private long[] numbers = new long[RpmMdIndex.NUMBERS * 1024];
    private int count;

    RpmMdIndexBuilder() {
        string("");
    }

    void add(RpmPackageMetadata p) {
        RpmPackageMetadata.Texts t = p.texts();
        for (String text : new String[] {
            p.name(),
            p.architecture(),
            p.epoch(),
            p.version(),
            p.release(),
            p.checksum().toString(),
            p.location(),
            p.base(),
            t.summary(),
            t.url(),
            t.license(),
            t.vendor(),
            t.sourceRpm()
        }) {
            texts.add(string(text));
        }
        RpmPackageMetadata.Sizes s = p.sizes();
        long[] row = {
            s.fileTime(),
            s.buildTime(),
            s.packageBytes(),
            s.installedBytes(),
            s.archiveBytes(),
            p.headerStart(),
            p.headerEnd()
        };
        if ((count + 1) * RpmMdIndex.NUMBERS > numbers.length) {
            numbers = Arrays.copyOf(numbers, numbers.length * 2);
        }
        System.arraycopy(row, 0, numbers, count * RpmMdIndex.NUMBERS, row.length);
        for (RpmRelation kind : RpmRelation.values()) {
            starts.add(references.size);
            p.entries(kind).forEach(entry -> references.add(entry(entry)));
        }
        starts.add(references.size);
        p.files().forEach(file -> references.add(string(file.path())));
        count++;
    }

    private int string(String text) {
        Integer known = stringIds.putIfAbsent(text, strings.size());
        if (known == null) {
            strings.add(text);
            return strings.size() - 1;
        }
        return known;
    }

    private int entry(RpmEntry e) {
        int flags = RpmMdIndex.COMPARISON.indexOf(e.comparison()) | (e.pre() ? RpmMdIndex.PRE : 0);
        Entry key = new Entry(string(e.name()), flags, string(e.evr()));
        Integer known = entryIds.putIfAbsent(key, entryIds.size());
        if (known == null) {
            entries.add(key.name);
            entries.add(key.flags);
            entries.add(key.version);
            return entryIds.size() - 1;
        }
        return known;
    }

    RpmMdIndex build() {
        starts.add(references.size);
        int[] offsets = new int[strings.size() + 1];
        byte[][] encoded = new byte[strings.size()][];
        int size = 0;
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = strings.get(i).getBytes(StandardCharsets.UTF_8);
            size = Math.addExact(size, encoded[i].length);
            offsets[i + 1] = size;
        }
        byte[] text = new byte[size];
        for (int i = 0; i < encoded.length; i++) {
            System.arraycopy(encoded[i], 0, text, offsets[i], encoded[i].length);
        }
        return new RpmMdIndex(
                count,
                texts.toArray(),
                Arrays.copyOf(numbers, count * RpmMdIndex.NUMBERS),
                entries.toArray(),
                starts.toArray(),
                references.toArray(),
                offsets,
                text);
    }

    private record Entry(int name, int flags, int version) {
        @Override
        public int hashCode() {
            return (name * 31 + version) * 31 + flags;
        }
    }

    private static final class Ints {
        private int[] values = new int[1 << 12];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
