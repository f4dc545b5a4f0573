package dev.caisson.verity;

import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A finished hash tree, kept in memory (1/128 of the data with SHA-256 and 4096-byte blocks). Immutable. */
public final class VerityTree {
    private final VerityLayout layout;
    private final List<PagedBytes> levels;
    private final Digest rootHash;

    private VerityTree(VerityLayout layout, List<PagedBytes> levels, Digest rootHash) {
        this.layout = layout;
        this.levels = levels;
        this.rootHash = rootHash;
    }

    /**
     * Builds the levels above the data's digests, in this thread. The digests may not change afterwards.
     *
     * @throws IllegalArgumentException when the digests were collected for other parameters
     * @throws IllegalStateException when a data block has no digest
     */
    public static VerityTree of(VerityParameters parameters, LeafDigests leaves) {
        if (!leaves.layout().parameters().equals(parameters)) {
            throw new IllegalArgumentException(
                    "digests for " + leaves.layout().parameters() + ", tree for " + parameters);
        }
        return of(leaves);
    }

    /** As {@link #of(VerityParameters, LeafDigests)} with the parameters of the digests. */
    public static VerityTree of(LeafDigests leaves) {
        VerityLayout layout = leaves.layout();
        PagedBytes leafLevel = leaves.completeLevel();
        if (layout.levels() == 0) {
            return new VerityTree(layout, List.of(), digest(layout, leaves.get(0)));
        }
        List<PagedBytes> levels = new ArrayList<>();
        levels.add(leafLevel);
        for (int level = 1; level < layout.levels(); level++) {
            levels.add(above(layout, level, levels.get(level - 1)));
        }
        VerityParameters parameters = layout.parameters();
        byte[] root = new byte[parameters.algorithm().sizeBytes()];
        byte[] top = levels.get(levels.size() - 1).page(0);
        new BlockHasher(parameters).hash(top, 0, parameters.hashBlockSize(), root, 0);
        return new VerityTree(layout, List.copyOf(levels), digest(layout, root));
    }

    private static PagedBytes above(VerityLayout layout, int level, PagedBytes below) {
        VerityParameters parameters = layout.parameters();
        int blockSize = parameters.hashBlockSize();
        int perBlock = parameters.digestsPerBlock();
        int stride = parameters.format().digestStride(parameters.algorithm());
        BlockHasher hasher = new BlockHasher(parameters);
        PagedBytes result = new PagedBytes(layout.levelBlocks(level) * blockSize);
        long blocksBelow = layout.levelBlocks(level - 1);
        for (long i = 0; i < blocksBelow; i++) {
            long from = i * blockSize;
            long to = i / perBlock * blockSize + i % perBlock * stride;
            hasher.hash(below.page(from), below.inPage(from), blockSize, result.page(to), result.inPage(to));
        }
        return result;
    }

    private static Digest digest(VerityLayout layout, byte[] bytes) {
        return new Digest(layout.parameters().algorithm(), bytes);
    }

    /** Parameters and number of data blocks. */
    public VerityLayout layout() {
        return layout;
    }

    /** The digest that everything hangs on. */
    public Digest rootHash() {
        return rootHash;
    }

    /** The blocks of one level; level 0 holds the digests of the data. */
    public ByteSource level(int level) {
        return levels.get(level);
    }

    /** Size in bytes of {@link #writeTo}. */
    public long size() {
        return layout.treeSizeBytes();
    }

    /** Writes the levels in device order: the top first. */
    void writeTo(ByteSink out) throws IOException {
        for (int level = levels.size() - 1; level >= 0; level--) {
            levels.get(level).copyTo(out);
        }
    }
}
