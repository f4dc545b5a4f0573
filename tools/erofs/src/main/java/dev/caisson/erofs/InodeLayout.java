package dev.caisson.erofs;

/** {@code EROFS_INODE_*}: where an inode's data are. */
enum InodeLayout {
    FLAT_PLAIN(0),
    COMPRESSED_FULL(1),
    FLAT_INLINE(2),
    COMPRESSED_COMPACT(3);

    private final int number;

    InodeLayout(int number) {
        this.number = number;
    }

    /** As in {@code i_format}. */
    int number() {
        return number;
    }

    /** The layout of a stored number; null when there is none. */
    static InodeLayout of(int number) {
        for (InodeLayout layout : values()) {
            if (layout.number == number) {
                return layout;
            }
        }
        return null;
    }

    boolean isCompressed() {
        return this == COMPRESSED_FULL || this == COMPRESSED_COMPACT;
    }
}
