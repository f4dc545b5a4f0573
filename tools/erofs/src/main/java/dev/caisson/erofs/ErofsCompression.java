package dev.caisson.erofs;

/** How the contents of regular files are stored. */
public enum ErofsCompression {
    /** As they are. */
    NONE(0, -1, 0, 0),
    /** LZ4 by the encoder's fastest parser; level 0. */
    LZ4(1, 0, 0, 0),
    /** LZ4 by the searching parsers; levels 1 to 12. The kernel reads it as LZ4. */
    LZ4HC(2, 0, 1, 12),
    /** Zstandard; levels 1 to 22. Needs Linux 6.10. */
    ZSTD(3, 3, 1, 22);

    private final int number;
    private final int algorithm;
    private final int minLevel;
    private final int maxLevel;

    ErofsCompression(int number, int algorithm, int minLevel, int maxLevel) {
        this.number = number;
        this.algorithm = algorithm;
        this.minLevel = minLevel;
        this.maxLevel = maxLevel;
    }

    /** As stored in {@link EncodedFile#index()}. */
    int number() {
        return number;
    }

    /** The compression of a stored number; null when there is none. */
    static ErofsCompression of(int number) {
        for (ErofsCompression compression : values()) {
            if (compression.number == number) {
                return compression;
            }
        }
        return null;
    }

    /** {@code Z_EROFS_COMPRESSION_*}, or -1 for none. */
    int algorithm() {
        return algorithm;
    }

    /** Lowest level. */
    public int minLevel() {
        return minLevel;
    }

    /** Highest level. */
    public int maxLevel() {
        return maxLevel;
    }
}
