package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Decides as libsolv does: the requests, then open requirements, those first for which the policy leaves one package, then weak
 * dependencies; and over again until nothing is open. Where several packages would have done and another of them was installed
 * later for a different reason, the search goes back and takes that one instead, which makes the answer smaller.
 *
 * <p>The order in which requirements are looked at is part of the answer. It is that of libsolv's rules: by the number of the package that
 * requires, the last given first, then by the numbers of the packages that would do.
 */
final class NewestFirstSearch implements Search {
    /** Bounds going back to make the answer smaller. */
    private static final int MINIMIZATIONS = 2000;

    private static final int NONE = -1;

    private final Encoding encoding;
    private final Problem problem;
    private final Sat sat;
    private final ProviderPolicy policy;
    private final WeakDependencies weak;
    private final List<int[]> requests = new ArrayList<>();
    private final List<int[]> requirements = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();
    private final int[] byCandidate;
    private final int givenClauses;
    private final Map<Integer, int[]> learned = new HashMap<>();

    NewestFirstSearch(Encoding encoding, Sat sat) {
        this.encoding = encoding;
        this.problem = encoding.problem();
        this.sat = sat;
        this.policy = new ProviderPolicy(encoding, sat);
        this.weak = policy.weak();
        this.givenClauses = sat.clauseCount();
        List<int[]> clauses = encoding.clauses();
        for (int i = 0; i < clauses.size(); i++) {
            Origin origin = encoding.origins().get(i);
            if (origin instanceof Origin.Requested || origin instanceof Origin.Essential) {
                requests.add(sorted(clauses.get(i)));
            } else if (Arrays.stream(clauses.get(i)).filter(l -> l > 0).count() > 1) {
                requirements.add(sorted(clauses.get(i)));
            }
        }
        requirements.sort(this::compareClauses);
        requirements.addAll(requests);
        this.byCandidate = IntStream.rangeClosed(1, encoding.packageCount())
                .boxed()
                .sorted(Comparator.comparingInt(encoding::candidateOf))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** A literal by the number of its candidate; auxiliary variables come behind all candidates. */
    private int number(int literal) {
        int variable = Math.abs(literal);
        int number = encoding.isPackage(variable)
                ? encoding.candidateOf(variable) + 1
                : problem.pool().size() + variable;
        return literal > 0 ? number : -number;
    }

    private int[] sorted(int[] clause) {
        return Arrays.stream(clause)
                .boxed()
                .sorted(Comparator.comparingInt(this::number))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private int compareClauses(int[] left, int[] right) {
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int sign = Integer.compare(number(left[i]), number(right[i]));
            if (sign != 0) {
                return sign;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    @Override
    public int[] run() {
        int minimizations = 0;
        while (!sat.failed()) {
            if (!decideRequests() || !decideRequirements()) {
                continue;
            }
            if (problem.withRecommends() && decideWeak()) {
                continue;
            }
            if (minimizations++ >= MINIMIZATIONS || !takeSmallerBranch()) {
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

    /** False when a conflict undid decisions. */
    private boolean decideRequests() {
        for (int[] request : requests) {
            int[] open = open(request);
            if (open != null && !select(open)) {
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

    /** Decides for the best of the open packages, leaving a branch where there are others; false at a conflict. */
    private boolean select(int[] open) {
        int[] packages = packages(open);
        if (packages.length == 0) {
            return decide(open[0]);
        }
        return choose(policy.choose(packages));
    }

    private boolean choose(int[] ordered) {
        if (ordered.length > 1) {
            branches.add(new Branch(ordered, sat.level()));
        }
        return decide(ordered[0]);
    }

    private boolean decide(int literal) {
        boolean clean = sat.decide(literal);
        if (!clean) {
            dropBranches(sat.level());
        }
        return clean;
    }

    /** Forgets the branches at this level and above it. */
    private void dropBranches(int level) {
        while (!branches.isEmpty() && branches.get(branches.size() - 1).level >= level) {
            branches.remove(branches.size() - 1);
        }
    }

    private int[] packages(int[] open) {
        return Arrays.stream(open).filter(encoding::isPackage).toArray();
    }

    /**
     * Goes around the requirements until none is open. Those for which the policy leaves a choice wait until there is nothing else to
     * do; from the first of them on everything is decided as it comes. False when decisions made before were undone.
     */
    private boolean decideRequirements() {
        int levelBefore = sat.level();
        int postponed = NONE;
        boolean postponing = true;
        int at = 0;
        int seen = 0;
        while (true) {
            int size = requirements.size() + sat.clauseCount() - givenClauses;
            if (seen >= size) {
                if (postponed == NONE) {
                    return true;
                }
                at = postponed;
                postponed = NONE;
                postponing = false;
                seen = 0;
            }
            int index = at++ % size;
            seen++;
            int[] open = open(requirement(index));
            if (open == null || open.length < 2) {
                continue;
            }
            if (postponing) {
                int[] packages = packages(open);
                if (packages.length > 1 && policy.prune(packages).length > 1) {
                    postponed = postponed == NONE ? index : postponed;
                    continue;
                }
            }
            if (!select(open) && (sat.failed() || sat.level() < levelBefore)) {
                return false;
            }
            at = index + 1;
            seen = 0;
        }
    }

    /** Requirements of packages, requests, then what was learned. */
    private int[] requirement(int index) {
        if (index < requirements.size()) {
            return requirements.get(index);
        }
        int id = givenClauses + index - requirements.size();
        return learned.computeIfAbsent(id, i -> sorted(sat.clause(i)));
    }

    /** Installs weak dependencies; false when there is none. */
    private boolean decideWeak() {
        IntList recommended = new IntList();
        IntList supplementing = new IntList();
        for (int variable : byCandidate) {
            int value = sat.value(variable);
            if (value > 0) {
                weak.recommended(variable, v -> true).forEach(v -> addOnce(recommended, v));
            } else if (value == 0 && weak.supplementsNewly(variable) && !besideOtherVersion(variable)) {
                supplementing.add(variable);
            }
        }
        IntList all = new IntList();
        Arrays.stream(recommended.toArray()).forEach(all::add);
        Arrays.stream(supplementing.toArray()).forEach(v -> addOnce(all, v));
        if (all.isEmpty()) {
            return false;
        }
        if (all.size() == 1) {
            decide(all.get(0));
            return true;
        }
        BitSet best = new BitSet();
        Arrays.stream(policy.best(all.toArray())).forEach(best::set);
        int decided = sat.assignedCount();
        int[] supplements = policy.orderSupplements(
                Arrays.stream(supplementing.toArray()).filter(best::get).toArray());
        for (int variable : supplements) {
            if (sat.value(variable) == 0 && !decide(variable)) {
                return true;
            }
        }
        decideRecommended(best, decided);
        return true;
    }

    private static void addOnce(IntList list, int value) {
        if (!list.contains(value)) {
            list.add(value);
        }
    }

    /** An install-only package is not brought in by a supplement beside another version of itself. */
    private boolean besideOtherVersion(int variable) {
        Candidate candidate = encoding.candidate(variable);
        return candidate.installOnly()
                && Arrays.stream(problem.pool().named(candidate.name()))
                        .map(encoding::variable)
                        .anyMatch(other -> other != 0 && sat.value(other) > 0);
    }

    private void decideRecommended(BitSet best, int decided) {
        for (int i = 0; i < decided && i < sat.assignedCount(); i++) {
            int variable = sat.assigned(i);
            if (variable < 0 || !encoding.isPackage(variable)) {
                continue;
            }
            for (int position = 0; position < weak.recommendations(variable); position++) {
                int[] wanted = weak.recommended(variable, position, best::get);
                if (wanted.length == 0) {
                    continue;
                }
                if (!choose(wanted.length > 1 ? policy.choose(wanted) : wanted) || sat.assignedCount() < decided) {
                    return;
                }
            }
        }
    }

    /** Goes back to the earliest choice of which an alternative was installed later, and takes that; false when there is none. */
    private boolean takeSmallerBranch() {
        int found = NONE;
        int position = NONE;
        for (int b = branches.size() - 1; b >= 0; b--) {
            int better = branches.get(b).better();
            if (better != NONE) {
                found = b;
                position = better;
            }
        }
        if (found == NONE) {
            return false;
        }
        Branch branch = branches.get(found);
        branch.taken.set(position);
        while (branches.size() > found + 1) {
            branches.remove(branches.size() - 1);
        }
        sat.backtrack(branch.level);
        decide(branch.packages[position]);
        return true;
    }

    /** A decision among several packages at the level before it; {@code taken} are those that were tried. */
    private final class Branch {
        private final int[] packages;
        private final BitSet taken = new BitSet();
        private final int level;

        Branch(int[] packages, int level) {
            this.packages = packages;
            this.level = level;
            taken.set(0);
        }

        /**
         * The alternative that is installed anyway; else one that is weakly wanted where what was taken is not; {@link #NONE} when
         * there is no better one.
         */
        int better() {
            int wanted = NONE;
            for (int i = 0; i < packages.length; i++) {
                if (taken.get(i)) {
                    continue;
                }
                if (sat.value(packages[i]) > 0 && sat.levelOf(packages[i]) > level) {
                    return i;
                }
                if (wanted == NONE && weak.isWanted(packages[i])) {
                    wanted = i;
                }
            }
            if (wanted != NONE) {
                for (int i = taken.nextSetBit(0); i >= 0; i = taken.nextSetBit(i + 1)) {
                    boolean current = sat.value(packages[i]) > 0 && sat.levelOf(packages[i]) == level + 1;
                    if (current && !weak.isWanted(packages[i])) {
                        return wanted;
                    }
                }
            }
            return NONE;
        }
    }
}
