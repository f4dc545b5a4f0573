package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Decides as libsolv does: what is forced first, then the requests, then open requirements for which the policy leaves one
 * package, then the ambiguous ones, then weak dependencies; and over again until nothing is open. Finally packages that
 * were chosen for a requirement which another chosen package turned out to meet are given up where that makes the answer
 * smaller.
 */
final class NewestFirstSearch implements Search {
    /** Bounds the attempts to make the answer smaller; each is a search of its own. */
    private static final int MINIMIZATIONS = 40;

    private final Encoding encoding;
    private final Problem problem;
    private final Sat sat;
    private final ProviderPolicy policy;
    private final List<int[]> requests = new ArrayList<>();
    private final List<int[]> requirements = new ArrayList<>();
    private final Map<Integer, List<int[]>> recommended = new HashMap<>();
    private final List<Branch> branches = new ArrayList<>();
    private final IdentityHashMap<int[], Integer> insisted = new IdentityHashMap<>();

    NewestFirstSearch(Encoding encoding, Sat sat) {
        this.encoding = encoding;
        this.problem = encoding.problem();
        this.sat = sat;
        this.policy = new ProviderPolicy(encoding, sat);
        List<int[]> clauses = encoding.clauses();
        for (int i = 0; i < clauses.size(); i++) {
            Origin origin = encoding.origins().get(i);
            if (origin instanceof Origin.Requested || origin instanceof Origin.Essential) {
                requests.add(clauses.get(i));
            } else if (Arrays.stream(clauses.get(i)).filter(l -> l > 0).count() > 1) {
                requirements.add(clauses.get(i));
            }
        }
    }

    @Override
    public int[] run() {
        int[] best = solve();
        if (best == null) {
            return null;
        }
        int attempts = 0;
        for (Branch redundant = redundant(); redundant != null && attempts < MINIMIZATIONS; attempts++) {
            insisted.put(redundant.clause, redundant.other);
            int[] next = solve();
            if (next != null && next.length < best.length) {
                best = next;
                redundant = redundant();
            } else {
                return best;
            }
        }
        return best;
    }

    private int[] solve() {
        sat.backtrack(0);
        branches.clear();
        while (!sat.failed()) {
            if (decideRequests() && decideRequirements() && (!problem.withRecommends() || decideWeak())) {
                return installed();
            }
        }
        return null;
    }

    private int[] installed() {
        return IntStream.range(0, sat.assignedCount())
                .map(sat::assigned)
                .filter(literal -> literal > 0 && encoding.isPackage(literal))
                .toArray();
    }

    private boolean decideRequests() {
        for (int[] request : requests) {
            int[] open = open(request);
            if (open != null && !select(request, open)) {
                return false;
            }
        }
        return true;
    }

    /** The open packages of a clause of which nothing holds yet; null when nothing needs to be decided. */
    private int[] open(int[] clause) {
        IntList open = new IntList();
        for (int literal : clause) {
            int value = sat.value(literal);
            if (value > 0 || literal < 0 && value == 0) {
                return null;
            }
            if (value == 0) {
                open.add(literal);
            }
        }
        return open.isEmpty() ? null : open.toArray();
    }

    private boolean select(int[] clause, int[] open) {
        int[] packages = packages(open);
        if (packages.length == 0) {
            return sat.decide(open[0]);
        }
        Integer other = insisted.get(clause);
        int chosen = other != null && sat.value(other) == 0 ? other : policy.order(packages)[0];
        if (open.length > 1) {
            branches.add(new Branch(clause, chosen, chosen));
        }
        return sat.decide(chosen);
    }

    private int[] packages(int[] open) {
        return Arrays.stream(open).filter(encoding::isPackage).toArray();
    }

    private boolean decideRequirements() {
        int position = 0;
        while (true) {
            int found = nextOpen(position, true);
            if (found < 0) {
                found = nextOpen(position, false);
            }
            if (found < 0) {
                return true;
            }
            int[] clause = requirements.get(found);
            if (!select(clause, open(clause))) {
                return false;
            }
            position = found + 1;
        }
    }

    /** The next requirement to decide, around the list from a position; −1 when there is none. */
    private int nextOpen(int position, boolean unambiguous) {
        int size = requirements.size();
        for (int i = 0; i < size; i++) {
            int index = (position + i) % size;
            int[] open = open(requirements.get(index));
            if (open != null && (!unambiguous || policy.prune(packages(open)).length == 1)) {
                return index;
            }
        }
        return -1;
    }

    /** Installs one weak dependency; true when there is none left. */
    private boolean decideWeak() {
        IntList wanted = new IntList();
        for (int variable : installed()) {
            for (int[] clause : recommended.computeIfAbsent(variable, this::recommendedBy)) {
                int[] open = open(clause);
                if (open != null) {
                    Arrays.stream(packages(open))
                            .filter(v -> !wanted.contains(v))
                            .forEach(wanted::add);
                }
            }
        }
        for (int variable = 1; variable <= encoding.packageCount(); variable++) {
            if (sat.value(variable) == 0 && policy.supplements(variable) && !wanted.contains(variable)) {
                wanted.add(variable);
            }
        }
        if (wanted.isEmpty()) {
            return true;
        }
        sat.decide(policy.orderWeak(wanted.toArray())[0]);
        return false;
    }

    private List<int[]> recommendedBy(int variable) {
        List<int[]> clauses = new ArrayList<>();
        String architecture = encoding.candidate(variable).architecture();
        encoding.relationsOf(variable).recommends().forEach(d -> clauses.addAll(encoding.holds(d, architecture)));
        return clauses;
    }

    /** A choice whose clause another installed package meets as well, the last such first. */
    private Branch redundant() {
        for (int i = branches.size() - 1; i >= 0; i--) {
            Branch branch = branches.get(i);
            if (insisted.containsKey(branch.clause) || sat.value(branch.chosen) <= 0) {
                continue;
            }
            for (int literal : branch.clause) {
                if (literal > 0 && literal != branch.chosen && sat.value(literal) > 0) {
                    return new Branch(branch.clause, branch.chosen, literal);
                }
            }
        }
        return null;
    }

    /** A decision among several packages, and another of them that is installed as well. */
    private record Branch(int[] clause, int chosen, int other) {}
}
