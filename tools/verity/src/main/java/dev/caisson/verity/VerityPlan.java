package dev.caisson.verity;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.Plan;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * What goes to the hash device: superblock (or none) and tree, from the hash offset on. The offset is 0 for a device of its
 * own, or the place behind the data when both share one.
 *
 * <p>The tree begins at the next multiple of the hash block size, counted from the start of the device: that is what the
 * kernel's {@code hash_start_block} can express.
 */
public final class VerityPlan implements Plan {
    private final VerityTree tree;
    private final Optional<UUID> superblockUuid;
    private final long hashOffset;

    private VerityPlan(VerityTree tree, Optional<UUID> superblockUuid, long hashOffset) {
        this.tree = tree;
        this.superblockUuid = superblockUuid;
        this.hashOffset = hashOffset;
        sizeOf(tree.layout(), superblockUuid.isPresent(), hashOffset);
    }

    /** Superblock and tree for a device of their own. */
    public static VerityPlan withSuperblock(VerityTree tree, UUID uuid) {
        return new VerityPlan(tree, Optional.of(uuid), 0);
    }

    /** Superblock and tree at an offset, a multiple of 512 bytes. */
    public static VerityPlan withSuperblock(VerityTree tree, UUID uuid, long hashOffset) {
        return new VerityPlan(tree, Optional.of(uuid), hashOffset);
    }

    /** Only the tree, at an offset that is a multiple of the hash block size. */
    public static VerityPlan withoutSuperblock(VerityTree tree, long hashOffset) {
        return new VerityPlan(tree, Optional.empty(), hashOffset);
    }

    /** The size that a plan will have, known before anything is hashed. */
    public static long sizeOf(VerityLayout layout, boolean superblock, long hashOffset) {
        return treeOffset(layout.parameters(), superblock, hashOffset) - hashOffset + layout.treeSizeBytes();
    }

    /**
     * Offset of the tree's first block on the device.
     *
     * @throws IllegalArgumentException when the hash offset is negative or no multiple of 512 bytes, or without a superblock
     *     no multiple of the hash block size
     */
    public static long treeOffset(VerityParameters parameters, boolean superblock, long hashOffset) {
        int unit = superblock ? VeritySuperblock.SIZE : parameters.hashBlockSize();
        if (hashOffset < 0 || hashOffset % unit != 0) {
            throw new IllegalArgumentException("hash offset " + hashOffset + " is no multiple of " + unit);
        }
        if (!superblock) {
            return hashOffset;
        }
        int blockSize = parameters.hashBlockSize();
        long blocks = (Math.addExact(hashOffset, VeritySuperblock.SIZE) + blockSize - 1) / blockSize;
        return Math.multiplyExact(blocks, (long) blockSize);
    }

    /** The tree. */
    public VerityTree tree() {
        return tree;
    }

    /** Offset of the tree's first block on the device, in hash blocks: the kernel's {@code hash_start_block}. */
    public long hashStartBlock() {
        VerityParameters parameters = tree.layout().parameters();
        return treeOffset(parameters, superblockUuid.isPresent(), hashOffset) / parameters.hashBlockSize();
    }

    @Override
    public long size() {
        return sizeOf(tree.layout(), superblockUuid.isPresent(), hashOffset);
    }

    @Override
    public void writeTo(ByteSink out) throws IOException {
        long start = out.position();
        if (superblockUuid.isPresent()) {
            out.write(new VeritySuperblock(superblockUuid.get(), tree.layout()).encode());
        }
        VerityParameters parameters = tree.layout().parameters();
        long before = treeOffset(parameters, superblockUuid.isPresent(), hashOffset) - hashOffset;
        out.zeros(before - (out.position() - start));
        tree.writeTo(out);
        if (out.position() - start != size()) {
            throw new IllegalStateException("wrote " + (out.position() - start) + " bytes of " + size());
        }
    }
}
