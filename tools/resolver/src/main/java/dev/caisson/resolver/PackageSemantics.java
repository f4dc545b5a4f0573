package dev.caisson.resolver;

import java.util.List;

/** What differs between the package worlds: versions, matching, coexistence, architectures, the order of choices. */
public interface PackageSemantics {
    /** Whose answer the search gives among the valid ones. */
    enum Preference {
        /** Depth first, dependency by dependency, first alternative first, as apt marks packages. */
        FIRST_ALTERNATIVE,
        /** Forced choices first, then newest and best arch, as libsolv decides. */
        NEWEST_FIRST
    }

    /** Compares two version texts: negative, zero or positive. */
    int compareVersions(String left, String right);

    /** Whether a capability satisfies a requirement of the same name. */
    boolean satisfies(Capability provided, Requirement required);

    /** Whether a package offers its own name at its own version without saying so. */
    boolean providesItself();

    /** Whether whatever unpacks packages meets a requirement that no package offers: a feature of the package format. */
    default boolean metByTheTool(Requirement required) {
        return false;
    }

    /** Whether two different candidates of one name may both be installed. */
    boolean coexist(Candidate left, Candidate right);

    /**
     * Whether an architecture may be installed at all.
     *
     * @param architectures the problem's architectures, the native one first; empty: all
     */
    boolean installable(Candidate candidate, List<String> architectures);

    /**
     * How well an installable architecture fits: 0 is best, −1 stays out of the comparison; candidates of one name whose rank is worse than another's
     * are not considered when {@link #bestArchitectureOnly()}.
     */
    int architectureRank(String architecture, List<String> architectures);

    /** Whether only the best-ranked architecture of each name is considered. */
    boolean bestArchitectureOnly();

    /**
     * Whether {@code provider} may serve {@code required} as far as architectures are concerned.
     *
     * @param dependentArchitecture the architecture of the package that requires
     * @param nativeArchitecture the problem's first architecture, empty when unknown
     */
    boolean architectureServes(
            Requirement required, String dependentArchitecture, Candidate provider, String nativeArchitecture);

    /** Whether a package's conflict also hits other versions of itself through what they provide. */
    boolean conflictsWithin(Candidate left, Candidate right);

    /** Whose answer to give. */
    Preference preference();
}
