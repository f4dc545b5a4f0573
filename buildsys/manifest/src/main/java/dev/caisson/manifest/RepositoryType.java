package dev.caisson.manifest;

/** How a repository describes its packages. */
public enum RepositoryType implements Labelled {
    /** A Debian archive: {@code dists/SUITE/InRelease}. */
    APT,
    /** An RPM repository: {@code repodata/repomd.xml}. */
    RPM_MD,
    /** A local folder of package files, without metadata. */
    DIRECTORY,
    /** A local folder of RPM packages with metadata, or an OCI image layout of them, that a digest pins. */
    KIT,
    /** A local folder of recipes: the RPM packages that were built from them. */
    RECIPES
}
