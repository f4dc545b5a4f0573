package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import java.util.List;

/**
 * What one architecture's images are made of.
 *
 * @param request what was asked for, see {@link Lockfile#request}: with another request the lock is out of date
 * @param repositories in the manifest's order
 * @param packages in {@link LockedPackage#ORDER}
 */
public record LockedArchitecture(Digest request, List<LockedRepository> repositories, List<LockedPackage> packages) {
    /** Sorts. */
    public LockedArchitecture {
        repositories = List.copyOf(repositories);
        packages = packages.stream().sorted(LockedPackage.ORDER).toList();
    }
}
