package dev.caisson.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sat4j.core.VecInt;
import org.sat4j.minisat.SolverFactory;
import org.sat4j.specs.ContradictionException;
import org.sat4j.specs.ISolver;
import org.sat4j.specs.TimeoutException;

/** Random problems: every answer is valid, and there is one exactly when an independent solver finds one. */
class SatisfiabilityTest {
    @Test
    void rpm_randomProblems() throws Exception {
        Random random = new Random(20251);
        int solvable = 0;
        for (int i = 0; i < 600; i++) {
            solvable += check(Packages.rpms(rpms(random), "p" + random.nextInt(4), "p" + random.nextInt(4))
                            .withRecommends(random.nextBoolean()))
                    ? 1
                    : 0;
        }
        assertThat(solvable).isBetween(60, 580);
    }

    @Test
    void debian_randomProblems() throws Exception {
        Random random = new Random(20252);
        int solvable = 0;
        for (int i = 0; i < 600; i++) {
            solvable += check(Packages.debian(debs(random), "p" + random.nextInt(4), "p" + random.nextInt(4))
                            .withRecommends(random.nextBoolean()))
                    ? 1
                    : 0;
        }
        assertThat(solvable).isBetween(60, 580);
    }

    private static boolean check(Problem problem) throws Exception {
        Resolution resolution = Resolver.resolve(problem);
        assertThat(resolution).isEqualTo(Resolver.resolve(problem));
        boolean solvable = resolution instanceof Solution;
        assertThat(solvable).as(problem.toString()).isEqualTo(satisfiable(problem));
        if (resolution instanceof Solution solution) {
            assertThat(SolutionChecker.violations(problem, solution.candidates()))
                    .isEmpty();
        } else {
            assertThat(((Unsolvable) resolution).problems())
                    .isNotEmpty()
                    .allSatisfy(p -> assertThat(p.chain()).isNotEmpty());
        }
        return solvable;
    }

    private static boolean satisfiable(Problem problem) throws TimeoutException {
        Encoding encoding = new Encoding(problem);
        ISolver solver = SolverFactory.newDefault();
        solver.newVar(encoding.variableCount());
        try {
            for (int[] clause : encoding.clauses()) {
                solver.addClause(new VecInt(clause.clone()));
            }
        } catch (ContradictionException e) {
            return false;
        }
        return solver.isSatisfiable();
    }

    private static String name(Random random) {
        return random.nextInt(4) == 0 ? "v" + random.nextInt(3) : "p" + random.nextInt(8);
    }

    private static List<Candidate> rpms(Random random) throws Exception {
        String[] forms = {"%s", "%s >= 2", "%s < 3", "(%s or %s)", "(%s if %s)", "(%s and %s)", "(%s unless %s)"};
        List<Candidate> pool = new ArrayList<>();
        for (int p = 0; p < 8; p++) {
            for (int version = 1; version <= 1 + random.nextInt(3); version++) {
                List<String> fields = new ArrayList<>();
                for (String key : List.of("requires", "requires", "conflicts", "recommends", "supplements")) {
                    if (random.nextInt(3) == 0) {
                        fields.add(
                                key + ": " + forms[random.nextInt(forms.length)].formatted(name(random), name(random)));
                    }
                }
                if (random.nextInt(5) == 0) {
                    fields.add("obsoletes: " + name(random) + " < 2");
                }
                if (random.nextInt(2) == 0) {
                    fields.add("provides: v" + random.nextInt(3));
                }
                pool.add(Packages.rpm("p" + p + " " + version + "-1", fields.toArray(new String[0])));
            }
        }
        return pool;
    }

    private static List<Candidate> debs(Random random) {
        String[] forms = {"%s", "%s (>= 2)", "%s (<< 3)", "%s | %s", "%s | %s", "%s | %s (>= 2)"};
        List<Candidate> pool = new ArrayList<>();
        for (int p = 0; p < 8; p++) {
            for (int version = 1; version <= 1 + random.nextInt(3); version++) {
                List<String> fields = new ArrayList<>();
                for (String key : List.of("Depends", "Depends", "Recommends")) {
                    if (random.nextInt(2) == 0) {
                        fields.add(
                                key + ": " + forms[random.nextInt(forms.length)].formatted(name(random), name(random)));
                    }
                }
                if (random.nextInt(3) == 0) {
                    fields.add((random.nextBoolean() ? "Conflicts: " : "Breaks: ") + name(random));
                }
                if (random.nextInt(2) == 0) {
                    fields.add("Provides: v" + random.nextInt(3));
                }
                pool.add(Packages.deb("p" + p + " " + version, fields.toArray(new String[0])));
            }
        }
        return pool;
    }
}
