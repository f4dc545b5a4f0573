package dev.caisson.verity;

/**
 * Where the levels of a tree lie; known from the parameters and the size of the data alone, so that partitions can be planned
 * before anything is hashed.
 *
 * @param parameters block sizes and digest
 * @param dataBlocks number of data blocks, 1 to 2^40
 */
public record VerityLayout(VerityParameters parameters, long dataBlocks) {
    /** More than any disk, and few enough that no size below can overflow. */
    static final long DATA_BLOCKS_MAX = 1L << 40;

    /** Checks the range. */
    public VerityLayout {
        if (dataBlocks < 1 || dataBlocks > DATA_BLOCKS_MAX) {
            throw new IllegalArgumentException(dataBlocks + " data blocks");
        }
    }

    /**
     * The layout for data of this size.
     *
     * @throws IllegalArgumentException when the size is not a positive multiple of the data block size
     */
    public static VerityLayout ofDataSize(VerityParameters parameters, long dataSizeBytes) {
        if (dataSizeBytes % parameters.dataBlockSize() != 0) {
            throw new IllegalArgumentException(
                    dataSizeBytes + " bytes are no multiple of " + parameters.dataBlockSize());
        }
        return new VerityLayout(parameters, dataSizeBytes / parameters.dataBlockSize());
    }

    /** Number of levels; 0 for a single data block. */
    public int levels() {
        int levels = 0;
        for (long blocks = dataBlocks; blocks > 1; blocks = parents(blocks)) {
            levels++;
        }
        return levels;
    }

    /** Hash blocks of a level; level 0 holds the digests of the data. */
    public long levelBlocks(int level) {
        long blocks = dataBlocks;
        for (int i = 0; i <= level; i++) {
            blocks = parents(blocks);
        }
        return blocks;
    }

    /** First hash block of a level, counted from the start of the tree: the top level comes first. */
    public long levelStart(int level) {
        long start = 0;
        for (int above = levels() - 1; above > level; above--) {
            start += levelBlocks(above);
        }
        return start;
    }

    /** Hash blocks of all levels. */
    public long hashBlocks() {
        return levels() == 0 ? 0 : levelStart(0) + levelBlocks(0);
    }

    /** Size of the tree in bytes, without a superblock. */
    public long treeSizeBytes() {
        return hashBlocks() * parameters.hashBlockSize();
    }

    private long parents(long blocks) {
        int perBlock = parameters.digestsPerBlock();
        return (blocks + perBlock - 1) / perBlock;
    }
}
