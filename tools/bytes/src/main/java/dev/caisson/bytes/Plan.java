package dev.caisson.bytes;

import java.io.IOException;

/** The finished layout of a file or image: its size is exact before the first byte is written. */
public interface Plan {
    /** Size in bytes of what {@link #writeTo} writes. */
    long size();

    /**
     * Writes exactly {@link #size()} bytes, the same at every call. Does not close the sink.
     *
     * @throws IOException when the sink or a source of contents fails
     */
    void writeTo(ByteSink out) throws IOException;
}
