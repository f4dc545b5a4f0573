package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where fetched files are kept, by content. Several threads may use it. */
public interface BlobStore {
    /** The file with this SHA-256, if the store has it. */
    Optional<Path> find(Digest sha256) throws IOException;

    /**
     * Takes a complete, verified file over.
     *
     * @param sha256 its digest
     * @param temporary the file, which is moved or deleted
     * @return where it is now
     */
    Path put(Digest sha256, Path temporary) throws IOException;
}
