package dev.caisson.manifest;

import java.util.List;

/**
 * The metadata that packages were chosen from.
 *
 * @param name name of the repository in the manifest
 * @param suites in the manifest's order
 */
public record LockedRepository(String name, List<LockedSuite> suites) {
    /** Copies. */
    public LockedRepository {
        suites = List.copyOf(suites);
    }
}
