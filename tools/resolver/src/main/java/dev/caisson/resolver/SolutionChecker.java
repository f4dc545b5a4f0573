package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks a set of packages against the rules directly, without the pool's index, the clauses or the search: closed,
 * without conflicts, one version of each name, all requests met.
 */
public final class SolutionChecker {
    private final Problem problem;
    private final PackageSemantics semantics;
    private final List<Candidate> installed;
    private final Map<String, List<Candidate>> offering = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private SolutionChecker(Problem problem, Collection<Candidate> installed) {
        this.problem = problem;
        this.semantics = problem.pool().semantics();
        this.installed = List.copyOf(installed);
        for (Candidate candidate : installed) {
            offering.computeIfAbsent(candidate.name(), n -> new ArrayList<>()).add(candidate);
            for (Capability capability : candidate.provides()) {
                List<Candidate> list = offering.computeIfAbsent(capability.name(), n -> new ArrayList<>());
                if (!list.contains(candidate)) {
                    list.add(candidate);
                }
            }
        }
    }

    /** What is wrong with the set, in words; empty when nothing is. */
    public static List<String> violations(Problem problem, Collection<Candidate> installed) {
        SolutionChecker checker = new SolutionChecker(problem, installed);
        checker.check();
        return List.copyOf(checker.violations);
    }

    private void check() {
        problem.requests().forEach(request -> demand("the request", request, problem.nativeArchitecture()));
        for (Candidate candidate : installed) {
            Relations relations = candidate.relations();
            relations.requires().forEach(d -> demand(candidate.toString(), d, candidate.architecture()));
            relations.conflicts().forEach(d -> refuse(candidate, d));
            relations.breaks().forEach(d -> refuse(candidate, d));
            relations.obsoletes().forEach(r -> obsolete(candidate, r));
            admitted(candidate);
        }
        oneVersion();
    }

    private void admitted(Candidate candidate) {
        if (problem.excluded().contains(candidate.name())) {
            violations.add(candidate + " is excluded");
        }
        if (!semantics.installable(candidate, problem.architectures())) {
            violations.add(candidate + " is of a foreign architecture");
        }
        String locked = problem.locked().get(candidate.name());
        if (locked != null && semantics.compareVersions(locked, candidate.version()) != 0) {
            violations.add(candidate + " is locked to " + locked);
        }
    }

    private void demand(String who, Dependency dependency, String architecture) {
        if (!holds(dependency, architecture, true)) {
            violations.add(who + " requires " + dependency);
        }
    }

    private void refuse(Candidate candidate, Dependency dependency) {
        if (dependency instanceof Dependency.Simple simple) {
            for (Candidate other : offering.getOrDefault(simple.requirement().name(), List.of())) {
                if (other != candidate
                        && semantics.conflictsWithin(candidate, other)
                        && offers(other, simple.requirement())) {
                    violations.add(candidate + " conflicts with " + other);
                }
            }
        } else if (refused(dependency, candidate)) {
            violations.add(candidate + " conflicts with " + dependency);
        }
    }

    private void obsolete(Candidate candidate, Requirement obsolete) {
        for (Candidate other : offering.getOrDefault(obsolete.name(), List.of())) {
            if (other.name().equals(obsolete.name())
                    && !other.name().equals(candidate.name())
                    && (obsolete.comparison() == Comparison.ANY
                            || semantics.satisfies(Capability.of(other.name(), other.version()), obsolete))) {
                violations.add(candidate + " obsoletes " + other);
            }
        }
    }

    private void oneVersion() {
        Map<String, List<Candidate>> names = new HashMap<>();
        for (Candidate candidate : installed) {
            List<Candidate> same = names.computeIfAbsent(candidate.name(), n -> new ArrayList<>());
            for (Candidate other : same) {
                if (other == candidate || !semantics.coexist(candidate, other)) {
                    violations.add(candidate + " and " + other + " are both there");
                }
            }
            same.add(candidate);
        }
    }

    private boolean holds(Dependency dependency, String architecture, boolean exclusionsCount) {
        if (dependency instanceof Dependency.And and) {
            return and.operands().stream().allMatch(d -> holds(d, architecture, exclusionsCount));
        }
        if (dependency instanceof Dependency.Or or) {
            return or.operands().stream().anyMatch(d -> holds(d, architecture, exclusionsCount));
        }
        if (dependency instanceof Dependency.If d) {
            return holds(d.condition(), architecture, false)
                    ? holds(d.then(), architecture, exclusionsCount)
                    : d.otherwise() == null || holds(d.otherwise(), architecture, exclusionsCount);
        }
        if (dependency instanceof Dependency.Unless d) {
            return holds(d.condition(), architecture, false)
                    ? d.otherwise() != null && holds(d.otherwise(), architecture, exclusionsCount)
                    : holds(d.then(), architecture, exclusionsCount);
        }
        if (dependency instanceof Dependency.Simple simple) {
            return installed(simple.requirement(), architecture)
                    || exclusionsCount && metByExclusion(simple.requirement())
                    || semantics.metByTheTool(simple.requirement());
        }
        return installed.stream().anyMatch(c -> alone(c, dependency, architecture));
    }

    /** Whether an expression that a package refuses holds, other than by that package alone. */
    private boolean refused(Dependency dependency, Candidate self) {
        String architecture = self.architecture();
        if (dependency instanceof Dependency.And and) {
            return holds(dependency, architecture, false)
                    && and.operands().stream().anyMatch(d -> refused(d, self));
        }
        if (dependency instanceof Dependency.Or or) {
            return or.operands().stream().anyMatch(d -> refused(d, self));
        }
        if (dependency instanceof Dependency.If d) {
            boolean condition = holds(d.condition(), architecture, false);
            if (d.otherwise() == null) {
                return !condition || refused(d.then(), self);
            }
            return condition
                    ? holds(d.then(), architecture, false) && (refused(d.then(), self) || refused(d.condition(), self))
                    : refused(d.otherwise(), self);
        }
        if (dependency instanceof Dependency.Unless d) {
            if (d.otherwise() == null) {
                return holds(dependency, architecture, false) && refused(d.then(), self);
            }
            boolean condition = holds(d.condition(), architecture, false);
            return condition
                    ? holds(d.otherwise(), architecture, false)
                            && (refused(d.condition(), self) || refused(d.otherwise(), self))
                    : refused(d.then(), self);
        }
        return installed.stream().anyMatch(c -> c != self && alone(c, dependency, architecture));
    }

    private boolean installed(Requirement required, String architecture) {
        return offering.getOrDefault(required.name(), List.of()).stream()
                .anyMatch(c -> serves(c, required, architecture));
    }

    private boolean metByExclusion(Requirement required) {
        if (problem.excluded().contains(required.name())) {
            return true;
        }
        return !problem.excluded().isEmpty()
                && problem.excluded().stream()
                        .flatMapToInt(name -> Arrays.stream(problem.pool().named(name)))
                        .anyMatch(id -> offers(problem.pool().candidate(id), required));
    }

    private boolean alone(Candidate candidate, Dependency dependency, String architecture) {
        if (dependency instanceof Dependency.Simple simple) {
            return serves(candidate, simple.requirement(), architecture);
        }
        if (dependency instanceof Dependency.With with) {
            return alone(candidate, with.left(), architecture) && alone(candidate, with.right(), architecture);
        }
        if (dependency instanceof Dependency.Without without) {
            return alone(candidate, without.left(), architecture) && !alone(candidate, without.right(), architecture);
        }
        if (dependency instanceof Dependency.Or or) {
            return or.operands().stream().anyMatch(d -> alone(candidate, d, architecture));
        }
        return dependency instanceof Dependency.And and
                && and.operands().stream().allMatch(d -> alone(candidate, d, architecture));
    }

    private boolean serves(Candidate candidate, Requirement required, String architecture) {
        return offers(candidate, required)
                && semantics.architectureServes(required, architecture, candidate, problem.nativeArchitecture());
    }

    private boolean offers(Candidate candidate, Requirement required) {
        if (semantics.providesItself()
                && candidate.name().equals(required.name())
                && semantics.satisfies(Capability.of(candidate.name(), candidate.version()), required)) {
            return true;
        }
        return candidate.provides().stream()
                .anyMatch(c -> c.name().equals(required.name()) && semantics.satisfies(c, required));
    }
}
