package dev.caisson.diskimage;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of an image file, by position. Formats whose first structures depend on what follows (offsets of compressed
 * clusters) write those last. What is never written reads as zeros.
 */
public interface ImageOutput {
    /** Writes all remaining bytes of {@code src} at {@code offset}. */
    void write(long offset, ByteBuffer src) throws IOException;

    /** Writes a whole array. */
    default void write(long offset, byte[] bytes) throws IOException {
        write(offset, ByteBuffer.wrap(bytes));
    }
}
