package dev.caisson.manifest;

/** The database of installed packages that {@code rpm -qa} reads. */
public enum RpmDatabase implements Labelled {
    /** There is none: the image's inventory lists its packages. */
    NONE,
    /** An SQLite file, as rpm 4.16 and newer have it. */
    SQLITE
}
