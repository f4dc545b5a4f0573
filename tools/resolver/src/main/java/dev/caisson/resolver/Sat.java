package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Conflict-driven clause learning over variables 1…n. Decisions come from outside, one at a time; this class only draws
 * conclusions from them. Literals are variables, negative when negated. Every learned clause remembers from which clauses
 * it follows, so that an unsatisfiable core can be named at the end.
 */
final class Sat {
    static final int NONE = -1;

    private final List<int[]> clauses = new ArrayList<>();
    private final List<int[]> parents = new ArrayList<>();
    private final IntList[] watches;
    private final byte[] values;
    private final int[] levels;
    private final int[] reasons;
    private final int[] trail;
    private int trailSize;
    private int head;
    private final IntList levelStarts = new IntList();
    private int failure = NONE;
    private final boolean[] seen;

    Sat(int variables) {
        this.watches = new IntList[2 * variables + 2];
        this.values = new byte[variables + 1];
        this.levels = new int[variables + 1];
        this.reasons = new int[variables + 1];
        this.trail = new int[variables + 1];
        this.seen = new boolean[variables + 1];
    }

    /** 1 true, −1 false, 0 open. */
    int value(int literal) {
        return literal > 0 ? values[literal] : -values[-literal];
    }

    int level() {
        return levelStarts.size();
    }

    /** The level at which an assigned literal's variable got its value. */
    int levelOf(int literal) {
        return levels[Math.abs(literal)];
    }

    /** The clause that made the literal's variable what it is, or {@link #NONE}. */
    int reason(int literal) {
        return reasons[Math.abs(literal)];
    }

    /** Literals in the order in which they became true. */
    int assigned(int index) {
        return trail[index];
    }

    int assignedCount() {
        return trailSize;
    }

    int[] clause(int id) {
        return clauses.get(id);
    }

    int clauseCount() {
        return clauses.size();
    }

    /** Whether a contradiction without any decision has been found. */
    boolean failed() {
        return failure != NONE;
    }

    /** Adds a clause at level 0; returns its id. Literals must be distinct and not contradict each other. */
    int add(int[] given) {
        int[] literals = given.clone();
        int id = clauses.size();
        clauses.add(literals);
        parents.add(null);
        arrange(literals);
        if (literals.length == 0 || value(literals[0]) < 0) {
            failure = failure == NONE ? id : failure;
            return id;
        }
        if (literals.length > 1) {
            watch(literals[0], id);
            watch(literals[1], id);
        }
        if ((literals.length == 1 || value(literals[1]) < 0) && value(literals[0]) == 0) {
            assign(literals[0], id);
        }
        return id;
    }

    /** Puts literals that are not false to the front. */
    private void arrange(int[] literals) {
        int front = 0;
        for (int i = 0; i < literals.length && front < 2; i++) {
            if (value(literals[i]) >= 0) {
                int swap = literals[front];
                literals[front] = literals[i];
                literals[i] = swap;
                front++;
            }
        }
    }

    private void watch(int literal, int clause) {
        int slot = slot(literal);
        if (watches[slot] == null) {
            watches[slot] = new IntList();
        }
        watches[slot].add(clause);
    }

    private static int slot(int literal) {
        return literal > 0 ? 2 * literal : -2 * literal + 1;
    }

    private void assign(int literal, int reason) {
        int variable = Math.abs(literal);
        values[variable] = (byte) (literal > 0 ? 1 : -1);
        levels[variable] = level();
        reasons[variable] = reason;
        trail[trailSize++] = literal;
    }

    /**
     * Draws all conclusions at level 0.
     *
     * @return false when there is a contradiction
     */
    boolean settle() {
        if (failure == NONE) {
            failure = propagate();
        }
        return failure == NONE;
    }

    /**
     * Assumes an open literal at a new level and draws all conclusions. On a contradiction the clause that follows is
     * learned and as many levels as it says are left.
     *
     * @return true when there was no contradiction
     */
    boolean decide(int literal) {
        levelStarts.add(trailSize);
        assign(literal, NONE);
        int conflict = propagate();
        if (conflict == NONE) {
            return true;
        }
        do {
            if (level() == 0) {
                failure = conflict;
                return false;
            }
            learn(conflict);
            conflict = propagate();
        } while (conflict != NONE);
        return false;
    }

    /** Leaves all levels above the given one. */
    void backtrack(int level) {
        if (level >= level()) {
            return;
        }
        int keep = levelStarts.get(level);
        while (trailSize > keep) {
            values[Math.abs(trail[--trailSize])] = 0;
        }
        levelStarts.truncate(level);
        head = trailSize;
    }

    private int propagate() {
        while (head < trailSize) {
            int falseLiteral = -trail[head++];
            IntList list = watches[slot(falseLiteral)];
            if (list == null) {
                continue;
            }
            int kept = 0;
            for (int i = 0; i < list.size(); i++) {
                int id = list.get(i);
                int[] clause = clauses.get(id);
                if (clause[0] == falseLiteral) {
                    clause[0] = clause[1];
                    clause[1] = falseLiteral;
                }
                if (value(clause[0]) > 0) {
                    list.set(kept++, id);
                    continue;
                }
                if (moveWatch(clause, id)) {
                    continue;
                }
                list.set(kept++, id);
                if (value(clause[0]) < 0) {
                    for (int rest = i + 1; rest < list.size(); rest++) {
                        list.set(kept++, list.get(rest));
                    }
                    list.truncate(kept);
                    return id;
                }
                assign(clause[0], id);
            }
            list.truncate(kept);
        }
        return NONE;
    }

    private boolean moveWatch(int[] clause, int id) {
        for (int k = 2; k < clause.length; k++) {
            if (value(clause[k]) >= 0) {
                int swap = clause[1];
                clause[1] = clause[k];
                clause[k] = swap;
                watch(clause[1], id);
                return true;
            }
        }
        return false;
    }

    /** First unique implication point; backjumps and asserts the learned clause. */
    private void learn(int conflict) {
        IntList learned = new IntList();
        learned.add(0);
        IntList from = new IntList();
        IntList touched = new IntList();
        int open = 0;
        int index = trailSize;
        int clauseId = conflict;
        int literal = 0;
        do {
            from.add(clauseId);
            for (int other : clauses.get(clauseId)) {
                int variable = Math.abs(other);
                if (other == literal || seen[variable]) {
                    continue;
                }
                seen[variable] = true;
                touched.add(variable);
                if (levels[variable] == 0) {
                    // a fact: it drops out of the clause, but the core needs to know why it holds
                    from.add(-variable - 1);
                } else if (levels[variable] == level()) {
                    open++;
                } else {
                    learned.add(other);
                }
            }
            do {
                literal = trail[--index];
            } while (!seen[Math.abs(literal)] || levels[Math.abs(literal)] != level());
            clauseId = reasons[Math.abs(literal)];
            open--;
        } while (open > 0);
        learned.set(0, -literal);
        for (int i = 0; i < touched.size(); i++) {
            seen[touched.get(i)] = false;
        }
        assertLearned(learned.toArray(), from.toArray());
    }

    private void assertLearned(int[] clause, int[] from) {
        int back = 0;
        for (int i = 1; i < clause.length; i++) {
            int level = levels[Math.abs(clause[i])];
            if (level > back) {
                back = level;
                int swap = clause[1];
                clause[1] = clause[i];
                clause[i] = swap;
            }
        }
        backtrack(back);
        int id = clauses.size();
        clauses.add(clause);
        parents.add(from);
        if (clause.length > 1) {
            watch(clause[0], id);
            watch(clause[1], id);
        }
        assign(clause[0], id);
    }

    /** The ids of given clauses that contradict each other, ascending; only after {@link #failed()}. */
    int[] core() {
        BitSet clausesSeen = new BitSet();
        BitSet factsSeen = new BitSet();
        IntList work = new IntList();
        work.add(failure);
        for (int literal : clauses.get(failure)) {
            work.add(-Math.abs(literal) - 1);
        }
        BitSet core = new BitSet();
        while (!work.isEmpty()) {
            int item = work.removeLast();
            if (item < 0) {
                expandFact(-item - 1, factsSeen, work);
            } else if (!clausesSeen.get(item)) {
                clausesSeen.set(item);
                int[] from = parents.get(item);
                if (from == null) {
                    core.set(item);
                } else {
                    Arrays.stream(from).forEach(work::add);
                }
            }
        }
        return core.stream().toArray();
    }

    private void expandFact(int variable, BitSet factsSeen, IntList work) {
        if (factsSeen.get(variable) || levels[variable] != 0 || reasons[variable] == NONE) {
            return;
        }
        factsSeen.set(variable);
        work.add(reasons[variable]);
        for (int literal : clauses.get(reasons[variable])) {
            if (Math.abs(literal) != variable) {
                work.add(-Math.abs(literal) - 1);
            }
        }
    }
}
