package dev.caisson.fat;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The bytes of a fragmented file: its runs one after the other. */
final class ChainSource implements ByteSource {
    private final ByteSource image;
    private final long size;
    private final long[] starts;
    private final long[] offsets;

    private ChainSource(ByteSource image, long size, long[] starts, long[] offsets) {
        this.image = image;
        this.size = size;
        this.starts = starts;
        this.offsets = offsets;
    }

    static ByteSource of(ByteSource image, FatGeometry geometry, List<AllocationTable.Run> runs, long size) {
        if (runs.size() == 1) {
            return image.slice(geometry.clusterOffset(runs.get(0).first()), size);
        }
        long[] starts = new long[runs.size() + 1];
        long[] offsets = new long[runs.size()];
        for (int i = 0; i < runs.size(); i++) {
            offsets[i] = geometry.clusterOffset(runs.get(i).first());
            starts[i + 1] = starts[i] + runs.get(i).count() * geometry.clusterBytes();
        }
        return new ChainSource(image, size, starts, offsets);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(long offset, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        int limit = dst.limit();
        int found = Arrays.binarySearch(starts, offset);
        int run = found >= 0 ? found : -found - 2;
        for (long at = offset; dst.hasRemaining(); run++) {
            int count = (int) Math.min(dst.remaining(), starts[run + 1] - at);
            dst.limit(dst.position() + count);
            image.readFully(offsets[run] + at - starts[run], dst);
            dst.limit(limit);
            at += count;
        }
    }
}
