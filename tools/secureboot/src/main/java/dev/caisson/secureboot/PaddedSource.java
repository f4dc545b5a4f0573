package dev.caisson.secureboot;

import dev.caisson.bytes.ByteSource;
import java.nio.ByteBuffer;

/** An array and zeros behind it. */
record PaddedSource(byte[] start, long size) implements ByteSource {
    @Override
    public void readFully(long offset, ByteBuffer dst) throws java.io.IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        if (offset < start.length) {
            dst.put(start, (int) offset, (int) Math.min(dst.remaining(), start.length - offset));
        }
        while (dst.hasRemaining()) {
            dst.put((byte) 0);
        }
    }
}
