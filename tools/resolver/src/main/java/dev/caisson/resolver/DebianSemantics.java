package dev.caisson.resolver;

import java.util.List;

/**
 * Debian's rules: deb-version(7), and the sections on relationships, virtual packages and multi-arch of the policy
 * manual and deb-control(5).
 */
public final class DebianSemantics implements PackageSemantics {
    @Override
    public int compareVersions(String left, String right) {
        return DebianVersionOrder.INSTANCE.compare(left, right);
    }

    /** An unversioned Provides never satisfies a versioned dependency (policy 7.5). */
    @Override
    public boolean satisfies(Capability provided, Requirement required) {
        if (required.comparison() == Comparison.ANY) {
            return true;
        }
        return provided.comparison() == Comparison.EQUAL
                && required.comparison().accepts(compareVersions(provided.version(), required.version()));
    }

    @Override
    public boolean providesItself() {
        return true;
    }

    /** One version of a name; for several architectures only where all are Multi-Arch: same, at one version. */
    @Override
    public boolean coexist(Candidate left, Candidate right) {
        return !left.architecture().equals(right.architecture())
                && left.multiArch() == MultiArch.SAME
                && right.multiArch() == MultiArch.SAME
                && compareVersions(left.version(), right.version()) == 0;
    }

    @Override
    public boolean installable(Candidate candidate, List<String> architectures) {
        String architecture = candidate.architecture();
        return architectures.isEmpty() || architecture.equals("all") || architectures.contains(architecture);
    }

    @Override
    public int architectureRank(String architecture, List<String> architectures) {
        return architecture.equals("all") ? 0 : Math.max(0, architectures.indexOf(architecture));
    }

    @Override
    public boolean bestArchitectureOnly() {
        return false;
    }

    @Override
    public boolean architectureServes(
            Requirement required, String dependentArchitecture, Candidate provider, String nativeArchitecture) {
        String wanted = required.architecture();
        String offered = effective(provider.architecture(), nativeArchitecture);
        if (wanted.equals("any")) {
            return provider.multiArch() == MultiArch.ALLOWED
                    || provider.multiArch() == MultiArch.FOREIGN
                    || offered.equals(effective(dependentArchitecture, nativeArchitecture));
        }
        if (!wanted.isEmpty() && !wanted.equals("native")) {
            return offered.equals(wanted) || provider.architecture().equals(wanted);
        }
        String own = wanted.isEmpty() ? effective(dependentArchitecture, nativeArchitecture) : nativeArchitecture;
        return offered.equals(own) || own.isEmpty() || offered.isEmpty() || provider.multiArch() == MultiArch.FOREIGN;
    }

    private static String effective(String architecture, String nativeArchitecture) {
        return architecture.equals("all") ? nativeArchitecture : architecture;
    }

    /** Versions of one package exclude each other anyway; a package may conflict with what it provides itself. */
    @Override
    public boolean conflictsWithin(Candidate left, Candidate right) {
        return !left.name().equals(right.name());
    }

    @Override
    public Preference preference() {
        return Preference.FIRST_ALTERNATIVE;
    }
}
