package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.repository.IndexCache;
import dev.caisson.repository.PackagesIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Packages indexes in parsed form, by the digest of the file that was parsed; a cache. */
final class ParsedIndexes {
    private final Path folder;

    /** Those in {@code indexes/} of a folder. */
    ParsedIndexes(Path folder) {
        this.folder = folder.resolve("indexes");
    }

    private Path file(Digest digest) {
        return folder.resolve(digest.hex() + ".index");
    }

    /** The index, if it is there and intact. */
    Optional<PackagesIndex> read(Digest digest) throws IOException {
        Path file = file(digest);
        try {
            return Optional.of(IndexCache.read(Files.readAllBytes(file), digest));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FormatException e) {
            Files.deleteIfExists(file);
            return Optional.empty();
        }
    }

    void write(PackagesIndex index, Digest digest) throws IOException {
        Files.createDirectories(folder);
        SuiteMemory.replace(file(digest), IndexCache.write(index, digest));
    }
}
