package dev.caisson.manifest;

/** How a repository describes its packages. */
public enum RepositoryType implements Labelled {
    /** A Debian archive: {@code dists/SUITE/InRelease}. */
    APT,
    /** An RPM repository: {@code repodata/repomd.xml}. */
    RPM_MD,
    /** A local folder of package files, without metadata and signature. */
    DIRECTORY
}
