package dev.caisson.rpm;

/** What is computed while a payload is read. The header's sizes, names and link targets are compared in any case. */
public enum PayloadCheck {
    /** No digests: for packages that were verified before. */
    STRUCTURE,
    /** The digest of each file and those of the whole payload that the header states. */
    DIGESTS
}
