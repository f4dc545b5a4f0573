package dev.caisson.verity;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The digests of all data blocks, each put in its place by index, in any order and from any thread. Two threads may not put
 * the same block at the same time; whoever builds the tree waits for all of them first.
 */
public final class LeafDigests {
    private final VerityLayout layout;
    private final PagedBytes level;
    private final PagedBytes present;
    private final int digestSize;
    private final int stride;
    private final int perBlock;

    /** Room for the digests of this many data blocks, none known yet. */
    public LeafDigests(VerityLayout layout) {
        this.layout = layout;
        VerityParameters parameters = layout.parameters();
        this.digestSize = parameters.algorithm().sizeBytes();
        this.stride = parameters.format().digestStride(parameters.algorithm());
        this.perBlock = parameters.digestsPerBlock();
        this.level = new PagedBytes(layout.levelBlocks(0) * parameters.hashBlockSize());
        this.present = new PagedBytes(layout.dataBlocks());
    }

    /** Block sizes, digest and number of blocks. */
    public VerityLayout layout() {
        return layout;
    }

    /**
     * Hashes data blocks that follow each other.
     *
     * @param blocks a whole number of data blocks; all are consumed
     * @param firstIndex index of the first
     * @throws IllegalArgumentException for a part of a block or an index outside the device
     */
    public void hashBlocks(ByteBuffer blocks, long firstIndex) {
        int blockSize = layout.parameters().dataBlockSize();
        long count = checkedCount(blocks.remaining(), firstIndex);
        BlockHasher hasher = new BlockHasher(layout.parameters());
        int limit = blocks.limit();
        for (long i = firstIndex; i < firstIndex + count; i++) {
            blocks.limit(blocks.position() + blockSize);
            long offset = offsetOf(i);
            hasher.hash(blocks, level.page(offset), level.inPage(offset));
            mark(i);
        }
        blocks.limit(limit);
    }

    /** As {@link #hashBlocks(ByteBuffer, long)} for a whole array. */
    public void hashBlocks(byte[] blocks, long firstIndex) {
        hashBlocks(ByteBuffer.wrap(blocks), firstIndex);
    }

    /** Data blocks that are all zeros, as in a hole: hashed once, put {@code count} times. */
    public void zeroBlocks(long firstIndex, long count) {
        byte[] digest = zeroBlockDigest(layout.parameters());
        for (long i = firstIndex; i < firstIndex + count; i++) {
            put(i, digest);
        }
    }

    /** The digest of a data block of zeros. */
    public static byte[] zeroBlockDigest(VerityParameters parameters) {
        return digestOf(parameters, new byte[parameters.dataBlockSize()]);
    }

    /** The salted digest of one data block, as {@link #put} takes it: what a cache keeps. */
    public static byte[] digestOf(VerityParameters parameters, byte[] block) {
        if (block.length != parameters.dataBlockSize()) {
            throw new IllegalArgumentException("data block of " + block.length + " bytes");
        }
        byte[] digest = new byte[parameters.algorithm().sizeBytes()];
        new BlockHasher(parameters).hash(block, 0, block.length, digest, 0);
        return digest;
    }

    /**
     * The salted digests of data blocks that follow each other, one after another, as {@link #putAll} takes them.
     *
     * @param blocks a whole number of data blocks; all are consumed
     */
    public static byte[] digestsOf(VerityParameters parameters, ByteBuffer blocks) {
        int blockSize = parameters.dataBlockSize();
        if (blocks.remaining() % blockSize != 0) {
            throw new IllegalArgumentException(blocks.remaining() + " bytes are no whole number of blocks");
        }
        int size = parameters.algorithm().sizeBytes();
        byte[] digests = new byte[blocks.remaining() / blockSize * size];
        BlockHasher hasher = new BlockHasher(parameters);
        int limit = blocks.limit();
        for (int at = 0; at < digests.length; at += size) {
            blocks.limit(blocks.position() + blockSize);
            hasher.hash(blocks, digests, at);
        }
        blocks.limit(limit);
        return digests;
    }

    /** Puts a digest that is known already. It must have been computed with the same parameters, salt included. */
    public void put(long index, byte[] digest) {
        if (digest.length != digestSize) {
            throw new IllegalArgumentException("digest of " + digest.length + " bytes");
        }
        putAll(index, digest);
    }

    /**
     * Puts digests that follow each other without gaps, as a cache of a package's blocks holds them.
     *
     * @param firstIndex index of the first block
     * @param digests a whole number of digests
     */
    public void putAll(long firstIndex, byte[] digests) {
        if (digests.length % digestSize != 0) {
            throw new IllegalArgumentException(digests.length + " bytes are no whole number of digests");
        }
        int count = digests.length / digestSize;
        checkIndex(firstIndex, count);
        for (int i = 0; i < count; i++) {
            long offset = offsetOf(firstIndex + i);
            System.arraycopy(digests, i * digestSize, level.page(offset), level.inPage(offset), digestSize);
            mark(firstIndex + i);
        }
    }

    /** The digest of a block, which must have been put: what a cache wants to keep. */
    public byte[] get(long index) {
        checkIndex(index, 1);
        if (present.page(index)[present.inPage(index)] == 0) {
            throw new IllegalStateException("data block " + index + " has no digest");
        }
        byte[] digest = new byte[digestSize];
        long offset = offsetOf(index);
        System.arraycopy(level.page(offset), level.inPage(offset), digest, 0, digestSize);
        return digest;
    }

    /**
     * Compares data blocks with the digests that were put for them.
     *
     * @param blocks a whole number of data blocks; all are consumed
     * @return index of the first block that has another digest, or none
     */
    public OptionalLong firstMismatch(ByteBuffer blocks, long firstIndex) {
        long count = checkedCount(blocks.remaining(), firstIndex);
        int blockSize = layout.parameters().dataBlockSize();
        BlockHasher hasher = new BlockHasher(layout.parameters());
        byte[] digest = new byte[digestSize];
        int limit = blocks.limit();
        for (long i = firstIndex; i < firstIndex + count; i++) {
            blocks.limit(blocks.position() + blockSize);
            hasher.hash(blocks, digest, 0);
            long at = offsetOf(i);
            int from = level.inPage(at);
            boolean known = present.page(i)[present.inPage(i)] != 0;
            if (!known || !Arrays.equals(digest, 0, digestSize, level.page(at), from, from + digestSize)) {
                return OptionalLong.of(i);
            }
        }
        blocks.limit(limit);
        return OptionalLong.empty();
    }

    /** Level 0 of the tree; every digest must be there. */
    PagedBytes completeLevel() {
        for (long i = 0; i < layout.dataBlocks(); i++) {
            if (present.page(i)[present.inPage(i)] == 0) {
                throw new IllegalStateException("data block " + i + " has no digest");
            }
        }
        return level;
    }

    private long checkedCount(int bytes, long firstIndex) {
        int blockSize = layout.parameters().dataBlockSize();
        if (bytes % blockSize != 0) {
            throw new IllegalArgumentException(bytes + " bytes are no whole number of blocks of " + blockSize);
        }
        checkIndex(firstIndex, bytes / blockSize);
        return bytes / blockSize;
    }

    private void checkIndex(long firstIndex, long count) {
        if (firstIndex < 0 || firstIndex > layout.dataBlocks() - count) {
            throw new IllegalArgumentException(
                    count + " blocks from " + firstIndex + " of " + layout.dataBlocks() + " data blocks");
        }
    }

    private void mark(long index) {
        present.page(index)[present.inPage(index)] = 1;
    }

    /** Offset of a digest in level 0. In format 0 a hash block may end in a gap, so blocks and digests are counted apart. */
    private long offsetOf(long index) {
        return index / perBlock * layout.parameters().hashBlockSize() + index % perBlock * stride;
    }
}
