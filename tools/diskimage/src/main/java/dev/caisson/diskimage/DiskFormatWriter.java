package dev.caisson.diskimage;

import java.io.IOException;

/**
 * A disk image on its way into a format, as work that the caller schedules: {@link #encode} may be called for any batch by
 * any thread, at the same time; then {@link #place} takes the results in ascending order, one at a time, and {@link #finish}
 * completes the file. The bytes depend on the image and the format's parameters alone. A writer is used once.
 */
public interface DiskFormatWriter {
    /** Number of batches. */
    int batches();

    /** Reads and encodes one batch. Pure: any thread, any order. */
    EncodedBatch encode(int index) throws IOException;

    /** Gives the next batch its place. */
    void place(EncodedBatch batch, ImageOutput out) throws IOException;

    /**
     * Writes what depends on all batches.
     *
     * @return size of the whole file in bytes
     */
    long finish(ImageOutput out) throws IOException;

    /** Does everything in this thread; returns the file's size. */
    default long writeTo(ImageOutput out) throws IOException {
        for (int i = 0; i < batches(); i++) {
            place(encode(i), out);
        }
        return finish(out);
    }
}
