package dev.caisson.manifest;

/** What of a repository its keys have signed. */
public enum RepositorySignatures implements Labelled {
    /** The metadata, which hold the digests of all packages. */
    METADATA,
    /** Every package, but not the metadata, as in many RPM repositories. */
    PACKAGES
}
