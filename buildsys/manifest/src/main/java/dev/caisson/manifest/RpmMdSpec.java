package dev.caisson.manifest;

import java.util.List;
import java.util.Optional;

/**
 * What only RPM repositories have.
 *
 * @param mirrorlist address of a list of addresses of the repository
 * @param metalink address of a Metalink document: addresses of the repository and the digest of its {@code repomd.xml}
 * @param includes which packages count: globs over name, name.arch, name-version and so on; empty: all
 * @param excludes which of these do not count
 * @param moduleHotfixes whether its packages count whatever modules say
 */
public record RpmMdSpec(
        Optional<String> mirrorlist,
        Optional<String> metalink,
        List<String> includes,
        List<String> excludes,
        boolean moduleHotfixes) {
    /** Nothing of all this. */
    public static final RpmMdSpec NONE = new RpmMdSpec(Optional.empty(), Optional.empty(), List.of(), List.of(), false);

    /** Copies the lists. */
    public RpmMdSpec {
        includes = List.copyOf(includes);
        excludes = List.copyOf(excludes);
    }
}
