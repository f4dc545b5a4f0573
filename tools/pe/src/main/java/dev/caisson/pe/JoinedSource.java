package dev.caisson.pe;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Several sources, one behind the other. */
final class JoinedSource implements ByteSource {
    private final List<ByteSource> parts;
    private final long size;

    JoinedSource(List<ByteSource> parts) {
        this.parts = List.copyOf(parts);
        long total = 0;
        for (ByteSource part : parts) {
            total = Math.addExact(total, part.size());
        }
        this.size = total;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(long offset, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        int limit = dst.limit();
        long skip = offset;
        for (ByteSource part : parts) {
            if (skip < part.size() && dst.position() < limit) {
                dst.limit((int) Math.min(limit, dst.position() + (part.size() - skip)));
                part.readFully(skip, dst);
                dst.limit(limit);
                skip = 0;
            } else {
                skip = Math.max(0, skip - part.size());
            }
        }
    }
}
