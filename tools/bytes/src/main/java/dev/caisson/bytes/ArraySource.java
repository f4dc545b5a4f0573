package dev.caisson.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A source over one array. */
record ArraySource(byte[] bytes) implements ByteSource {
    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void readFully(long offset, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        dst.put(bytes, (int) offset, dst.remaining());
    }

    @Override
    public void copyTo(ByteSink out) throws IOException {
        out.write(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }
}
