package dev.caisson.resolver;

/** Debian's {@code Multi-Arch} field: how a package meets dependencies of other architectures' packages. */
public enum MultiArch {
    /** Serves its own architecture only; one architecture at a time. */
    NO,
    /** May be installed for several architectures at the same version. */
    SAME,
    /** Serves packages of every architecture. */
    FOREIGN,
    /** Serves every architecture where the dependency says {@code :any}. */
    ALLOWED
}
