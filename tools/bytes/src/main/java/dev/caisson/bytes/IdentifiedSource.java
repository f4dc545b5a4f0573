package dev.caisson.bytes;

import java.util.Optional;

/** Bytes that are known by a digest without being read. */
public interface IdentifiedSource extends ByteSource {
    /**
     * A name of the bytes; empty when there is none. Two sources whose names are made the same way, as all of one build are, have the
     * same name exactly when they have the same bytes, as surely as SHA-256 tells contents apart. Not a digest of the bytes
     * as such.
     */
    Optional<Digest> identity();
}
