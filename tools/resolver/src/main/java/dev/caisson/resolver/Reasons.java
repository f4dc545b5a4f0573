package dev.caisson.resolver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Gives every chosen package its reason, the shortest way from a request, and puts the packages in order. */
final class Reasons {
    private final Encoding encoding;
    private final Problem problem;
    private final int[] chosen;
    private final BitSet installed = new BitSet();
    private final Reason[] reasons;
    private final int[][] needed;
    private final Deque<Integer> work = new ArrayDeque<>();

    Reasons(Encoding encoding, int[] chosen) {
        this.encoding = encoding;
        this.problem = encoding.problem();
        this.chosen = chosen;
        this.reasons = new Reason[encoding.packageCount() + 1];
        this.needed = new int[encoding.packageCount() + 1][];
        Arrays.stream(chosen).forEach(installed::set);
    }

    Solution solution() {
        findReasons();
        return new Solution(ordered().stream()
                .map(v -> new Solution.Entry(encoding.candidate(v), reasons[v]))
                .toList());
    }

    private void findReasons() {
        for (Dependency request : problem.requests()) {
            if (request instanceof Dependency.Simple simple) {
                first(encoding.providers().requested(simple.requirement()), new Reason.Requested(request));
            } else {
                follow(request, problem.nativeArchitecture(), new Reason.Requested(request));
            }
        }
        if (problem.essential()) {
            for (int variable : chosen) {
                if (encoding.candidate(variable).essential()) {
                    give(variable, new Reason.Essential());
                }
            }
        }
        spread(Relations::requires, Reason.Required::new);
        if (problem.withRecommends()) {
            // what is only recommended may itself require, so both are followed until nothing is left
            for (int variable : chosen) {
                if (reasons[variable] != null) {
                    work.add(variable);
                }
            }
            spreadWeak();
        }
        for (int variable : chosen) {
            if (reasons[variable] == null) {
                reasons[variable] = weakest(variable);
            }
        }
    }

    private Reason weakest(int variable) {
        List<Dependency> supplements = encoding.candidate(variable).supplements();
        if (!supplements.isEmpty()) {
            return new Reason.Supplements(supplements.get(0));
        }
        // a combination of conditions brought it in: the request list is all that can be named
        return new Reason.Requested(problem.requests().get(0));
    }

    private void spread(Function<Relations, List<Dependency>> field, BiFunction<Candidate, Dependency, Reason> reason) {
        while (!work.isEmpty()) {
            int variable = work.remove();
            Candidate candidate = encoding.candidate(variable);
            for (Dependency dependency : field.apply(encoding.relationsOf(variable))) {
                follow(dependency, candidate.architecture(), reason.apply(candidate, dependency));
            }
        }
    }

    private void spreadWeak() {
        while (!work.isEmpty()) {
            int variable = work.remove();
            Candidate candidate = encoding.candidate(variable);
            Relations relations = encoding.relationsOf(variable);
            for (Dependency required : relations.requires()) {
                follow(required, candidate.architecture(), new Reason.Required(candidate, required));
            }
            for (Dependency recommended : relations.recommends()) {
                follow(recommended, candidate.architecture(), new Reason.Recommended(candidate, recommended));
            }
            if (work.isEmpty()) {
                supplemented();
            }
        }
    }

    private void supplemented() {
        for (int variable : chosen) {
            List<Dependency> supplements = encoding.candidate(variable).supplements();
            if (reasons[variable] == null && !supplements.isEmpty()) {
                give(variable, new Reason.Supplements(supplements.get(0)));
                return;
            }
        }
    }

    private void follow(Dependency dependency, String architecture, Reason reason) {
        for (int[] clause : encoding.holds(dependency, architecture)) {
            Arrays.stream(clause)
                    .filter(literal -> literal > 0 && installed.get(literal))
                    .findFirst()
                    .ifPresent(literal -> give(literal, reason));
        }
    }

    private void first(int[] candidates, Reason reason) {
        Arrays.stream(candidates)
                .map(encoding::variable)
                .filter(installed::get)
                .findFirst()
                .ifPresent(v -> give(v, reason));
    }

    private void give(int variable, Reason reason) {
        if (reasons[variable] == null && installed.get(variable)) {
            reasons[variable] = reason;
            work.add(variable);
        }
    }

    /** Dependencies before dependents, otherwise in the order of choosing. */
    private List<Integer> ordered() {
        List<Integer> order = new ArrayList<>();
        BitSet entered = new BitSet();
        for (int root : chosen) {
            Deque<int[]> stack = new ArrayDeque<>();
            enter(root, entered, stack);
            while (!stack.isEmpty()) {
                int[] frame = stack.peek();
                int[] needed = needed(frame[0]);
                if (frame[1] < needed.length) {
                    enter(needed[frame[1]++], entered, stack);
                } else {
                    order.add(stack.pop()[0]);
                }
            }
        }
        return order;
    }

    private int[] needed(int variable) {
        if (needed[variable] == null) {
            String architecture = encoding.candidate(variable).architecture();
            needed[variable] = encoding.relationsOf(variable).requires().stream()
                    .flatMap(d -> encoding.holds(d, architecture).stream())
                    .flatMapToInt(Arrays::stream)
                    .filter(literal -> literal > 0 && installed.get(literal))
                    .toArray();
        }
        return needed[variable];
    }

    private void enter(int variable, BitSet entered, Deque<int[]> stack) {
        if (!entered.get(variable)) {
            entered.set(variable);
            stack.push(new int[] {variable, 0});
        }
    }
}
