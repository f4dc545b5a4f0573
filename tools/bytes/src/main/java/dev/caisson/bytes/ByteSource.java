package dev.caisson.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Bytes of known size that may be read more than once, in any order, by many threads at once. Sources are not closed
 * through this interface: whoever opened the file behind one closes it ({@link FileSource}).
 */
public interface ByteSource {
    /** Size in bytes. */
    long size();

    /**
     * Fills {@code dst} completely with the bytes from {@code offset} on. There are no short reads.
     *
     * @throws CorruptDataException when the source ends before {@code dst} is full
     */
    void readFully(long offset, ByteBuffer dst) throws IOException;

    /**
     * Reads {@code length} bytes into a new array.
     *
     * @throws CorruptDataException when the source is shorter; nothing is allocated then
     */
    default byte[] read(long offset, int length) throws IOException {
        checkRange(this, offset, length);
        byte[] bytes = new byte[length];
        readFully(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Reads everything.
     *
     * @param limitBytes largest size accepted
     * @throws LimitExceededException when the source is larger
     */
    default byte[] readAll(int limitBytes) throws IOException {
        if (size() > limitBytes) {
            throw new LimitExceededException("data", 0, "is " + size() + " bytes", "at most " + limitBytes + " bytes");
        }
        return read(0, (int) size());
    }

    /** Appends all bytes to {@code out}, in pieces of at most 1 MiB. */
    default void copyTo(ByteSink out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(Math.max(size(), 1), 1 << 20));
        for (long at = 0; at < size(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size() - at));
            readFully(at, buffer);
            out.write(buffer.flip());
        }
    }

    /** The part from {@code offset} of {@code length} bytes, without copying. */
    default ByteSource slice(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, size());
        ByteSource whole = this;
        return new ByteSource() {
            @Override
            public long size() {
                return length;
            }

            @Override
            public void readFully(long at, ByteBuffer dst) throws IOException {
                checkRange(this, at, dst.remaining());
                whole.readFully(offset + at, dst);
            }
        };
    }

    /** The bytes of an array, which is not copied and must not change. */
    static ByteSource of(byte[] bytes) {
        return new ArraySource(bytes);
    }

    /** {@code size} zero bytes. */
    static ByteSource zeros(long size) {
        return new ByteSource() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public void readFully(long offset, ByteBuffer dst) throws IOException {
                checkRange(this, offset, dst.remaining());
                while (dst.remaining() >= Long.BYTES) {
                    dst.putLong(0);
                }
                while (dst.hasRemaining()) {
                    dst.put((byte) 0);
                }
            }
        };
    }

    /** Throws {@link CorruptDataException} unless {@code length} bytes from {@code offset} lie within the source. */
    static void checkRange(ByteSource source, long offset, long length) throws CorruptDataException {
        if (offset < 0 || length < 0 || offset > source.size() - length) {
            throw new CorruptDataException(
                    "data", offset, "ends at byte " + source.size(), length + " more bytes from this offset");
        }
    }
}
