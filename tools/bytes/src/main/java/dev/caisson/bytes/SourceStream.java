package dev.caisson.bytes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A source from its first byte to its last. There is nothing to close. For one thread. */
public final class SourceStream extends InputStream {
    private final ByteSource source;
    private long at;

    /** Reads from the first byte on. */
    public SourceStream(ByteSource source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, to.length);
        int count = (int) Math.min(length, source.size() - at);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        source.readFully(at, ByteBuffer.wrap(to, from, count));
        at += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, source.size() - at);
    }
}
