package dev.caisson.resolver;

import java.util.List;

/**
 * What a package says about others. Lists keep the order of the package's metadata, because the order decides.
 *
 * @param requires must hold (Debian: Pre-Depends, then Depends)
 * @param conflicts must not hold while this is installed
 * @param breaks as {@code conflicts}; named apart because Debian does
 * @param obsoletes packages, by name, that this one replaces and cannot be beside (RPM)
 * @param recommends should hold
 * @param suggests only decides between equals
 */
public record Relations(
        List<Dependency> requires,
        List<Dependency> conflicts,
        List<Dependency> breaks,
        List<Requirement> obsoletes,
        List<Dependency> recommends,
        List<Dependency> suggests) {
    /** No relation at all. */
    public static final Relations NONE =
            new Relations(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Relations {
        requires = List.copyOf(requires);
        conflicts = List.copyOf(conflicts);
        breaks = List.copyOf(breaks);
        obsoletes = List.copyOf(obsoletes);
        recommends = List.copyOf(recommends);
        suggests = List.copyOf(suggests);
    }

    /** Relations that only require. */
    public static Relations requiring(List<Dependency> requires) {
        return new Relations(requires, List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
