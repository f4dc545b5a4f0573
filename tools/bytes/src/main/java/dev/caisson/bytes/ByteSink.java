package dev.caisson.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An append-only target. Writers never close the sink that they were given: its owner does. Buffering is the sink's. */
public interface ByteSink {
    /** Number of bytes appended so far. */
    long position();

    /** Appends all remaining bytes of {@code src}. */
    void write(ByteBuffer src) throws IOException;

    /** Appends {@code count} zero bytes; a file sink leaves a hole. */
    void zeros(long count) throws IOException;

    /** Appends a whole array. */
    default void write(byte[] bytes) throws IOException {
        write(ByteBuffer.wrap(bytes));
    }

    /** Appends zeros up to the next multiple of {@code alignment} bytes. */
    default void alignTo(long alignment) throws IOException {
        long rest = position() % alignment;
        if (rest != 0) {
            zeros(alignment - rest);
        }
    }
}
