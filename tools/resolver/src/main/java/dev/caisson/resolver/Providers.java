package dev.caisson.resolver;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which candidates a problem admits, and which of them meet a requirement. */
final class Providers {
    private static final byte UNKNOWN = 0;
    private static final byte ADMITTED = 1;
    private static final byte REFUSED = 2;

    private final Problem problem;
    private final Pool pool;
    private final PackageSemantics semantics;
    private final byte[] admitted;
    private final Map<Key, int[]> cache = new HashMap<>();

    Providers(Problem problem) {
        this.problem = problem;
        this.pool = problem.pool();
        this.semantics = pool.semantics();
        this.admitted = new byte[pool.size()];
    }

    /** Whether the problem allows this candidate: architecture, exclusions, locked version. */
    boolean admits(int id) {
        if (admitted[id] == UNKNOWN) {
            admitted[id] = check(id) ? ADMITTED : REFUSED;
        }
        return admitted[id] == ADMITTED;
    }

    private boolean check(int id) {
        Candidate candidate = pool.candidate(id);
        return !problem.excluded().contains(candidate.name())
                && semantics.installable(candidate, problem.architectures())
                && lockedTo(candidate);
    }

    boolean lockedTo(Candidate candidate) {
        String version = problem.locked().get(candidate.name());
        return version == null || semantics.compareVersions(version, candidate.version()) == 0;
    }

    /** How well the candidate's architecture fits; −1 when it fits every one. */
    int rank(Candidate candidate) {
        return semantics.architectureRank(candidate.architecture(), problem.architectures());
    }

    /** The admitted candidates that meet the requirement for a package of the given architecture, ascending. */
    int[] of(Requirement required, String dependentArchitecture) {
        return cache.computeIfAbsent(new Key(required, dependentArchitecture), this::find);
    }

    private int[] find(Key key) {
        return serving(pool.offering(key.requirement), key.requirement, key.architecture);
    }

    private int[] serving(int[] offering, Requirement required, String architecture) {
        return Arrays.stream(offering)
                .filter(this::admits)
                .filter(id -> semantics.architectureServes(
                        required, architecture, pool.candidate(id), problem.nativeArchitecture()))
                .toArray();
    }

    /** The candidates that a request means: those of that name, or, when there is none, those that provide it. */
    int[] requested(Requirement required) {
        int[] named = serving(pool.named(required), required, problem.nativeArchitecture());
        return named.length > 0 ? named : of(required, problem.nativeArchitecture());
    }

    /** Whether a requirement is met without any of the packages found for it. */
    boolean metOtherwise(Requirement required, int[] found) {
        return metByExclusion(required, found) || found.length == 0 && semantics.metByTheTool(required);
    }

    /** Whether the problem's exclusions meet the requirement: it is named there, or only excluded packages offer it. */
    boolean metByExclusion(Requirement required, int[] found) {
        Set<String> excluded = problem.excluded();
        if (excluded.isEmpty()) {
            return false;
        }
        if (excluded.contains(required.name())) {
            return true;
        }
        return found.length == 0
                && Arrays.stream(pool.offering(required))
                        .anyMatch(id -> excluded.contains(pool.candidate(id).name()));
    }

    /** The candidates that meet an expression by themselves, as With and Without ask. */
    int[] set(Dependency dependency, String architecture) {
        if (dependency instanceof Dependency.Simple simple) {
            return of(simple.requirement(), architecture);
        }
        if (dependency instanceof Dependency.With with) {
            Set<Integer> right = boxed(set(with.right(), architecture));
            return Arrays.stream(set(with.left(), architecture))
                    .filter(right::contains)
                    .toArray();
        }
        if (dependency instanceof Dependency.Without without) {
            Set<Integer> right = boxed(set(without.right(), architecture));
            return Arrays.stream(set(without.left(), architecture))
                    .filter(id -> !right.contains(id))
                    .toArray();
        }
        if (dependency instanceof Dependency.Or or) {
            return or.operands().stream()
                    .flatMapToInt(operand -> Arrays.stream(set(operand, architecture)))
                    .sorted()
                    .distinct()
                    .toArray();
        }
        if (dependency instanceof Dependency.And and) {
            int[] common = set(and.operands().get(0), architecture);
            for (Dependency operand : and.operands()) {
                Set<Integer> next = boxed(set(operand, architecture));
                common = Arrays.stream(common).filter(next::contains).toArray();
            }
            return common;
        }
        // conditions say nothing about a single package
        return new int[0];
    }

    private static Set<Integer> boxed(int[] ids) {
        Set<Integer> set = new HashSet<>();
        for (int id : ids) {
            set.add(id);
        }
        return set;
    }

    private record Key(Requirement requirement, String architecture) {}
}
