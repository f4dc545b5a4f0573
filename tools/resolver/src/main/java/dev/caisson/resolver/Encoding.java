package dev.caisson.resolver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A problem as clauses. Only candidates that a request can reach become variables (1…n, in the order in which they were
 * reached): everything else is never installed.
 */
final class Encoding {
    private final Problem problem;
    private final Pool pool;
    private final Providers providers;
    private final ClauseForm form;
    private final int[] variableOf;
    private final Map<Integer, Integer> auxiliaryOf = new HashMap<>();
    private final IntList members;
    private final List<Relations> relations;
    private final List<int[]> clauses = new ArrayList<>();
    private final List<Origin> origins = new ArrayList<>();
    private int variables;

    Encoding(Problem problem) {
        this.problem = problem;
        this.pool = problem.pool();
        Reach reach = new Reach(problem);
        this.providers = reach.providers();
        this.form = reach.form();
        this.variableOf = reach.variableOf();
        this.members = reach.members();
        this.relations = reach.relations();
        this.variables = members.size();
        writeAll();
    }

    Problem problem() {
        return problem;
    }

    Providers providers() {
        return providers;
    }

    /** Variables for packages; auxiliary ones follow. */
    int packageCount() {
        return members.size();
    }

    int variableCount() {
        return variables;
    }

    int candidateOf(int variable) {
        return members.get(variable - 1);
    }

    Candidate candidate(int variable) {
        return pool.candidate(candidateOf(variable));
    }

    Relations relationsOf(int variable) {
        return relations.get(variable - 1);
    }

    /** The candidate's variable; 0 when it was not reached. */
    int variable(int candidate) {
        return variableOf[candidate];
    }

    List<int[]> clauses() {
        return clauses;
    }

    List<Origin> origins() {
        return origins;
    }

    boolean isPackage(int variable) {
        return variable <= members.size();
    }

    /** The clauses of an expression in variables; literals of packages that were not reached are left out. */
    List<int[]> holds(Dependency dependency, String architecture) {
        List<int[]> result = new ArrayList<>();
        for (int[] clause : form.holds(dependency, architecture)) {
            if (Arrays.stream(clause).anyMatch(literal -> Math.abs(literal) > pool.size())) {
                continue; // an expression too large to be told from the current packages alone
            }
            int[] mapped = map(clause, 0);
            if (mapped != null) {
                result.add(mapped);
            }
        }
        return result;
    }

    private void writeAll() {
        String architecture = problem.nativeArchitecture();
        for (int i = 0; i < problem.requests().size(); i++) {
            Dependency request = problem.requests().get(i);
            write(form.requested(request, architecture), 0, new Origin.Requested(i, request));
        }
        Map<String, IntList> names = new LinkedHashMap<>();
        Map<String, IntList> essential = new LinkedHashMap<>();
        for (int variable = 1; variable <= members.size(); variable++) {
            Candidate candidate = candidate(variable);
            names.computeIfAbsent(candidate.name(), n -> new IntList()).add(variable);
            if (problem.essential() && candidate.essential()) {
                essential.computeIfAbsent(candidate.name(), n -> new IntList()).add(variable);
            }
        }
        essential.values().forEach(versions -> {
            clauses.add(versions.toArray());
            origins.add(new Origin.Essential(candidateOf(versions.get(0))));
        });
        for (int variable = 1; variable <= members.size(); variable++) {
            writeRelations(variable);
        }
        names.values().forEach(this::writeOneVersion);
        if (pool.semantics().bestArchitectureOnly() && !problem.architectures().isEmpty()) {
            names.values().forEach(this::writeBestArchitecture);
        }
    }

    private void writeRelations(int variable) {
        int id = candidateOf(variable);
        String architecture = pool.candidate(id).architecture();
        Relations related = relationsOf(variable);
        for (Dependency required : related.requires()) {
            write(form.holds(required, architecture), -variable, new Origin.Required(id, required));
        }
        related.conflicts().forEach(d -> writeConflict(variable, d, "conflicts with"));
        related.breaks().forEach(d -> writeConflict(variable, d, "breaks"));
        for (Requirement obsolete : related.obsoletes()) {
            for (int other : pool.named(obsolete)) {
                if (!pool.candidate(other).name().equals(pool.candidate(id).name())) {
                    refuse(variable, other, new Dependency.Simple(obsolete), "obsoletes");
                }
            }
        }
    }

    private void writeConflict(int variable, Dependency conflict, String verb) {
        int id = candidateOf(variable);
        String architecture = pool.candidate(id).architecture();
        if (conflict instanceof Dependency.Simple simple) {
            for (int other : conflicting(simple.requirement())) {
                if (other != id && pool.semantics().conflictsWithin(pool.candidate(id), pool.candidate(other))) {
                    refuse(variable, other, conflict, verb);
                }
            }
        } else {
            // as with plain conflicts, what says nothing but that the package refuses itself does not count
            List<int[]> clauses = form.fails(conflict, architecture).stream()
                    .filter(clause -> clause.length != 1 || clause[0] != -id - 1)
                    .toList();
            write(clauses, -variable, new Origin.Refused(id, -1, conflict, verb));
        }
    }

    /** Conflicts hit packages of every architecture unless they name one. */
    private int[] conflicting(Requirement requirement) {
        int[] offering = pool.offering(requirement);
        String wanted = requirement.architecture();
        return wanted.isEmpty() || wanted.equals("any")
                ? offering
                : Arrays.stream(offering)
                        .filter(id -> pool.semantics()
                                .architectureServes(
                                        requirement, wanted, pool.candidate(id), problem.nativeArchitecture()))
                        .toArray();
    }

    private void refuse(int variable, int other, Dependency dependency, String verb) {
        if (variableOf[other] != 0) {
            clauses.add(new int[] {-variable, -variableOf[other]});
            origins.add(new Origin.Refused(candidateOf(variable), other, dependency, verb));
        }
    }

    private void writeOneVersion(IntList versions) {
        for (int i = 0; i < versions.size(); i++) {
            for (int j = i + 1; j < versions.size(); j++) {
                int left = versions.get(i);
                int right = versions.get(j);
                if (!pool.semantics().coexist(candidate(left), candidate(right))) {
                    clauses.add(new int[] {-left, -right});
                    origins.add(new Origin.OneVersion(candidateOf(left), candidateOf(right)));
                }
            }
        }
    }

    /** Only among reached packages: what nothing asks for displaces nothing, as for libsolv. */
    private void writeBestArchitecture(IntList versions) {
        int best = 0;
        for (int i = 0; i < versions.size(); i++) {
            int rank = providers.rank(candidate(versions.get(i)));
            if (rank >= 0 && (best == 0 || rank < providers.rank(candidate(best)))) {
                best = versions.get(i);
            }
        }
        for (int i = 0; best != 0 && i < versions.size(); i++) {
            int variable = versions.get(i);
            if (providers.rank(candidate(variable)) > providers.rank(candidate(best))) {
                clauses.add(new int[] {-variable});
                origins.add(new Origin.InferiorArchitecture(candidateOf(variable), candidateOf(best)));
            }
        }
    }

    private void write(List<int[]> added, int condition, Origin origin) {
        for (int[] clause : added) {
            int[] mapped = map(clause, condition);
            if (mapped != null) {
                clauses.add(mapped);
                origins.add(origin);
            }
        }
    }

    /** The clause over variables with the condition in front; null when it always holds. */
    private int[] map(int[] clause, int condition) {
        IntList literals = new IntList();
        if (condition != 0) {
            literals.add(condition);
        }
        for (int literal : clause) {
            int variable = mapped(Math.abs(literal));
            if (variable == 0) {
                if (literal < 0) {
                    return null;
                }
                continue;
            }
            int signed = literal > 0 ? variable : -variable;
            if (literals.contains(-signed)) {
                return null;
            }
            if (!literals.contains(signed)) {
                literals.add(signed);
            }
        }
        return literals.toArray();
    }

    private int mapped(int literal) {
        return literal <= pool.size()
                ? variableOf[literal - 1]
                : auxiliaryOf.computeIfAbsent(literal, l -> ++variables);
    }

    /** A fresh solver over all clauses, settled as far as no decision is needed. */
    Sat solver() {
        Sat sat = new Sat(variables);
        clauses.forEach(sat::add);
        sat.settle();
        return sat;
    }
}
