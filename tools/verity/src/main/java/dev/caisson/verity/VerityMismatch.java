package dev.caisson.verity;

/**
 * A block whose digest is not the one that the tree (or the root hash) has for it.
 *
 * @param level {@link #DATA} for a data block, else the level of the hash block; 0 is the level over the data
 * @param block index of the block within the data or within its level
 * @param offsetBytes where the block starts in its source
 */
public record VerityMismatch(int level, long block, long offsetBytes) {
    /** {@link #level()} of a data block. */
    public static final int DATA = -1;

    /** Whether it is a data block. */
    public boolean isData() {
        return level == DATA;
    }

    /** For messages: {@code data block 7 at offset 0x7000}, {@code hash block 1 of level 0 at offset 0x3000}. */
    @Override
    public String toString() {
        String what = isData() ? "data block " + block : "hash block " + block + " of level " + level;
        return what + " at offset 0x" + Long.toHexString(offsetBytes);
    }
}
