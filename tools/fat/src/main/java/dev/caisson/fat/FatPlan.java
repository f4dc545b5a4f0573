package dev.caisson.fat;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.util.List;

/** A FAT file system whose every byte has its place. */
public final class FatPlan implements Plan {
    private final FatGeometry geometry;
    private final List<Extent> regions;
    private final long freeClusters;

    FatPlan(FatGeometry geometry, List<Extent> regions, long freeClusters) {
        this.geometry = geometry;
        this.regions = List.copyOf(regions);
        this.freeClusters = freeClusters;
    }

    /** The chosen type. */
    public FatType type() {
        return geometry.type();
    }

    /** Bytes per cluster. */
    public int clusterBytes() {
        return geometry.clusterBytes();
    }

    /** Number of clusters. */
    public long clusters() {
        return geometry.clusters();
    }

    /** Bytes in clusters that nothing uses. */
    public long freeBytes() {
        return freeClusters * geometry.clusterBytes();
    }

    /** Everything that is not zeros, in order, without overlaps: file contents are the sources of the tree themselves. */
    public List<Extent> regions() {
        return regions;
    }

    @Override
    public long size() {
        return geometry.sizeBytes();
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        long start = out.position();
        for (Extent region : regions) {
            zeros(out, start + region.offset());
            region.source().copyTo(out);
            if (out.position() != start + region.end()) {
                throw new IllegalStateException("a source at " + region.offset() + " gave another size than planned");
            }
        }
        zeros(out, start + size());
    }

    private static void zeros(ByteSink out, long upTo) throws IOException {
        if (out.position() < upTo) {
            out.zeros(upTo - out.position());
        }
    }
}
