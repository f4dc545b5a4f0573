package dev.caisson.engine.formats;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.diskimage.DiskImage;
import java.util.ArrayList;
import java.util.List;

/**
 * What an installer copies besides root and hash tree: the parts of the disk that hold something, in blocks, pushed together.
 *
 * @param runs by place on the disk
 */
record DiskCopies(List<Run> runs) {
    static final int BLOCK = 4096;
    /** Gaps up to this are copied along: fewer runs make a shorter command line. */
    private static final long GAP_BLOCKS = 1024;

    /**
     * Blocks that follow each other on the disk.
     *
     * @param diskBlock the first one on the disk
     * @param blocks how many
     */
    record Run(long diskBlock, long blocks) {}

    /** The runs of a disk. */
    static DiskCopies of(DiskImage disk) {
        List<Run> runs = new ArrayList<>();
        long from = -1;
        long to = -1;
        for (Extent extent : disk.extents()) {
            long first = extent.offset() / BLOCK;
            long end = (extent.end() + BLOCK - 1) / BLOCK;
            if (from >= 0 && first - to <= GAP_BLOCKS) {
                to = Math.max(to, end);
                continue;
            }
            if (from >= 0) {
                runs.add(new Run(from, to - from));
            }
            from = first;
            to = end;
        }
        if (from >= 0) {
            runs.add(new Run(from, to - from));
        }
        return new DiskCopies(List.copyOf(runs));
    }

    /** Blocks of all runs, and the one in front. */
    long blocks() {
        return 1 + runs.stream().mapToLong(Run::blocks).sum();
    }

    /**
     * The runs behind each other, after a block of zeros: firmware that finds a partition table at the start of a partition
     * would take it for a disk in the disk, and start from the ESP in there.
     */
    DiskImage packed(DiskImage disk) {
        ByteSource source = disk.asSource();
        DiskImage.Builder out = DiskImage.builder(blocks() * BLOCK);
        long at = BLOCK;
        for (Run run : runs) {
            long offset = run.diskBlock * BLOCK;
            long length = Math.min(run.blocks * BLOCK, disk.size() - offset);
            out.add(at, source.slice(offset, length));
            at += run.blocks * BLOCK;
        }
        return out.build();
    }

    /** {@code FROM:COUNT:TO} for each run, of which {@link #packed} begins at this block of the medium. */
    List<String> words(long mediumBlock) {
        List<String> words = new ArrayList<>();
        long at = mediumBlock + 1;
        for (Run run : runs) {
            words.add(at + ":" + run.blocks + ":" + run.diskBlock);
            at += run.blocks;
        }
        return words;
    }
}
