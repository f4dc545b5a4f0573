package dev.caisson.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Runs the conformance data that lie beside the repository; a plain clone does not have them. */
class ConformanceTest {
    private static Path data(String name) {
        String folder = System.getProperty("caisson.conformance");
        assumeTrue(folder != null, "caisson.conformance is not set: conformance data left out");
        Path path = Path.of(folder, name);
        assumeTrue(Files.exists(path), path + " does not exist: conformance data left out");
        return path;
    }

    @Test
    void versions() throws IOException {
        List<Executable> checks = new ArrayList<>();
        for (String line : Files.readAllLines(data("versions.tsv"))) {
            String[] row = line.split("\t");
            int expected = Integer.parseInt(row[3]);
            checks.add(() -> assertThat(Integer.signum(compare(row[0], row[1], row[2])))
                    .as(line)
                    .isEqualTo(expected));
            checks.add(() -> assertThat(Integer.signum(compare(row[0], row[2], row[1])))
                    .as("reversed: " + line)
                    .isEqualTo(-expected));
        }
        assertAll(checks);
    }

    private static int compare(String kind, String left, String right) {
        return switch (kind) {
            case "rpm" -> RpmVersionOrder.segments(left, right);
            case "deb" -> DebianVersionOrder.INSTANCE.compare(left, right);
            default -> RpmVersionOrder.INSTANCE.compare(left, right);
        };
    }

    @Test
    void matching() throws IOException {
        List<Executable> checks = new ArrayList<>();
        for (String line : Files.readAllLines(data("depmatch.tsv"))) {
            String[] row = line.split("\t");
            Requirement offered = simple(row[0]);
            Requirement wanted = simple(row[1]);
            boolean matches = offered.name().equals(wanted.name())
                    && new RpmSemantics()
                            .satisfies(new Capability(offered.name(), offered.comparison(), offered.version()), wanted);
            checks.add(() -> assertThat(matches).as(line).isEqualTo(row[2].equals("1")));
        }
        assertAll(checks);
    }

    private static Requirement simple(String text) throws IOException {
        return ((Dependency.Simple) RpmDependencyParser.parse(text)).requirement();
    }

    @Test
    void solutions() throws IOException {
        List<Executable> checks = new ArrayList<>();
        List<Path> folders;
        try (Stream<Path> list = Files.list(data("resolver"))) {
            folders = list.filter(Files::isDirectory).sorted().toList();
        }
        for (Path folder : folders) {
            checks.add(() -> check(ConformanceCase.read(folder), true));
            checks.add(() -> check(ConformanceCase.read(folder), false));
        }
        assertAll(checks);
    }

    private static void check(ConformanceCase tested, boolean withRecommends) throws IOException {
        Problem problem = tested.problem(withRecommends);
        ConformanceCase.Expected expected = tested.expected(withRecommends);
        Resolution resolution = Resolver.resolve(problem);
        if (!expected.solvable()) {
            assertThat(resolution).as(tested.name()).isInstanceOf(Unsolvable.class);
            return;
        }
        assertThat(resolution).as(tested.name()).isInstanceOf(Solution.class);
        Solution solution = (Solution) resolution;
        assertThat(SolutionChecker.violations(problem, solution.candidates()))
                .as(tested.name())
                .isEmpty();
        assertThat(ConformanceCase.names(solution))
                .as(tested.name() + " recommends=" + withRecommends + " unique=" + expected.unique())
                .isEqualTo(expected.install());
    }
}
