package dev.caisson.resolver;

import java.util.List;

/** RPM's rules, and libsolv's where RPM leaves a choice. */
public final class RpmSemantics implements PackageSemantics {
    private static final String ARMV6 = "armv6l armv5tejl armv5tel armv5tl armv5l armv4tl armv4l armv3l";

    @Override
    public int compareVersions(String left, String right) {
        return RpmVersionOrder.INSTANCE.compare(left, right);
    }

    /** Two ranges match when they have a version in common; a side without release means every release. */
    @Override
    public boolean satisfies(Capability provided, Requirement required) {
        Comparison p = provided.comparison();
        Comparison r = required.comparison();
        if (p == Comparison.ANY || r == Comparison.ANY) {
            return true;
        }
        int sign = RpmVersionOrder.compareVersion(provided.version(), required.version());
        if (sign == 0) {
            boolean providedHas = RpmVersionOrder.hasRelease(provided.version());
            boolean requiredHas = RpmVersionOrder.hasRelease(required.version());
            if (providedHas && requiredHas) {
                sign = RpmVersionOrder.segments(
                        RpmVersionOrder.release(provided.version()), RpmVersionOrder.release(required.version()));
            } else if (providedHas && r.same() || requiredHas && p.same()) {
                // the side without release covers all releases, so every bound on the other has one in common
                return true;
            }
        }
        if (sign < 0) {
            return p.above() || r.below();
        }
        if (sign > 0) {
            return p.below() || r.above();
        }
        return p.same() && r.same() || p.below() && r.below() || p.above() && r.above();
    }

    /** RPM metadata always lists the package's own name. */
    @Override
    public boolean providesItself() {
        return false;
    }

    /** {@code rpmlib(…)} names features of the package format; repositories leave them out, packages do not. */
    @Override
    public boolean metByTheTool(Requirement required) {
        return required.name().startsWith("rpmlib(");
    }

    @Override
    public boolean coexist(Candidate left, Candidate right) {
        return left.installOnly()
                && right.installOnly()
                && !(compareVersions(left.version(), right.version()) == 0
                        && left.architecture().equals(right.architecture()));
    }

    @Override
    public boolean installable(Candidate candidate, List<String> architectures) {
        String architecture = candidate.architecture();
        return !architecture.equals("src")
                && !architecture.equals("nosrc")
                && (architectures.isEmpty() || architecture.equals("noarch") || architectures.contains(architecture));
    }

    @Override
    public int architectureRank(String architecture, List<String> architectures) {
        return architecture.equals("noarch") ? -1 : Math.max(0, architectures.indexOf(architecture));
    }

    @Override
    public boolean bestArchitectureOnly() {
        return true;
    }

    @Override
    public boolean architectureServes(
            Requirement required, String dependentArchitecture, Candidate provider, String nativeArchitecture) {
        return required.architecture().isEmpty() || required.architecture().equals(provider.architecture());
    }

    @Override
    public boolean conflictsWithin(Candidate left, Candidate right) {
        return left != right;
    }

    @Override
    public Preference preference() {
        return Preference.NEWEST_FIRST;
    }

    /**
     * The architectures that a machine of architecture {@code machine} runs, best first, as RPM distributions order
     * them; empty (all) for an unknown or empty one.
     */
    public static List<String> compatibleWith(String machine) {
        return switch (machine) {
            case "x86_64_v4" -> chain("x86_64_v4 x86_64_v3 x86_64_v2 x86_64 i686 i586 i486 i386");
            case "x86_64_v3" -> chain("x86_64_v3 x86_64_v2 x86_64 i686 i586 i486 i386");
            case "x86_64_v2" -> chain("x86_64_v2 x86_64 i686 i586 i486 i386");
            case "x86_64" -> chain("x86_64 i686 i586 i486 i386");
            case "amd64" -> chain("amd64 x86_64 athlon i686 i586 i486 i386");
            case "ia32e" -> chain("ia32e x86_64 athlon i686 i586 i486 i386");
            case "ia64" -> chain("ia64 i686 i586 i486 i386");
            case "athlon" -> chain("athlon i686 i586 i486 i386");
            case "geode" -> chain("geode i586 i486 i386");
            case "i686" -> chain("i686 i586 i486 i386");
            case "i586" -> chain("i586 i486 i386");
            case "i486" -> chain("i486 i386");
            case "ppc64p7" -> chain("ppc64p7 ppc64 ppc");
            case "ppc64" -> chain("ppc64 ppc");
            case "s390x" -> chain("s390x s390");
            case "sparc64v" -> chain("sparc64v sparc64 sparcv9v sparcv9 sparcv8 sparc");
            case "sparc64" -> chain("sparc64 sparcv9 sparcv8 sparc");
            case "sparcv9" -> chain("sparcv9 sparcv8 sparc");
            case "armv8hnl" -> chain("armv8hnl armv8hl armv7hnl armv7hl armv6hl");
            case "armv8hl" -> chain("armv8hl armv7hl armv6hl");
            case "armv7hnl" -> chain("armv7hnl armv7hl armv6hl");
            case "armv7hl" -> chain("armv7hl armv6hl");
            case "armv8l" -> chain("armv8l armv7l " + ARMV6);
            case "armv7l" -> chain("armv7l " + ARMV6);
            case "armv6l" -> chain(ARMV6);
            case "", "unset" -> List.of();
            default -> List.of(machine);
        };
    }

    private static List<String> chain(String architectures) {
        return List.of(architectures.split(" ", -1));
    }
}
