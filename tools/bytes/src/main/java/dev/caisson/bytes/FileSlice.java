package dev.caisson.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A part of a file. A type of its own, so that copiers can see that they may let the operating system move the bytes.
 *
 * @param file the whole
 * @param offset first byte of the part
 * @param size bytes of the part
 */
public record FileSlice(FileSource file, long offset, long size) implements ByteSource {
    /** Checks that the part lies within the file. */
    public FileSlice {
        Objects.checkFromIndexSize(offset, size, file.size());
    }

    @Override
    public void readFully(long at, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, at, dst.remaining());
        file.readFully(offset + at, dst);
    }

    @Override
    public FileSlice slice(long at, long length) {
        Objects.checkFromIndexSize(at, length, size);
        return new FileSlice(file, offset + at, length);
    }
}
