package dev.caisson.publish.aws;

import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The record of a publication, in two files of one folder: {@code amis.json}, for people and machines, and
 * {@code amis.blocks.json} with the digests of the disk's blocks, from which the next publication sees what has changed.
 */
final class PublishedAmis {
    /** Name of the record. */
    static final String NAME = "amis.json";

    private static final String BLOCKS = "amis.blocks.json";
    private static final int MOST_BYTES = 256 << 20;

    private PublishedAmis() {}

    /**
     * The snapshot of an earlier publication.
     *
     * @param region where it is
     * @param snapshot its id
     * @param encrypted whether it is encrypted
     * @param kmsKey with which key, when one was named
     * @param blocks what is in it
     */
    record Previous(
            String region, String snapshot, boolean encrypted, Optional<String> kmsKey, SnapshotBlocks blocks) {}

    /** Writes the record; the older one stays until the new one is complete. */
    static void write(Path folder, JsonObject amis, String publication, SnapshotBlocks blocks) throws IOException {
        replace(folder.resolve(BLOCKS), blocks.json().put("publication", publication));
        replace(folder.resolve(NAME), amis);
    }

    private static void replace(Path file, JsonValue content) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(temporary, Json.prettyBytes(content));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the record away. */
    static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(NAME));
        Files.deleteIfExists(folder.resolve(BLOCKS));
    }

    /** The record of a folder, or a file of that form. */
    static Optional<JsonObject> read(Path folder) throws IOException {
        return Files.isRegularFile(folder.resolve(NAME)) ? Optional.of(parse(folder.resolve(NAME))) : Optional.empty();
    }

    private static JsonObject parse(Path file) throws IOException {
        try (FileSource source = FileSource.open(file)) {
            return Json.parseObject(source.readAll(MOST_BYTES));
        }
    }

    /** The snapshot in the home region that a record tells of; empty when there is none, or the files do not fit. */
    static Optional<Previous> previous(Path folder) throws IOException {
        try {
            Optional<JsonObject> amis = read(folder);
            if (amis.isEmpty() || !Files.isRegularFile(folder.resolve(BLOCKS))) {
                return Optional.empty();
            }
            JsonObject blocks = parse(folder.resolve(BLOCKS));
            if (!blocks.string("publication").equals(amis.get().string("publication"))) {
                return Optional.empty();
            }
            String region = amis.get().string("home");
            JsonObject home = amis.get().object("regions").object(region);
            return Optional.of(new Previous(
                    region,
                    home.strings("snapshots").get(0),
                    home.bool("encrypted"),
                    home.optionalString("kmsKey"),
                    SnapshotBlocks.read(blocks)));
        } catch (FormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
