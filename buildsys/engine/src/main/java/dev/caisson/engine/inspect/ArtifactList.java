package dev.caisson.engine.inspect;

import dev.caisson.bytes.FileSource;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The list that a build leaves beside its artifacts, read back.
 *
 * @param folder where it lies, and the artifacts with it
 * @param entries in the list's order
 */
record ArtifactList(Path folder, List<Entry> entries) {
    /** The list's file name. */
    static final String NAME = "artifacts.json";

    private static final int BYTES_MAX = 4 << 20;

    ArtifactList {
        entries = List.copyOf(entries);
    }

    /**
     * One artifact.
     *
     * @param name file name, without any folder
     * @param kind such as {@code raw}
     * @param sizeBytes length
     * @param sha256 64 lower-case hexadecimal digits
     */
    record Entry(String name, String kind, long sizeBytes, String sha256) {}

    /**
     * Reads the list of a folder; empty when there is none.
     *
     * @throws dev.caisson.bytes.FormatException when it is not such a list, or names something outside the folder
     */
    static Optional<ArtifactList> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        JsonObject list;
        try (FileSource source = FileSource.open(file)) {
            list = Json.parseObject(source.readAll(BYTES_MAX));
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonObject artifact : list.objects("artifacts")) {
            Entry entry = new Entry(
                    artifact.string("name"),
                    artifact.string("kind"),
                    artifact.longValue("size"),
                    artifact.string("sha256").toLowerCase(Locale.ROOT));
            if (!isPlainName(entry.name) || !entry.sha256.matches("[0-9a-f]{64}")) {
                throw artifact.wrong("\"" + entry.name + "\" with " + entry.sha256, "a file name and a SHA-256");
            }
            entries.add(entry);
        }
        return Optional.of(new ArtifactList(folder, entries));
    }

    private static boolean isPlainName(String name) {
        return !name.isEmpty()
                && !Set.of(".", "..").contains(name)
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    }

    Optional<Entry> entry(String name) {
        return entries.stream().filter(e -> e.name.equals(name)).findFirst();
    }

    Optional<Entry> ofKind(String kind) {
        return entries.stream().filter(e -> e.kind.equals(kind)).findFirst();
    }
}
