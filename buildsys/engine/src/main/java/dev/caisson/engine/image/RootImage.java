package dev.caisson.engine.image;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.layer.LayerBlob;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsPlan;
import dev.caisson.erofs.PlacedBytes;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityPlan;
import dev.caisson.verity.VerityTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The planned root file system with its dm-verity tree. Block digests that came with a layer are taken over; only metadata and
 * files made by this build are hashed.
 */
final class RootImage {
    private static final int HASH_BYTES = 4 << 20;

    private final ErofsPlan plan;
    private final DiskImage content;
    private final LeafDigests leaves;
    private final VerityPlan verity;

    private RootImage(ErofsPlan plan, DiskImage content, LeafDigests leaves, VerityPlan verity) {
        this.plan = plan;
        this.content = content;
        this.leaves = leaves;
        this.verity = verity;
    }

    private record Run(long firstBlock, long blocks) {}

    /** Hashes what is not hashed yet and makes the tree. */
    static RootImage of(WorkPool pool, ErofsPlan plan, VerityParameters parameters, UUID uuid) throws Exception {
        DiskImage content = DiskImage.of(plan.size(), extents(plan));
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(parameters, plan.size()));
        List<Run> runs = unknownRuns(plan, parameters, leaves);
        ByteSource source = content.asSource();
        pool.map(runs.size(), i -> {
            Run run = runs.get(i);
            int blockSize = parameters.dataBlockSize();
            leaves.hashBlocks(
                    source.read(run.firstBlock * blockSize, Math.toIntExact(run.blocks * blockSize)), run.firstBlock);
            return null;
        });
        VerityTree tree = VerityTree.of(leaves);
        return new RootImage(plan, content, leaves, VerityPlan.withSuperblock(tree, uuid));
    }

    /** The regions, with files that lie behind each other in the image as in their layer as one extent. */
    private static List<Extent> extents(ErofsPlan plan) {
        List<Extent> extents = new ArrayList<>();
        for (PlacedBytes region : plan.regions()) {
            Extent last = extents.isEmpty() ? null : extents.get(extents.size() - 1);
            if (last != null
                    && last.end() == region.offset()
                    && last.source() instanceof LayerBlob.Range before
                    && region.source() instanceof LayerBlob.Range next
                    && before.blob() == next.blob()
                    && before.offset() + before.length() == next.offset()) {
                extents.set(
                        extents.size() - 1,
                        new Extent(
                                last.offset(), before.blob().range(before.offset(), before.length() + next.length())));
            } else {
                extents.add(new Extent(region.offset(), region.source()));
            }
        }
        return extents;
    }

    /** Puts the digests that layers brought, and gives the runs of blocks that are left. */
    private static List<Run> unknownRuns(ErofsPlan plan, VerityParameters parameters, LeafDigests leaves) {
        int blockSize = parameters.dataBlockSize();
        List<Run> runs = new ArrayList<>();
        long next = 0;
        for (PlacedBytes region : plan.regions()) {
            if (region.source() instanceof LayerBlob.Range range
                    && range.blob() != null
                    && region.offset() % blockSize == 0
                    && range.offset() % blockSize == 0
                    && range.length() % blockSize == 0) {
                addRuns(runs, next, region.offset() / blockSize, blockSize);
                int count = Math.toIntExact(range.length() / blockSize);
                leaves.putAll(
                        region.offset() / blockSize,
                        range.blob()
                                .leaves(
                                        range.offset() / blockSize,
                                        count,
                                        parameters.algorithm().sizeBytes()));
                next = region.offset() / blockSize + count;
            }
        }
        addRuns(runs, next, plan.size() / blockSize, blockSize);
        return runs;
    }

    private static void addRuns(List<Run> runs, long from, long to, int blockSize) {
        long most = HASH_BYTES / blockSize;
        for (long at = from; at < to; at += most) {
            runs.add(new Run(at, Math.min(most, to - at)));
        }
    }

    ErofsPlan plan() {
        return plan;
    }

    /** The file system's bytes. */
    DiskImage content() {
        return content;
    }

    /**
     * Checks what is about to be written against the hash tree.
     *
     * @param offset of the bytes in the file system, whole blocks
     */
    void check(long offset, byte[] bytes, int from, int length) throws DamagedStoreException {
        int blockSize = leaves.layout().parameters().dataBlockSize();
        OptionalLong wrong = leaves.firstMismatch(ByteBuffer.wrap(bytes, from, length), offset / blockSize);
        if (wrong.isPresent()) {
            throw new DamagedStoreException(wrong.getAsLong() * blockSize, plan);
        }
    }

    /** Superblock and tree. */
    VerityPlan verity() {
        return verity;
    }
}
