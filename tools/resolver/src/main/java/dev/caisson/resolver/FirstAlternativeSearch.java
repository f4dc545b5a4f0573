package dev.caisson.resolver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Chooses as apt marks packages for installation (apt-pkg's depcache): all requests first; then, depth first, each
 * dependency in the order of the package's fields. A dependency that a package marked before meets is done; otherwise its
 * alternatives are tried from left to right, the real package before those that provide it.
 *
 * <p>The solver only says which alternatives are still possible. What apt would find out late and repair, a contradiction,
 * is learned here, and the marking starts again from nothing; so the answer does not depend on a failed attempt otherwise.
 */
final class FirstAlternativeSearch implements Search {
    private final Encoding encoding;
    private final Problem problem;
    private final Pool pool;
    private final Ranking ranking;
    private final Sat sat;
    private final List<List<Choice>> choices = new ArrayList<>();
    private final BitSet marked = new BitSet();
    private final IntList order = new IntList();

    FirstAlternativeSearch(Encoding encoding, Sat sat) {
        this.encoding = encoding;
        this.problem = encoding.problem();
        this.pool = problem.pool();
        this.ranking = new Ranking(problem, encoding.providers());
        this.sat = sat;
        for (int i = 0; i <= encoding.packageCount(); i++) {
            choices.add(null);
        }
    }

    @Override
    public int[] run() {
        List<int[]> requests = requests();
        while (!sat.failed()) {
            sat.backtrack(0);
            marked.clear();
            order.truncate(0);
            if (attempt(requests)) {
                return order.toArray();
            }
        }
        return null;
    }

    private List<int[]> requests() {
        List<int[]> requests = new ArrayList<>();
        for (Dependency request : problem.requests()) {
            int[] alternatives = requestAlternatives(request);
            if (alternatives.length > 0) {
                requests.add(alternatives);
            }
        }
        if (problem.essential()) {
            essential(requests);
        }
        return requests;
    }

    private void essential(List<int[]> requests) {
        for (int variable = 1; variable <= encoding.packageCount(); variable++) {
            int id = encoding.candidateOf(variable);
            if (pool.candidate(id).essential() && ranking.chosenVersion(id)) {
                requests.add(versions(id));
            }
        }
    }

    private int[] versions(int id) {
        return toVariables(Arrays.stream(pool.named(pool.candidate(id).name()))
                .filter(other -> pool.candidate(other).essential())
                .boxed()
                .sorted(ranking.newestFirst())
                .toList());
    }

    private int[] requestAlternatives(Dependency request) {
        if (!(request instanceof Dependency.Simple simple)) {
            return alternatives(request, problem.nativeArchitecture());
        }
        int[] found = encoding.providers().requested(simple.requirement());
        List<Integer> sorted = Arrays.stream(found)
                .boxed()
                .sorted(providerOrder(simple.requirement().name()))
                .toList();
        if (!sorted.isEmpty() && simple.requirement().comparison() != Comparison.ANY) {
            ranking.choose(sorted.get(0)); // as apt's "package=version" does
        }
        return toVariables(sorted);
    }

    /** One pass of marking; false after a contradiction, from which something was learned. */
    private boolean attempt(List<int[]> requests) {
        IntList roots = new IntList();
        for (int[] request : requests) {
            int chosen = Arrays.stream(request).filter(marked::get).findFirst().orElse(0);
            if (chosen == 0) {
                chosen = mark(request);
                if (chosen == 0) {
                    return false;
                }
            }
            roots.add(chosen);
        }
        for (int i = 0; i < roots.size(); i++) {
            if (!descend(roots.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean descend(int root) {
        Deque<Frame> stack = new ArrayDeque<>();
        stack.push(new Frame(choicesOf(root)));
        while (!stack.isEmpty()) {
            Frame frame = stack.peek();
            if (frame.next == frame.choices.size()) {
                stack.pop();
                continue;
            }
            Choice choice = frame.choices.get(frame.next++);
            if (!choice.applies(sat) || choice.metBy(marked)) {
                continue;
            }
            int level = sat.level();
            int chosen = mark(choice.alternatives);
            if (chosen > 0) {
                stack.push(new Frame(choicesOf(chosen)));
            } else if (sat.failed() || sat.level() < level || !choice.weak) {
                return false;
            }
        }
        return true;
    }

    /** Marks the first alternative that is still possible; 0 when none is or after a contradiction. */
    private int mark(int[] alternatives) {
        for (int variable : alternatives) {
            int value = sat.value(variable);
            if (value < 0) {
                continue;
            }
            if (value == 0 && !sat.decide(variable)) {
                return 0;
            }
            if (encoding.isPackage(variable)) {
                marked.set(variable);
                order.add(variable);
            }
            return variable;
        }
        return 0;
    }

    private List<Choice> choicesOf(int variable) {
        if (!encoding.isPackage(variable)) {
            return List.of();
        }
        List<Choice> known = choices.get(variable);
        if (known == null) {
            known = new ArrayList<>();
            Relations relations = encoding.relationsOf(variable);
            String architecture = encoding.candidate(variable).architecture();
            for (Dependency required : relations.requires()) {
                addChoice(known, required, architecture, false);
            }
            if (problem.withRecommends()) {
                for (Dependency recommended : relations.recommends()) {
                    addChoice(known, recommended, architecture, true);
                }
            }
            choices.set(variable, known);
        }
        return known;
    }

    private void addChoice(List<Choice> known, Dependency dependency, String architecture, boolean weak) {
        if (plain(dependency)) {
            int[] alternatives = alternatives(dependency, architecture);
            if (alternatives.length > 0 && !metByExclusion(dependency, architecture)) {
                known.add(new Choice(new int[0], alternatives, weak));
            }
            return;
        }
        for (int[] clause : encoding.holds(dependency, architecture)) {
            known.add(new Choice(
                    Arrays.stream(clause).filter(l -> l < 0).map(l -> -l).toArray(),
                    Arrays.stream(clause).filter(l -> l > 0).toArray(),
                    weak));
        }
    }

    private static boolean plain(Dependency dependency) {
        return dependency instanceof Dependency.Simple
                || dependency instanceof Dependency.Or or
                        && or.operands().stream().allMatch(Dependency.Simple.class::isInstance);
    }

    private boolean metByExclusion(Dependency dependency, String architecture) {
        if (problem.excluded().isEmpty()) {
            return false;
        }
        return encoding.holds(dependency, architecture).isEmpty();
    }

    /** All packages that meet one of the alternatives: those versions that stand for their name first. */
    private int[] alternatives(Dependency dependency, String architecture) {
        List<Dependency> operands = dependency instanceof Dependency.Or or ? or.operands() : List.of(dependency);
        List<Integer> first = new ArrayList<>();
        List<Integer> later = new ArrayList<>();
        for (Dependency operand : operands) {
            int[] found = encoding.providers().set(operand, architecture);
            String name = operand instanceof Dependency.Simple simple
                    ? simple.requirement().name()
                    : "";
            Arrays.stream(found)
                    .boxed()
                    .sorted(providerOrder(name))
                    .forEach(id -> (ranking.chosenVersion(id) ? first : later).add(id));
        }
        first.addAll(later);
        return toVariables(first);
    }

    /**
     * The real package first, then essential ones, the native architecture, the more important; then the last name: where
     * nothing else decides apt takes the package that its cache met last, and package lists are sorted by name. (A package
     * that an earlier one's fields mention has been met there; that is not followed.)
     */
    private Comparator<Integer> providerOrder(String target) {
        return Comparator.<Integer>comparingInt(id -> pool.candidate(id).name().equals(target) ? 0 : 1)
                .thenComparingInt(id -> pool.candidate(id).essential() ? 0 : 1)
                .thenComparingInt(id -> encoding.providers().rank(pool.candidate(id)))
                .thenComparingInt(id -> pool.candidate(id).importance())
                .thenComparing(id -> pool.candidate(id).name(), Comparator.reverseOrder())
                .thenComparing(ranking.newestFirst());
    }

    private int[] toVariables(List<Integer> candidates) {
        return candidates.stream()
                .mapToInt(encoding::variable)
                .filter(variable -> variable > 0)
                .distinct()
                .toArray();
    }

    /** One dependency: when all of {@code when} are marked, one alternative must be. */
    private record Choice(int[] when, int[] alternatives, boolean weak) {
        boolean applies(Sat sat) {
            for (int variable : when) {
                if (sat.value(variable) <= 0) {
                    return false;
                }
            }
            return true;
        }

        boolean metBy(BitSet marked) {
            for (int variable : alternatives) {
                if (marked.get(variable)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class Frame {
        private final List<Choice> choices;
        private int next;

        Frame(List<Choice> choices) {
            this.choices = choices;
        }
    }
}
