package dev.caisson.rpm;

/** What a package's signatures must be for it to be accepted. Digests must be right in any case. */
public enum SignaturePolicy {
    /** Nothing is asked of signatures. */
    IGNORE,
    /** Signatures may be missing, or by unknown keys or of unknown kinds; one that is wrong is refused. */
    CHECK,
    /** One signature at least must be good and cover header and payload; one that is wrong is refused. */
    REQUIRE
}
