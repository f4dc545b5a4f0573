package dev.caisson.manifest;

/** The file system of the root. */
public enum FilesystemType implements Labelled {
    EROFS
}
