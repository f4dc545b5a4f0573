package dev.caisson.erofs;

/**
 * One physical cluster of a compressed file.
 *
 * @param start offset in the file of the first byte that it holds
 * @param length bytes of the file that it holds
 * @param block first block: counted from the file's first block in an {@link EncodedFile}, from the image's in an index
 * @param blocks number of blocks; 0 when the inode holds it, as only the last of a file may be
 * @param compressed whether it holds a compressed stream, right-aligned behind zeros; otherwise the bytes themselves,
 *     left-aligned in one block
 */
record PhysicalCluster(long start, int length, long block, int blocks, boolean compressed) {
    boolean isInline() {
        return blocks == 0;
    }

    long end() {
        return start + length;
    }

    /** The same cluster in other coordinates. */
    PhysicalCluster moved(long moreBytes, long moreBlocks) {
        return new PhysicalCluster(start + moreBytes, length, block + moreBlocks, blocks, compressed);
    }
}
