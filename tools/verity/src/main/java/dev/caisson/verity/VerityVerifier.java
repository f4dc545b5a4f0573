package dev.caisson.verity;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Checks data against a tree and the tree against a root hash. The tree is checked from the top down, so that a wrong hash
 * block is reported itself and not as thousands of wrong blocks under it.
 *
 * <p>{@link #verify()} does all in one thread. A caller with several threads calls {@link #verifyTree()} first, then
 * {@link #verifyData(long, long)} for ranges in any order, from any thread: a verifier has no state. The data's result means
 * something only when the tree is right.
 */
public final class VerityVerifier {
    private static final int PIECE_BYTES = 1 << 20;

    private final VerityLayout layout;
    private final ByteSource data;
    private final ByteSource hashes;
    private final long treeOffset;
    private final byte[] rootHash;

    /**
     * For a tree whose parameters are known.
     *
     * @param layout parameters and number of data blocks
     * @param data the data device
     * @param hashes the hash device
     * @param treeOffset offset of the tree's first block in {@code hashes}
     * @param rootHash what is trusted
     * @throws CorruptDataException when a device is too small for the layout, or the root hash is of another algorithm
     */
    public VerityVerifier(VerityLayout layout, ByteSource data, ByteSource hashes, long treeOffset, Digest rootHash)
            throws CorruptDataException {
        this.layout = layout;
        this.data = data;
        this.hashes = hashes;
        this.treeOffset = treeOffset;
        this.rootHash = rootHash.bytes();
        VerityParameters parameters = layout.parameters();
        if (rootHash.algorithm() != parameters.algorithm()) {
            throw new CorruptDataException(
                    "verity root hash",
                    CorruptDataException.NO_OFFSET,
                    "is " + rootHash.algorithm().label(),
                    parameters.algorithm().label());
        }
        needSize("verity data device", data, layout.dataBlocks() * parameters.dataBlockSize());
        if (treeOffset < 0 || treeOffset > hashes.size()) {
            needSize("verity hash device", hashes, treeOffset);
        }
        needSize("verity hash device", hashes, treeOffset + layout.treeSizeBytes());
    }

    private static void needSize(String what, ByteSource source, long bytes) throws CorruptDataException {
        if (bytes < 0 || source.size() < bytes) {
            throw new CorruptDataException(what, source.size(), "ends here", "at least " + bytes + " bytes");
        }
    }

    /**
     * For a tree with a superblock.
     *
     * @param hashOffset offset of the superblock in {@code hashes}, a multiple of 512 bytes
     * @throws dev.caisson.bytes.FormatException when the superblock cannot be read or does not match the devices
     */
    public static VerityVerifier open(ByteSource data, ByteSource hashes, long hashOffset, Digest rootHash)
            throws IOException {
        VerityLayout layout = VeritySuperblock.readFrom(hashes, hashOffset).layout();
        long treeOffset = VerityPlan.treeOffset(layout.parameters(), true, hashOffset);
        return new VerityVerifier(layout, data, hashes, treeOffset, rootHash);
    }

    /** Parameters and number of data blocks. */
    public VerityLayout layout() {
        return layout;
    }

    /** Checks the whole tree, then all data; empty when everything is right, else the first wrong block. */
    public Optional<VerityMismatch> verify() throws IOException {
        Optional<VerityMismatch> inTree = verifyTree();
        return inTree.isPresent() ? inTree : verifyData(0, layout.dataBlocks());
    }

    /** Checks every hash block, from the top level down. */
    public Optional<VerityMismatch> verifyTree() throws IOException {
        for (int level = layout.levels() - 1; level >= 0; level--) {
            Optional<VerityMismatch> mismatch = verifyRange(level, 0, layout.levelBlocks(level));
            if (mismatch.isPresent()) {
                return mismatch;
            }
        }
        return Optional.empty();
    }

    /**
     * Checks a range of data blocks against level 0 of the tree.
     *
     * @throws IllegalArgumentException for a range outside the device
     */
    public Optional<VerityMismatch> verifyData(long firstBlock, long count) throws IOException {
        if (firstBlock < 0 || count < 0 || firstBlock > layout.dataBlocks() - count) {
            throw new IllegalArgumentException(count + " blocks from " + firstBlock + " of " + layout.dataBlocks());
        }
        return verifyRange(VerityMismatch.DATA, firstBlock, count);
    }

    private Optional<VerityMismatch> verifyRange(int level, long first, long count) throws IOException {
        ByteSource source = level == VerityMismatch.DATA ? data : hashes;
        long start = levelOffset(level);
        int blockSize = level == VerityMismatch.DATA
                ? layout.parameters().dataBlockSize()
                : layout.parameters().hashBlockSize();
        BlockHasher hasher = new BlockHasher(layout.parameters());
        ParentDigests expected = new ParentDigests(level);
        int blocksPerPiece = Math.max(1, PIECE_BYTES / blockSize);
        byte[] piece = new byte[(int) Math.min(blocksPerPiece, count) * blockSize];
        byte[] digest = new byte[rootHash.length];
        for (long at = first; at < first + count; at += blocksPerPiece) {
            int blocks = (int) Math.min(blocksPerPiece, first + count - at);
            source.readFully(start + at * blockSize, ByteBuffer.wrap(piece, 0, blocks * blockSize));
            for (int i = 0; i < blocks; i++) {
                hasher.hash(piece, i * blockSize, blockSize, digest, 0);
                if (!expected.matches(at + i, digest)) {
                    return Optional.of(new VerityMismatch(level, at + i, start + (at + i) * blockSize));
                }
            }
        }
        return Optional.empty();
    }

    private long levelOffset(int level) {
        return level == VerityMismatch.DATA
                ? 0
                : treeOffset + layout.levelStart(level) * layout.parameters().hashBlockSize();
    }

    /** The digests that the level above has for one level's blocks, read one hash block at a time. */
    private final class ParentDigests {
        private final int above;
        private final long start;
        private final int perBlock = layout.parameters().digestsPerBlock();
        private final int stride =
                layout.parameters().format().digestStride(layout.parameters().algorithm());
        private final byte[] block = new byte[layout.parameters().hashBlockSize()];
        private long loaded = -1;

        ParentDigests(int level) {
            this.above = level + 1;
            this.start = above < layout.levels() ? levelOffset(above) : 0;
        }

        boolean matches(long index, byte[] digest) throws IOException {
            if (above == layout.levels()) {
                return Arrays.equals(rootHash, digest);
            }
            long parent = index / perBlock;
            if (parent != loaded) {
                hashes.readFully(start + parent * block.length, ByteBuffer.wrap(block));
                loaded = parent;
            }
            int at = (int) (index % perBlock) * stride;
            return Arrays.equals(block, at, at + digest.length, digest, 0, digest.length);
        }
    }
}
