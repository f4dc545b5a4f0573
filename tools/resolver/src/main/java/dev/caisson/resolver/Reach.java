package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The candidates that the requests of a problem can reach, numbered from 1 in the order in which they were reached. */
final class Reach {
    private final Problem problem;
    private final Pool pool;
    private final Providers providers;
    private final ClauseForm form;
    private final int[] variableOf;
    /** libsolv considers packages that are only recommended or suggested even when none of them is to be installed. */
    private final boolean everyWeak;

    private final IntList members = new IntList();
    private final List<Relations> relations = new ArrayList<>();

    Reach(Problem problem) {
        this.problem = problem;
        this.pool = problem.pool();
        this.providers = new Providers(problem);
        this.everyWeak = pool.semantics().preference() == PackageSemantics.Preference.NEWEST_FIRST;
        this.form = new ClauseForm(providers, pool.size());
        this.variableOf = new int[pool.size()];
        String architecture = problem.nativeArchitecture();
        problem.requests().forEach(request -> reach(form.requested(request, architecture)));
        if (problem.essential()) {
            for (int id = 0; id < pool.size(); id++) {
                if (pool.candidate(id).essential() && providers.admits(id)) {
                    reach(id);
                }
            }
        }
        int done = 0;
        do {
            for (; done < members.size(); done++) {
                expand(members.get(done));
            }
        } while (everyWeak && reachSupplementing());
    }

    private void expand(int id) {
        Candidate candidate = pool.candidate(id);
        Relations related = candidate.relations();
        relations.add(related);
        String architecture = candidate.architecture();
        related.requires().forEach(d -> reachRequired(id, form.holds(d, architecture)));
        if (everyWeak || problem.withRecommends()) {
            related.recommends().forEach(d -> reach(form.holds(d, architecture)));
        }
        if (everyWeak) {
            related.suggests().forEach(d -> reach(form.holds(d, architecture)));
        }
        for (Dependency conflict : related.conflicts()) {
            if (!(conflict instanceof Dependency.Simple)) {
                reachRequired(id, form.fails(conflict, architecture));
            }
        }
    }

    /** libsolv does not look at who else meets what a package meets itself. */
    private void reachRequired(int id, List<int[]> clauses) {
        for (int[] clause : clauses) {
            if (!everyWeak || Arrays.stream(clause).noneMatch(literal -> literal == id + 1)) {
                reach(List.of(clause));
            }
        }
    }

    private boolean reachSupplementing() {
        int before = members.size();
        for (int id : pool.supplementing()) {
            if (variableOf[id] == 0 && providers.admits(id)) {
                Candidate candidate = pool.candidate(id);
                String architecture = candidate.architecture();
                if (candidate.supplements().stream().anyMatch(d -> possible(d, architecture))
                        || candidate.enhances().stream().anyMatch(d -> possible(d, architecture))) {
                    reach(id);
                }
            }
        }
        return members.size() > before;
    }

    /** Whether reached packages could make the expression hold; errs on the side of yes. */
    private boolean possible(Dependency dependency, String architecture) {
        if (dependency instanceof Dependency.And and) {
            return and.operands().stream().allMatch(d -> possible(d, architecture));
        }
        if (dependency instanceof Dependency.Or or) {
            return or.operands().stream().anyMatch(d -> possible(d, architecture));
        }
        if (dependency instanceof Dependency.If || dependency instanceof Dependency.Unless) {
            return true;
        }
        return Arrays.stream(providers.set(dependency, architecture)).anyMatch(id -> variableOf[id] != 0);
    }

    private void reach(List<int[]> reachedBy) {
        for (int[] clause : reachedBy) {
            for (int literal : clause) {
                if (literal > 0 && literal <= pool.size()) {
                    reach(literal - 1);
                }
            }
        }
    }

    private void reach(int id) {
        if (variableOf[id] == 0) {
            members.add(id);
            variableOf[id] = members.size();
        }
    }

    Providers providers() {
        return providers;
    }

    ClauseForm form() {
        return form;
    }

    /** By candidate: its number, 0 when it was not reached. */
    int[] variableOf() {
        return variableOf;
    }

    /** Candidates in the order in which they were reached. */
    IntList members() {
        return members;
    }

    /** What each member says about others. */
    List<Relations> relations() {
        return relations;
    }

    /** The paths that the requests and the members' dependencies name. */
    Set<String> files() {
        Set<String> files = new TreeSet<>();
        problem.requests().forEach(d -> collect(d, files));
        for (Relations related : relations) {
            related.requires().forEach(d -> collect(d, files));
            related.conflicts().forEach(d -> collect(d, files));
            related.recommends().forEach(d -> collect(d, files));
            related.suggests().forEach(d -> collect(d, files));
        }
        for (int i = 0; i < members.size(); i++) {
            pool.candidate(members.get(i)).enhances().forEach(d -> collect(d, files));
        }
        if (problem.withRecommends()) {
            for (int id : pool.supplementing()) {
                pool.candidate(id).supplements().forEach(d -> collect(d, files));
            }
        }
        return files;
    }

    private static void collect(Dependency dependency, Set<String> files) {
        if (dependency instanceof Dependency.Simple simple) {
            if (simple.requirement().name().startsWith("/")) {
                files.add(simple.requirement().name());
            }
        } else if (dependency instanceof Dependency.And and) {
            and.operands().forEach(d -> collect(d, files));
        } else if (dependency instanceof Dependency.Or or) {
            or.operands().forEach(d -> collect(d, files));
        } else if (dependency instanceof Dependency.If d) {
            collect(d.then(), files);
            collect(d.condition(), files);
            collectOtherwise(d.otherwise(), files);
        } else if (dependency instanceof Dependency.Unless d) {
            collect(d.then(), files);
            collect(d.condition(), files);
            collectOtherwise(d.otherwise(), files);
        } else if (dependency instanceof Dependency.With with) {
            collect(with.left(), files);
            collect(with.right(), files);
        } else if (dependency instanceof Dependency.Without without) {
            collect(without.left(), files);
            collect(without.right(), files);
        }
    }

    private static void collectOtherwise(Dependency otherwise, Set<String> files) {
        if (otherwise != null) {
            collect(otherwise, files);
        }
    }
}
