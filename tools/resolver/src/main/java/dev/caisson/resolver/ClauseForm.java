package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Turns dependency expressions into clauses. A literal is a candidate's number plus one, negative when the candidate must
 * not be installed; numbers above the pool's size are auxiliary. No clauses: always met; an empty clause: never met.
 */
final class ClauseForm {
    /** Above this many clauses a disjunction gets an auxiliary variable instead of being multiplied out. */
    private static final int MULTIPLY_LIMIT = 4096;

    private final Providers providers;
    private final int poolSize;
    private int auxiliaries;

    ClauseForm(Providers providers, int poolSize) {
        this.providers = providers;
        this.poolSize = poolSize;
    }

    /** The clauses that say that a dependency of a package of this architecture holds. */
    List<int[]> holds(Dependency dependency, String architecture) {
        return convert(dependency, true, simple -> required(simple, architecture), architecture);
    }

    /** The clauses that say that a request is met. */
    List<int[]> requested(Dependency request, String architecture) {
        return convert(
                request,
                true,
                simple -> metOr(simple.requirement(), providers.requested(simple.requirement())),
                architecture);
    }

    /** The clauses that say that a dependency does not hold. */
    List<int[]> fails(Dependency dependency, String architecture) {
        return convert(dependency, false, simple -> required(simple, architecture), architecture);
    }

    private List<int[]> required(Dependency.Simple simple, String architecture) {
        return metOr(simple.requirement(), providers.of(simple.requirement(), architecture));
    }

    private List<int[]> metOr(Requirement requirement, int[] found) {
        return providers.metOtherwise(requirement, found) ? List.of() : List.of(positive(found));
    }

    private List<int[]> convert(
            Dependency dependency,
            boolean wanted,
            Function<Dependency.Simple, List<int[]>> simpleForm,
            String architecture) {
        if (dependency instanceof Dependency.Simple simple) {
            return wanted ? simpleForm.apply(simple) : negative(providers.of(simple.requirement(), architecture));
        }
        if (dependency instanceof Dependency.And and) {
            return combine(and.operands(), wanted, wanted, simpleForm, architecture);
        }
        if (dependency instanceof Dependency.Or or) {
            return combine(or.operands(), !wanted, wanted, simpleForm, architecture);
        }
        if (dependency instanceof Dependency.If condition) {
            return conditional(condition, wanted, simpleForm, architecture);
        }
        if (dependency instanceof Dependency.Unless unless) {
            return exception(unless, wanted, simpleForm, architecture);
        }
        int[] set = providers.set(dependency, architecture);
        return wanted ? List.of(positive(set)) : negative(set);
    }

    private List<int[]> combine(
            List<Dependency> operands,
            boolean all,
            boolean wanted,
            Function<Dependency.Simple, List<int[]>> simpleForm,
            String architecture) {
        List<int[]> result = convert(operands.get(0), wanted, simpleForm, architecture);
        for (Dependency operand : operands.subList(1, operands.size())) {
            List<int[]> next = convert(operand, wanted, simpleForm, architecture);
            result = all ? both(result, next) : either(result, next);
        }
        return result;
    }

    /** {@code then if c [else o]} is (then ∨ ¬c) ∧ (c ∨ o); its negation is (¬then ∨ ¬c) ∧ (c ∨ ¬o), without o: c ∧ ¬then. */
    private List<int[]> conditional(
            Dependency.If d, boolean wanted, Function<Dependency.Simple, List<int[]>> simpleForm, String architecture) {
        List<int[]> then = convert(d.then(), wanted, simpleForm, architecture);
        List<int[]> condition = convert(d.condition(), true, simpleForm, architecture);
        if (d.otherwise() == null && !wanted) {
            return both(condition, then);
        }
        List<int[]> first = either(then, convert(d.condition(), false, simpleForm, architecture));
        return d.otherwise() == null
                ? first
                : both(first, either(condition, convert(d.otherwise(), wanted, simpleForm, architecture)));
    }

    /** {@code then unless c [else o]} is then ∧ ¬c, with o: (then ∨ c) ∧ (¬c ∨ o). */
    private List<int[]> exception(
            Dependency.Unless d,
            boolean wanted,
            Function<Dependency.Simple, List<int[]>> simpleForm,
            String architecture) {
        List<int[]> then = convert(d.then(), wanted, simpleForm, architecture);
        List<int[]> condition = convert(d.condition(), true, simpleForm, architecture);
        List<int[]> not = convert(d.condition(), false, simpleForm, architecture);
        if (d.otherwise() == null) {
            return wanted ? both(then, not) : either(then, condition);
        }
        List<int[]> otherwise = convert(d.otherwise(), wanted, simpleForm, architecture);
        return both(either(then, condition), either(not, otherwise));
    }

    private static List<int[]> both(List<int[]> left, List<int[]> right) {
        List<int[]> result = new ArrayList<>(left);
        result.addAll(right);
        return result;
    }

    private List<int[]> either(List<int[]> left, List<int[]> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return List.of();
        }
        List<int[]> result = new ArrayList<>();
        if ((long) left.size() * right.size() > MULTIPLY_LIMIT) {
            int auxiliary = poolSize + 1 + auxiliaries++;
            left.forEach(clause -> result.add(merge(clause, new int[] {auxiliary})));
            right.forEach(clause -> result.add(merge(clause, new int[] {-auxiliary})));
            return result;
        }
        for (int[] l : left) {
            for (int[] r : right) {
                int[] merged = merge(l, r);
                if (merged != null) {
                    result.add(merged);
                }
            }
        }
        return result;
    }

    /** The union in order, or null when it holds always. */
    static int[] merge(int[] left, int[] right) {
        Set<Integer> union = new LinkedHashSet<>();
        for (int literal : left) {
            union.add(literal);
        }
        for (int literal : right) {
            union.add(literal);
        }
        for (int literal : union) {
            if (literal < 0 && union.contains(-literal)) {
                return null;
            }
        }
        return union.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] positive(int[] ids) {
        return Arrays.stream(ids).map(id -> id + 1).toArray();
    }

    private static List<int[]> negative(int[] ids) {
        return Arrays.stream(ids).mapToObj(id -> new int[] {-id - 1}).toList();
    }
}
