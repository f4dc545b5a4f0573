package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which of several packages libsolv would take: the repository's priority, the architecture, the newest version of each
 * name without those that another replaces, what is recommended; then by name, names whose newest version is not on offer
 * last, the newest version of a common capability first, what is suggested first.
 */
final class ProviderPolicy {
    private final Encoding encoding;
    private final Pool pool;
    private final PackageSemantics semantics;
    private final Sat sat;
    private final Ranking ranking;
    private final Map<Integer, List<List<int[]>>> recommends = new HashMap<>();
    private final Map<Integer, List<List<int[]>>> suggests = new HashMap<>();
    private final Map<Integer, List<List<int[]>>> supplements = new HashMap<>();
    private final Map<Integer, List<List<int[]>>> enhances = new HashMap<>();

    ProviderPolicy(Encoding encoding, Sat sat) {
        this.encoding = encoding;
        this.pool = encoding.problem().pool();
        this.semantics = pool.semantics();
        this.sat = sat;
        this.ranking = new Ranking(encoding.problem(), encoding.providers());
    }

    /** The packages that the firm rules leave. */
    int[] prune(int[] open) {
        List<Integer> list = boxed(open);
        list = keepBest(list, v -> ranking.preferred(encoding.candidateOf(v)) ? 0 : 1);
        list = keepBest(list, v -> -candidate(v).repositoryPriority());
        list = keepBestArchitecture(list);
        list = newestOfEachName(list);
        return unboxed(keepRecommended(list));
    }

    /** All of {@code open}'s best, the first choice first. */
    int[] order(int[] open) {
        return unboxed(reorder(boxed(prune(open))));
    }

    /** The order among packages that are weakly wanted, for different reasons perhaps. */
    int[] orderWeak(int[] open) {
        Map<String, List<Integer>> names = new LinkedHashMap<>();
        for (int variable : open) {
            names.computeIfAbsent(candidate(variable).name(), n -> new ArrayList<>())
                    .add(variable);
        }
        List<Integer> best = new ArrayList<>();
        for (List<Integer> versions : names.values()) {
            List<Integer> list = keepBest(versions, v -> ranking.preferred(encoding.candidateOf(v)) ? 0 : 1);
            best.addAll(keepBestArchitecture(keepBest(list, v -> -candidate(v).repositoryPriority())));
        }
        return unboxed(reorder(newestOfEachName(best)));
    }

    private List<Integer> reorder(List<Integer> list) {
        if (list.size() > 1) {
            list.sort(Comparator.comparingInt(this::superseded));
            sortByCommonCapability(list);
            BitSet suggested = named(suggests, Relations::suggests);
            list.sort(Comparator.comparingInt(
                    v -> suggested.get(v) || anyHolds(enhances, v, candidate(v).enhances()) ? 0 : 1));
        }
        return list;
    }

    /** Whether the package supplements what is installed. */
    boolean supplements(int variable) {
        return anyHolds(supplements, variable, candidate(variable).supplements());
    }

    private Candidate candidate(int variable) {
        return encoding.candidate(variable);
    }

    private static List<Integer> keepBest(List<Integer> list, Function<Integer, Integer> cost) {
        int best = list.stream().map(cost).min(Comparator.naturalOrder()).orElse(0);
        return new ArrayList<>(list.stream().filter(v -> cost.apply(v) == best).toList());
    }

    private List<Integer> keepBestArchitecture(List<Integer> list) {
        int best = list.stream()
                .mapToInt(v -> encoding.providers().rank(candidate(v)))
                .filter(rank -> rank >= 0)
                .min()
                .orElse(-1);
        return new ArrayList<>(list.stream()
                .filter(v -> {
                    int rank = encoding.providers().rank(candidate(v));
                    return rank < 0 || rank == best;
                })
                .toList());
    }

    private List<Integer> newestOfEachName(List<Integer> list) {
        List<Integer> sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparing((Integer v) -> candidate(v).name())
                .thenComparing((a, b) -> semantics.compareVersions(
                        candidate(b).version(), candidate(a).version()))
                .thenComparingInt(v -> encoding.candidateOf(v)));
        List<Integer> newest = new ArrayList<>();
        for (int variable : sorted) {
            if (newest.isEmpty()
                    || !candidate(newest.get(newest.size() - 1))
                            .name()
                            .equals(candidate(variable).name())) {
                newest.add(variable);
            }
        }
        return withoutObsoleted(newest);
    }

    private List<Integer> withoutObsoleted(List<Integer> list) {
        if (list.size() < 2) {
            return list;
        }
        BitSet obsoleted = new BitSet();
        for (int variable : list) {
            for (Requirement obsolete : encoding.relationsOf(variable).obsoletes()) {
                for (int other : pool.named(obsolete)) {
                    if (encoding.variable(other) > 0
                            && !candidate(variable)
                                    .name()
                                    .equals(pool.candidate(other).name())) {
                        obsoleted.set(encoding.variable(other));
                    }
                }
            }
        }
        List<Integer> kept =
                new ArrayList<>(list.stream().filter(v -> !obsoleted.get(v)).toList());
        return kept.isEmpty() ? list : kept; // they replace each other: none is better
    }

    private List<Integer> keepRecommended(List<Integer> list) {
        if (list.size() < 2) {
            return list;
        }
        BitSet wanted = named(recommends, Relations::recommends);
        List<Integer> kept = new ArrayList<>(
                list.stream().filter(v -> wanted.get(v) || supplements(v)).toList());
        return kept.isEmpty() ? list : kept;
    }

    /** 1 when a newer version of the name exists that could be meant instead. */
    private int superseded(int variable) {
        Candidate candidate = candidate(variable);
        for (int other : pool.named(candidate.name())) {
            int otherVariable = encoding.variable(other);
            if (encoding.providers().admits(other)
                    && otherVariable != variable
                    && pool.candidate(other).architecture().equals(candidate.architecture())
                    && semantics.compareVersions(pool.candidate(other).version(), candidate.version()) > 0) {
                return 1;
            }
        }
        return 0;
    }

    /** Where all offer one same capability in versions, the newest first. */
    private void sortByCommonCapability(List<Integer> list) {
        for (Capability first : candidate(list.get(0)).provides()) {
            Map<Integer, Capability> versions = new HashMap<>();
            for (int variable : list) {
                candidate(variable).provides().stream()
                        .filter(c -> c.name().equals(first.name())
                                && c.comparison() != Comparison.ANY
                                && c.comparison() != Comparison.NOT_EQUAL)
                        .findFirst()
                        .ifPresent(c -> versions.put(variable, c));
            }
            if (versions.size() == list.size()) {
                list.sort((a, b) -> compareOffers(versions.get(b), versions.get(a)));
                return;
            }
        }
    }

    private int compareOffers(Capability left, Capability right) {
        int sign = semantics.compareVersions(left.version(), right.version());
        return sign != 0 ? sign : Integer.compare(height(left.comparison()), height(right.comparison()));
    }

    private static int height(Comparison comparison) {
        return comparison.above() ? 2 : comparison.same() ? 1 : 0;
    }

    /** The packages that installed ones recommend or suggest. */
    private BitSet named(Map<Integer, List<List<int[]>>> cache, Function<Relations, List<Dependency>> field) {
        BitSet found = new BitSet();
        for (int i = 0; i < sat.assignedCount(); i++) {
            int variable = sat.assigned(i);
            if (variable > 0 && encoding.isPackage(variable)) {
                for (List<int[]> clauses :
                        cache.computeIfAbsent(variable, v -> clauses(v, field.apply(encoding.relationsOf(v))))) {
                    clauses.stream()
                            .filter(this::applies)
                            .forEach(clause -> Arrays.stream(clause)
                                    .filter(literal -> literal > 0)
                                    .forEach(found::set));
                }
            }
        }
        return found;
    }

    private boolean applies(int[] clause) {
        return Arrays.stream(clause).allMatch(literal -> literal > 0 || sat.value(literal) < 0);
    }

    private boolean anyHolds(Map<Integer, List<List<int[]>>> cache, int variable, List<Dependency> conditions) {
        if (conditions.isEmpty()) {
            return false;
        }
        return cache.computeIfAbsent(variable, v -> clauses(v, conditions)).stream()
                .anyMatch(clauses -> clauses.stream().allMatch(this::holds));
    }

    private boolean holds(int[] clause) {
        return Arrays.stream(clause)
                .anyMatch(literal -> literal > 0 ? sat.value(literal) > 0 : sat.value(literal) >= 0);
    }

    private List<List<int[]>> clauses(int variable, List<Dependency> dependencies) {
        String architecture = candidate(variable).architecture();
        return dependencies.stream().map(d -> encoding.holds(d, architecture)).toList();
    }

    private static List<Integer> boxed(int[] values) {
        return new ArrayList<>(Arrays.stream(values).boxed().toList());
    }

    private static int[] unboxed(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }
}
