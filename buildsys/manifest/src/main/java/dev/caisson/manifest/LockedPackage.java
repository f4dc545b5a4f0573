package dev.caisson.manifest;

import java.util.Comparator;

/**
 * One exact package.
 *
 * @param name package name
 * @param version full version, with epoch and revision or release
 * @param architecture the package's own: {@code amd64}, {@code all}, {@code x86_64}, {@code noarch} …
 * @param repository name of the repository in the manifest
 * @param file the package file; its path is relative to the archive's address
 * @param source name of the source package
 * @param sourceVersion version of the source package
 * @param reason why it is there, for people: {@code requested}, {@code depends of systemd} …
 */
public record LockedPackage(
        String name,
        String version,
        String architecture,
        String repository,
        LockedFile file,
        String source,
        String sourceVersion,
        String reason) {
    /** The order in a lock. */
    public static final Comparator<LockedPackage> ORDER = Comparator.comparing(LockedPackage::name)
            .thenComparing(LockedPackage::architecture)
            .thenComparing(LockedPackage::version)
            .thenComparing(LockedPackage::repository);
}
