package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where packages come from. A manifest that is meant for others names an archive; its address is a matter of the machine
 * (mirrors). At least one of archive, urls, a list of mirrors and directory is there.
 *
 * @param name unique among the variant's repositories: letters, digits, {@code . _ -}
 * @param type how it describes its packages
 * @param archive symbolic name of a public archive, such as {@code debian}, to be mapped to a mirror
 * @param urls the user's own addresses ({@code https}, {@code http}, {@code file}), tried in order
 * @param suites APT only: suite names such as {@code trixie-updates}; at least one
 * @param components APT only; default {@code main}
 * @param keyring OpenPGP keys that its metadata (or packages) must be signed with, resolved against the declaring file; absent only for
 *     the types {@code directory} and {@code kit}
 * @param signatures what the keys have signed; PACKAGES only for the types {@code rpm-md} and {@code directory}
 * @param directory the folder of the types {@code directory} and {@code kit}, resolved against the declaring file
 * @param priority 1 to 999, a smaller number is preferred; default 99
 * @param snapshot pins the top metadata file ({@code InRelease}, {@code repomd.xml}) of the first suite by its SHA-256; of a kit
 *     its digest
 * @param rpm what only RPM repositories have
 * @param at where it is declared
 */
public record RepositorySpec(
        String name,
        RepositoryType type,
        Optional<String> archive,
        List<String> urls,
        List<String> suites,
        List<String> components,
        Optional<Path> keyring,
        RepositorySignatures signatures,
        Optional<Path> directory,
        int priority,
        Optional<Digest> snapshot,
        RpmMdSpec rpm,
        Position at) {
    /** The priority when none is given. */
    public static final int DEFAULT_PRIORITY = 99;

    /** Copies. */
    public RepositorySpec {
        urls = List.copyOf(urls);
        suites = List.copyOf(suites);
        components = List.copyOf(components);
    }
}
