package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;

/** What the packages that a search has installed so far recommend, suggest, and are supplemented and enhanced by. */
final class WeakDependencies {
    private final Encoding encoding;
    private final Sat sat;
    private final Map<Integer, List<List<int[]>>> recommends = new HashMap<>();
    private final Map<Integer, List<List<int[]>>> suggests = new HashMap<>();

    WeakDependencies(Encoding encoding, Sat sat) {
        this.encoding = encoding;
        this.sat = sat;
    }

    /** The number of a package's recommendations. */
    int recommendations(int variable) {
        return recommendsOf(variable).size();
    }

    private List<List<int[]>> recommendsOf(int variable) {
        return clauses(recommends, variable, Relations::recommends);
    }

    /** The undecided packages that would meet open recommendations of a package. */
    List<Integer> recommended(int variable, IntPredicate admitted) {
        List<Integer> found = new ArrayList<>();
        for (int position = 0; position < recommendations(variable); position++) {
            Arrays.stream(recommended(variable, position, admitted)).forEach(found::add);
        }
        return found;
    }

    /** The undecided packages that would meet one open recommendation. */
    int[] recommended(int variable, int position, IntPredicate admitted) {
        IntList found = new IntList();
        for (int[] clause : recommendsOf(variable).get(position)) {
            if (Arrays.stream(clause).anyMatch(l -> l > 0 ? sat.value(l) > 0 : sat.value(l) >= 0)) {
                continue;
            }
            for (int literal : clause) {
                boolean open = literal > 0 && encoding.isPackage(literal) && sat.value(literal) == 0;
                if (open && admitted.test(literal) && !found.contains(literal)) {
                    found.add(literal);
                }
            }
        }
        return found.toArray();
    }

    /** The packages that installed ones recommend. */
    BitSet recommended() {
        return named(recommends, Relations::recommends);
    }

    /** The packages that installed ones suggest. */
    BitSet suggested() {
        return named(suggests, Relations::suggests);
    }

    private BitSet named(Map<Integer, List<List<int[]>>> cache, Function<Relations, List<Dependency>> field) {
        BitSet found = new BitSet();
        for (int i = 0; i < sat.assignedCount(); i++) {
            int variable = sat.assigned(i);
            if (variable > 0 && encoding.isPackage(variable)) {
                for (List<int[]> dependency : clauses(cache, variable, field)) {
                    for (int[] clause : dependency) {
                        if (Arrays.stream(clause).allMatch(l -> l > 0 || sat.value(l) < 0)) {
                            Arrays.stream(clause).filter(l -> l > 0).forEach(found::set);
                        }
                    }
                }
            }
        }
        return found;
    }

    private List<List<int[]>> clauses(
            Map<Integer, List<List<int[]>>> cache, int variable, Function<Relations, List<Dependency>> field) {
        return cache.computeIfAbsent(variable, v -> {
            String architecture = encoding.candidate(v).architecture();
            return field.apply(encoding.relationsOf(v)).stream()
                    .map(d -> encoding.holds(d, architecture))
                    .map(WeakDependencies::unlessImpossible)
                    .toList();
        });
    }

    /** An expression that cannot hold asks for nothing, not even for that part of it which could. */
    private static List<int[]> unlessImpossible(List<int[]> clauses) {
        return clauses.stream().anyMatch(clause -> clause.length == 0) ? List.of() : clauses;
    }

    /** Whether an installed package recommends this one or it supplements what is installed. */
    boolean isWanted(int variable) {
        return recommended().get(variable) || supplements(variable);
    }

    /** Whether the package supplements what is installed. */
    boolean supplements(int variable) {
        return any(variable, encoding.candidate(variable).supplements(), 1);
    }

    /** As {@link #supplements}, by something that is there rather than by something that is not. */
    boolean supplementsNewly(int variable) {
        return any(variable, encoding.candidate(variable).supplements(), 2);
    }

    /** Whether the package enhances what is installed. */
    boolean enhances(int variable) {
        return any(variable, encoding.candidate(variable).enhances(), 1);
    }

    private boolean any(int variable, List<Dependency> conditions, int least) {
        String architecture =
                conditions.isEmpty() ? "" : encoding.candidate(variable).architecture();
        return conditions.stream().anyMatch(d -> fulfilled(d, architecture) >= least);
    }

    /** 0: does not hold; 2: holds, and an installed package is why; 1: holds for want of something. */
    private int fulfilled(Dependency dependency, String architecture) {
        if (dependency instanceof Dependency.And and) {
            int most = 1;
            for (Dependency operand : and.operands()) {
                int one = fulfilled(operand, architecture);
                if (one == 0) {
                    return 0;
                }
                most = Math.max(most, one);
            }
            return most;
        }
        if (dependency instanceof Dependency.Or or) {
            return or.operands().stream()
                    .mapToInt(operand -> fulfilled(operand, architecture))
                    .max()
                    .orElse(0);
        }
        if (dependency instanceof Dependency.If condition) {
            int when = fulfilled(condition.condition(), architecture);
            if (condition.otherwise() != null) {
                int then = fulfilled(when > 0 ? condition.then() : condition.otherwise(), architecture);
                return then > 0 && when == 2 ? 2 : then;
            }
            int then = fulfilled(condition.then(), architecture);
            return then == 0 && when > 0 ? 0 : then == 2 ? 2 : 1;
        }
        if (dependency instanceof Dependency.Unless unless) {
            int when = fulfilled(unless.condition(), architecture);
            if (unless.otherwise() != null) {
                int then = fulfilled(when > 0 ? unless.otherwise() : unless.then(), architecture);
                return then > 0 && when == 2 ? 2 : then;
            }
            return when > 0 ? 0 : fulfilled(unless.then(), architecture);
        }
        for (int id : encoding.providers().set(dependency, architecture)) {
            int variable = encoding.variable(id);
            if (variable != 0 && sat.value(variable) > 0) {
                return 2;
            }
        }
        return 0;
    }
}
