package dev.caisson.manifest;

/** What RPM knows of a file beside its attributes; {@code %config} and such in spec files. */
public enum FileFlag implements Labelled {
    /** Configuration. */
    CONFIG,
    /** Configuration that an update leaves as it was changed. */
    NOREPLACE,
    /** Documentation. */
    DOC,
    /** The text of a licence. */
    LICENSE,
    /** Not in the package, but belongs to it. */
    GHOST
}
