package dev.caisson.erofs;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.util.List;

/** The finished layout of an image. Immutable; may be written by several threads, each a part of its regions. */
public final class ErofsPlan implements Plan {
    private final ErofsSuperblock superblock;
    private final List<PlacedBytes> regions;
    private final long size;

    ErofsPlan(ErofsSuperblock superblock, List<PlacedBytes> regions, long size) {
        this.superblock = superblock;
        this.regions = List.copyOf(regions);
        this.size = size;
    }

    /** The superblock. */
    public ErofsSuperblock superblock() {
        return superblock;
    }

    /** Size of the image in bytes, whole blocks. */
    @Override
    public long size() {
        return size;
    }

    /**
     * The image's parts in ascending order, without overlap; all bytes outside are zero. Blocks of a file are one region, whose source is
     * {@link EncodedFile#blocks()} itself.
     */
    public List<PlacedBytes> regions() {
        return regions;
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        long start = out.position();
        for (PlacedBytes region : regions) {
            out.zeros(region.offset() - (out.position() - start));
            region.source().copyTo(out);
        }
        out.zeros(size - (out.position() - start));
    }
}
