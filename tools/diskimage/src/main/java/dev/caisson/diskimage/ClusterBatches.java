package dev.caisson.diskimage;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A disk cut into clusters of one size, some to a batch. Clusters that no extent touches are not read; those that hold only
 * zeros are found by looking. Encoders are kept between batches, since their tables are large.
 */
final class ClusterBatches {
    private static final int BATCH_BYTES = 1 << 20;
    private static final byte[] ZEROS = new byte[1 << 16];

    private final DiskImage image;
    private final ByteSource source;
    private final int clusterBytes;
    private final int perBatch;
    private final Supplier<ClusterEncoder> encoders;
    private final ConcurrentLinkedQueue<ClusterEncoder> idle = new ConcurrentLinkedQueue<>();

    ClusterBatches(DiskImage image, int clusterBytes, Supplier<ClusterEncoder> encoders) {
        this.image = image;
        this.source = image.asSource();
        this.clusterBytes = clusterBytes;
        this.perBatch = Math.max(1, BATCH_BYTES / clusterBytes);
        this.encoders = encoders;
    }

    /** Number of clusters, the last perhaps cut short by the disk's end. */
    long clusters() {
        return (image.size() + clusterBytes - 1) / clusterBytes;
    }

    int batches() {
        return Math.toIntExact((clusters() + perBatch - 1) / perBatch);
    }

    /** Number of a batch's first cluster. */
    long firstCluster(int batch) {
        return (long) batch * perBatch;
    }

    /** Encodes a batch; a cluster that does not get shorter is stored as it is, filled up with zeros at the disk's end. */
    EncodedBatch encode(int batch) throws IOException {
        long first = firstCluster(batch);
        int count = (int) Math.min(perBatch, clusters() - first);
        int[] lengths = new int[count];
        if (!image.hasData(first * clusterBytes, (long) count * clusterBytes)) {
            return new EncodedBatch(new byte[0], lengths);
        }
        byte[] out = new byte[count * clusterBytes];
        byte[] cluster = new byte[clusterBytes];
        int used = 0;
        ClusterEncoder pooled = idle.poll();
        ClusterEncoder encoder = pooled == null ? encoders.get() : pooled;
        for (int i = 0; i < count; i++) {
            if (read(first + i, cluster)) {
                int length = encoder.encode(cluster, 0, clusterBytes, out, used, clusterBytes - 1);
                if (length == ClusterEncoder.STORED) {
                    System.arraycopy(cluster, 0, out, used, clusterBytes);
                    length = clusterBytes;
                }
                lengths[i] = length;
                used += length;
            }
        }
        idle.add(encoder);
        return new EncodedBatch(used == out.length ? out : Arrays.copyOf(out, used), lengths);
    }

    /** Whether there is anything but zeros. */
    private boolean read(long index, byte[] cluster) throws IOException {
        long offset = index * clusterBytes;
        int length = (int) Math.min(clusterBytes, image.size() - offset);
        if (!image.hasData(offset, length)) {
            return false;
        }
        source.readFully(offset, ByteBuffer.wrap(cluster, 0, length));
        Arrays.fill(cluster, length, clusterBytes, (byte) 0);
        return !isZero(cluster, 0, length);
    }

    static boolean isZero(byte[] bytes, int offset, int length) {
        for (int at = 0; at < length; at += ZEROS.length) {
            int count = Math.min(ZEROS.length, length - at);
            if (!Arrays.equals(bytes, offset + at, offset + at + count, ZEROS, 0, count)) {
                return false;
            }
        }
        return true;
    }
}
