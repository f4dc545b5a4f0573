package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * An rpm-md repository and what is asked of it.
 *
 * @param name symbolic name
 * @param bases addresses of the same repository, tried in order, each with a slash at its end
 * @param priority the higher is preferred
 * @param keyring files of certificates that {@code repomd.xml} must be signed with; none: its signature is not asked for
 * @param pinned SHA-256 of the {@code repomd.xml} to use and no other
 */
public record RpmSource(String name, List<URI> bases, int priority, List<byte[]> keyring, Optional<Digest> pinned) {
    /** Copies the lists. */
    public RpmSource {
        bases = List.copyOf(bases);
        keyring = List.copyOf(keyring);
    }
}
