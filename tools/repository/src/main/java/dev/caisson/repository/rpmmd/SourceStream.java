package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A source from its first byte to its last. */
final class SourceStream extends InputStream {
    private final ByteSource source;
    private long at;

    SourceStream(ByteSource source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int got = (int) Math.min(length, source.size() - at);
        if (got <= 0) {
            return length == 0 ? 0 : -1;
        }
        source.readFully(at, ByteBuffer.wrap(bytes, offset, got));
        at += got;
        return got;
    }
}
