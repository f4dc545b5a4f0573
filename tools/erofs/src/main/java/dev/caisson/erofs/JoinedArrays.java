package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Arrays one after the other, then zeros up to a size. */
final class JoinedArrays implements ByteSource {
    private final byte[][] arrays;
    private final long[] starts;
    private final long size;

    private JoinedArrays(List<byte[]> arrays, long size) {
        this.arrays = arrays.toArray(byte[][]::new);
        this.starts = new long[arrays.size() + 1];
        for (int i = 0; i < this.arrays.length; i++) {
            starts[i + 1] = starts[i] + this.arrays[i].length;
        }
        this.size = size;
    }

    /** Takes over the arrays, whose sum is at most the size. */
    static ByteSource of(List<byte[]> arrays, long size) {
        return arrays.size() == 1 && arrays.get(0).length == size
                ? ByteSource.of(arrays.get(0))
                : new JoinedArrays(arrays, size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(long offset, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        long at = offset;
        for (int i = 0; i < arrays.length && dst.hasRemaining(); i++) {
            if (at < starts[i + 1]) {
                int from = (int) (at - starts[i]);
                int count = Math.min(dst.remaining(), arrays[i].length - from);
                dst.put(arrays[i], from, count);
                at += count;
            }
        }
        while (dst.hasRemaining()) {
            dst.put((byte) 0);
        }
    }
}
