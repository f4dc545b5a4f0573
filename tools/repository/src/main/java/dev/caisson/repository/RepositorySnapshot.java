package dev.caisson.repository;

import dev.caisson.bytes.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One suite of an archive for one architecture, verified, as it was at one moment. A pure value: the digests say exactly
 * which packages it offers.
 *
 * @param name the archive's symbolic name, such as {@code debian}; never a host
 * @param suite as asked for, such as {@code trixie-updates}
 * @param architecture as asked for, such as {@code amd64}
 * @param priority higher is preferred when a package is in several repositories
 * @param releaseDigest SHA-256 of the InRelease file (of Release, where the signature came apart from it)
 * @param releaseSizeBytes its size in bytes
 * @param date the Release file's Date
 * @param indexes the index files, in the order of the components asked for
 */
public record RepositorySnapshot(
        String name,
        String suite,
        String architecture,
        int priority,
        Digest releaseDigest,
        long releaseSizeBytes,
        Instant date,
        List<Index> indexes) {
    /**
     * One Packages index.
     *
     * @param component such as {@code main}
     * @param path relative to the Release file
     * @param sizeBytes its size as served
     * @param digest SHA-256 of the file as served
     * @param packages its contents
     */
    public record Index(String component, String path, long sizeBytes, Digest digest, PackagesIndex packages) {}

    /** Copies the list. */
    public RepositorySnapshot {
        indexes = List.copyOf(indexes);
    }

    /** Archive and suite, such as {@code debian/trixie}: names the snapshot in locks and messages. */
    public String label() {
        return name + "/" + suite;
    }

    /** The package of exactly this name, version and architecture. */
    public Optional<AptPackage> find(String packageName, String version, String packageArchitecture) {
        return indexes.stream()
                .flatMap(index -> index.packages().find(packageName).stream())
                .filter(p -> p.version().equals(version) && p.architecture().equals(packageArchitecture))
                .findFirst();
    }

    /** The digests of the index files. */
    public List<Digest> indexDigests() {
        return indexes.stream().map(Index::digest).toList();
    }

    /** All packages, index after index. */
    public Stream<AptPackage> packages() {
        return indexes.stream().flatMap(index -> index.packages().stream());
    }

    /** Number of packages. */
    public int packageCount() {
        return indexes.stream().mapToInt(index -> index.packages().size()).sum();
    }
}
