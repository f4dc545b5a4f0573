package dev.caisson.manifest;

/** How file contents are stored. */
public enum FilesystemCompression implements Labelled {
    NONE,
    LZ4,
    LZ4HC,
    ZSTD
}
