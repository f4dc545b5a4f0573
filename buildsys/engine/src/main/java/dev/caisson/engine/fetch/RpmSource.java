package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import dev.caisson.repository.rpmmd.Metalink;
import dev.caisson.repository.rpmmd.RpmMdSettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * An rpm-md repository and what is asked of it.
 *
 * @param settings its name and how it is looked at
 * @param bases addresses of the same repository, tried in order, each with a slash at its end
 * @param place stands for the repository, whatever mirror gives it: addresses or the address of a list of them
 * @param metalink what {@code repomd.xml} must be, where the addresses come from such a document
 * @param keyring files of certificates that {@code repomd.xml} must be signed with; none: its signature is not asked for
 * @param pinned SHA-256 of the {@code repomd.xml} to use and no other
 */
public record RpmSource(
        RpmMdSettings settings,
        List<URI> bases,
        String place,
        Optional<Metalink> metalink,
        List<byte[]> keyring,
        Optional<Digest> pinned) {
    /** Copies the lists. */
    public RpmSource {
        bases = List.copyOf(bases);
        keyring = List.copyOf(keyring);
    }

    /** A repository at given addresses. */
    public static RpmSource at(RpmMdSettings settings, List<URI> bases, List<byte[]> keyring, Optional<Digest> pinned) {
        return new RpmSource(settings, bases, bases.toString(), Optional.empty(), keyring, pinned);
    }

    /** Its symbolic name. */
    public String name() {
        return settings.name();
    }

    /** The same with this address before the others. */
    RpmSource preferring(URI base) {
        List<URI> ordered = new java.util.ArrayList<>(List.of(base));
        bases.stream().filter(other -> !other.equals(base)).forEach(ordered::add);
        return new RpmSource(settings, ordered, place, metalink, keyring, pinned);
    }

    /** The same at one address only. */
    RpmSource only(URI base) {
        return new RpmSource(settings, List.of(base), place, metalink, keyring, pinned);
    }
}
