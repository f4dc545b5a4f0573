package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents of an {@link EncodedFile}, decoded as they are read; a few clusters are kept. A
 * {@link dev.caisson.filetree.Inode.RegularFile} with such contents of the image's own format is placed as it is. For any number of
 * threads.
 */
public final class EncodedContent implements ByteSource {
    private static final int CACHED_CLUSTERS = 4;

    private final EncodedFile file;
    private final long where;
    private final boolean ofImage;
    /** Soft, because a tree of thousands of files that were once read would otherwise keep most of them decoded. */
    private SoftReference<Map<Integer, byte[]>> cache = new SoftReference<>(null);

    /** The contents of a file. */
    public EncodedContent(EncodedFile file) {
        this(file, 0, false);
    }

    private EncodedContent(EncodedFile file, long where, boolean ofImage) {
        this.file = file;
        this.where = where;
        this.ofImage = ofImage;
    }

    /** Contents in an image, with the position of their first block for messages. */
    static EncodedContent ofImage(EncodedFile file, long where) {
        return new EncodedContent(file, where, true);
    }

    /** What is behind. */
    public EncodedFile file() {
        return file;
    }

    /** Whether a planner for this format may place the blocks as they are; those read from an image may be spread. */
    boolean isPlaceable(ErofsFormat format) {
        return !ofImage && file.format().equals(format);
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public void readFully(long offset, ByteBuffer dst) throws IOException {
        ByteSource.checkRange(this, offset, dst.remaining());
        if (file.isCompressed()) {
            readClusters(offset, dst);
        } else {
            readFlat(offset, dst);
        }
    }

    private void readFlat(long offset, ByteBuffer dst) throws IOException {
        long inBlocks = size() - file.inlineTailLength();
        int fromBlocks = (int) Math.max(0, Math.min(dst.remaining(), inBlocks - offset));
        if (fromBlocks > 0) {
            ByteBuffer part = dst.slice().limit(fromBlocks);
            file.blocks().readFully(offset, part);
            dst.position(dst.position() + fromBlocks);
        }
        if (dst.hasRemaining()) {
            dst.put(file.inlineTail(), (int) (offset + fromBlocks - inBlocks), dst.remaining());
        }
    }

    private void readClusters(long offset, ByteBuffer dst) throws IOException {
        long at = offset;
        for (int i = clusterAt(offset); dst.hasRemaining(); i++) {
            PhysicalCluster cluster = file.clusters().get(i);
            byte[] content = decoded(i, cluster);
            int from = (int) (at - cluster.start());
            int count = Math.min(dst.remaining(), content.length - from);
            dst.put(content, from, count);
            at += count;
        }
    }

    private int clusterAt(long offset) {
        List<PhysicalCluster> clusters = file.clusters();
        int low = 0;
        int high = clusters.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (clusters.get(middle).start() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private byte[] decoded(int number, PhysicalCluster cluster) throws IOException {
        byte[] cached = cached(number);
        if (cached != null) {
            return cached;
        }
        int bits = file.format().blockSizeBits();
        long position = cluster.block() << bits;
        byte[] stored = cluster.isInline() ? file.inlineTail() : file.blocks().read(position, cluster.blocks() << bits);
        byte[] content = ClusterCodec.decode(stored, cluster, file.algorithm(), 1 << bits, where + position);
        if (cluster.compressed()) {
            keep(number, content);
        }
        return content;
    }

    private synchronized byte[] cached(int number) {
        Map<Integer, byte[]> kept = cache.get();
        return kept == null ? null : kept.get(number);
    }

    private synchronized void keep(int number, byte[] content) {
        Map<Integer, byte[]> kept = cache.get();
        if (kept == null) {
            kept = new LinkedHashMap<>(8, 0.75f, true);
            cache = new SoftReference<>(kept);
        }
        kept.put(number, content);
        if (kept.size() > CACHED_CLUSTERS) {
            kept.remove(kept.keySet().iterator().next());
        }
    }
}
