package dev.caisson.diskimage;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A disk out of clusters of one size that are found, and perhaps decompressed, one at a time. Remembers the last few
 * decompressed ones, for readers that take small bites.
 */
abstract class ClusterSource implements ByteSource {
    private static final int REMEMBERED_BYTES = 2 << 20;

    private final long size;
    private final int clusterBytes;
    private final Map<Long, byte[]> remembered = new LinkedHashMap<>(16, 0.75f, true);

    ClusterSource(long size, int clusterBytes) {
        this.size = size;
        this.clusterBytes = clusterBytes;
    }

    /** Whether a cluster has bytes of its own; zeros otherwise. */
    abstract boolean isPresent(long cluster);

    /** Where a cluster's bytes lie in the file as they are, or -1 when they must be decoded. */
    abstract long storedAt(long cluster);

    /** The file. */
    abstract ByteSource file();

    /** Decodes a cluster, into exactly a cluster's bytes. */
    abstract byte[] decode(long cluster) throws IOException;

    /** The disk: neighbouring present clusters are one extent. */
    final DiskImage image() {
        List<Extent> extents = new ArrayList<>();
        long clusters = (size + clusterBytes - 1) / clusterBytes;
        for (long from = 0; from < clusters; ) {
            if (!isPresent(from)) {
                from++;
                continue;
            }
            long to = from + 1;
            while (to < clusters && isPresent(to)) {
                to++;
            }
            long offset = from * clusterBytes;
            extents.add(new Extent(offset, slice(offset, Math.min(size, to * clusterBytes) - offset)));
            from = to;
        }
        return DiskImage.of(size, extents);
    }

    @Override
    public final long size() {
        return size;
    }

    @Override
    public final void readFully(long offset, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        long at = offset;
        int limit = dst.limit();
        while (dst.position() < limit) {
            long cluster = at / clusterBytes;
            int within = (int) (at % clusterBytes);
            int count = Math.min(clusterBytes - within, limit - dst.position());
            dst.limit(dst.position() + count);
            readWithin(cluster, within, dst);
            dst.limit(limit);
            at += count;
        }
    }

    private void readWithin(long cluster, int within, ByteBuffer dst) throws IOException {
        if (!isPresent(cluster)) {
            dst.put(new byte[dst.remaining()]);
            return;
        }
        long stored = storedAt(cluster);
        if (stored >= 0) {
            file().readFully(stored + within, dst);
        } else {
            dst.put(decoded(cluster, dst.remaining()), within, dst.remaining());
        }
    }

    private byte[] decoded(long cluster, int wanted) throws IOException {
        synchronized (remembered) {
            byte[] known = remembered.get(cluster);
            if (known != null) {
                return known;
            }
        }
        byte[] bytes = decode(cluster);
        if (wanted < clusterBytes) {
            synchronized (remembered) {
                remembered.put(cluster, bytes);
                if (remembered.size() > Math.max(1, REMEMBERED_BYTES / clusterBytes)) {
                    remembered.remove(remembered.keySet().iterator().next());
                }
            }
        }
        return bytes;
    }
}
