package dev.caisson.engine.recipe;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file of a package, unpacked but not yet at its place. It is opened for each reading: there are more of them than a process may
 * have open.
 *
 * @param path where it lies
 * @param size in bytes
 */
record StagedFile(Path path, long size) implements ByteSource {
    @Override
    public void readFully(long offset, ByteBuffer dst) throws IOException {
        try (FileSource file = FileSource.open(path)) {
            file.readFully(offset, dst);
        }
    }
}
