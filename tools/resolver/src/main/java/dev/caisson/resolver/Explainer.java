package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tells why a problem has no solution. From the contradiction that the solver found, the clauses that it rests on are
 * taken and thinned out until none can be spared; what is left is told from the request to the point of failure. Then the
 * requests of that reason are set aside and the next one is looked for.
 */
final class Explainer {
    private static final int MAXIMUM_PROBLEMS = 10;

    private final Encoding encoding;
    private final Problem problem;
    private final Pool pool;
    private final Missing missing;
    private Sat sat;

    Explainer(Encoding encoding, Sat failed) {
        this.encoding = encoding;
        this.problem = encoding.problem();
        this.pool = problem.pool();
        this.missing = new Missing(encoding);
        this.sat = failed;
    }

    Unsolvable explain() {
        List<Unsolvable.Explanation> problems = new ArrayList<>();
        BitSet enabled = new BitSet();
        enabled.set(0, encoding.clauses().size());
        int[] ids = enabled.stream().toArray();
        while (sat.failed() && problems.size() < MAXIMUM_PROBLEMS) {
            int[] core = minimal(core(sat, ids));
            problems.add(tell(core));
            boolean removed = false;
            for (int id : core) {
                Origin origin = encoding.origins().get(id);
                if (origin instanceof Origin.Requested || origin instanceof Origin.Essential) {
                    enabled.clear(id);
                    removed = true;
                }
            }
            if (!removed) {
                break;
            }
            ids = enabled.stream().toArray();
            sat = decided(ids);
        }
        return new Unsolvable(problems);
    }

    /** A solver over some of the clauses, driven to an end. Clause ids are positions in {@code ids}. */
    private Sat decided(int[] ids) {
        Sat solver = new Sat(encoding.variableCount());
        for (int id : ids) {
            solver.add(encoding.clauses().get(id));
        }
        solver.settle();
        int cursor = 0;
        while (!solver.failed() && cursor < ids.length) {
            int open = openLiteral(solver, encoding.clauses().get(ids[cursor]));
            if (open == 0) {
                cursor++;
            } else if (!solver.decide(open)) {
                cursor = 0;
            }
        }
        return solver;
    }

    /** A literal to decide so that the clause holds; 0 when it does, or does as long as nothing else is installed. */
    private static int openLiteral(Sat solver, int[] clause) {
        int open = 0;
        for (int literal : clause) {
            int value = solver.value(literal);
            if (value > 0 || literal < 0 && value == 0) {
                return 0;
            }
            if (value == 0 && open == 0) {
                open = literal;
            }
        }
        return open;
    }

    /** Leaves out one clause after the other as long as the rest still contradicts itself. */
    private int[] minimal(int[] core) {
        int[] current = core;
        int needed = 0; // the clauses before this one cannot be spared, so they stay in every smaller core
        while (needed < current.length) {
            int[] without = new int[current.length - 1];
            System.arraycopy(current, 0, without, 0, needed);
            System.arraycopy(current, needed + 1, without, needed, without.length - needed);
            Sat solver = decided(without);
            if (solver.failed()) {
                current = core(solver, without);
            } else {
                needed++;
            }
        }
        return current;
    }

    private static int[] core(Sat solver, int[] ids) {
        return Arrays.stream(solver.core()).map(position -> ids[position]).toArray();
    }

    private Unsolvable.Explanation tell(int[] core) {
        List<String> chain = new ArrayList<>();
        String failure = "";
        Set<String> requested = new LinkedHashSet<>();
        for (int id : inTellingOrder(core)) {
            int[] clause = encoding.clauses().get(id);
            Origin origin = encoding.origins().get(id);
            if (origin instanceof Origin.Requested r) {
                requested.add(r.request().toString());
            }
            chain.add(step(origin));
            if (Arrays.stream(clause).noneMatch(literal -> literal > 0) && unmet(origin) != null) {
                failure = missing.tell(unmet(origin));
                chain.add(failure);
            } else if (!(origin instanceof Origin.Requested) && !(origin instanceof Origin.Required)) {
                failure = step(origin);
            }
        }
        List<String> distinct = new ArrayList<>(new LinkedHashSet<>(chain));
        String what = requested.isEmpty() ? "the essential packages" : String.join(" and ", requested);
        return new Unsolvable.Explanation(
                "cannot install " + what + (failure.isEmpty() ? "" : ": " + failure), distinct);
    }

    private static Dependency unmet(Origin origin) {
        if (origin instanceof Origin.Requested requested) {
            return requested.request();
        }
        return origin instanceof Origin.Required required ? required.dependency() : null;
    }

    private String step(Origin origin) {
        if (origin instanceof Origin.Requested requested) {
            return requested.request() + " was requested";
        }
        if (origin instanceof Origin.Essential essential) {
            return pool.candidate(essential.candidate()).name() + " is essential";
        }
        if (origin instanceof Origin.Required required) {
            return name(required.candidate()) + " requires " + required.dependency();
        }
        if (origin instanceof Origin.Refused refused) {
            return refused(refused);
        }
        if (origin instanceof Origin.InferiorArchitecture inferior) {
            return pool.candidate(inferior.candidate()) + " gives way to " + pool.candidate(inferior.better());
        }
        Origin.OneVersion versions = (Origin.OneVersion) origin;
        return "only one of " + name(versions.left()) + " and " + name(versions.right()) + " can be installed";
    }

    private String refused(Origin.Refused refused) {
        String text = name(refused.candidate()) + " " + refused.verb() + " ";
        if (refused.other() < 0) {
            return text + refused.dependency();
        }
        String other = name(refused.other());
        boolean plain = refused.dependency()
                .toString()
                .equals(pool.candidate(refused.other()).name());
        return text + (plain ? other : refused.dependency() + " (" + other + ")");
    }

    private String name(int id) {
        return Missing.name(pool.candidate(id));
    }

    /** Requests first, each followed by the chain that it starts; what forbids comes when both sides have been named. */
    private List<Integer> inTellingOrder(int[] core) {
        List<Integer> order = new ArrayList<>();
        Set<Integer> left = new TreeSet<>(Arrays.stream(core).boxed().collect(Collectors.toList()));
        BitSet named = new BitSet();
        for (int id : core) {
            Origin origin = encoding.origins().get(id);
            if (origin instanceof Origin.Requested || origin instanceof Origin.Essential) {
                take(id, left, named, order);
                follow(left, named, order);
            }
        }
        order.addAll(left);
        return order;
    }

    private void follow(Set<Integer> left, BitSet named, List<Integer> order) {
        boolean found = true;
        while (found) {
            found = false;
            for (int id : List.copyOf(left)) {
                boolean told = Arrays.stream(encoding.clauses().get(id)).allMatch(l -> l > 0 || named.get(-l));
                boolean condition = Arrays.stream(encoding.clauses().get(id)).anyMatch(l -> l < 0);
                if (told && condition && left.contains(id)) {
                    take(id, left, named, order);
                    found = true;
                }
            }
        }
    }

    private void take(int id, Set<Integer> left, BitSet named, List<Integer> order) {
        left.remove(id);
        order.add(id);
        Arrays.stream(encoding.clauses().get(id)).filter(l -> l > 0).forEach(named::set);
    }
}
