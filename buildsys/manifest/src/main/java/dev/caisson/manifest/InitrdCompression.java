package dev.caisson.manifest;

/** How the initrd is compressed. */
public enum InitrdCompression implements Labelled {
    ZSTD,
    GZIP,
    NONE
}
