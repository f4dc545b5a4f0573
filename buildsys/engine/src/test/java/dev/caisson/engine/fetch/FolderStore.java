package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A store that is a folder of files named by their digests. */
record FolderStore(Path folder) implements BlobStore {
    @Override
    public Optional<Path> find(Digest sha256) {
        Path file = folder.resolve(sha256.hex());
        return Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public Path put(Digest sha256, Path temporary) throws IOException {
        Files.createDirectories(folder);
        return Files.move(temporary, folder.resolve(sha256.hex()), StandardCopyOption.REPLACE_EXISTING);
    }
}
