package dev.caisson.repository.rpmmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caisson.bytes.ByteSource;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Requirement;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.RpmDependencyParser;
import dev.caisson.resolver.RpmSemantics;
import dev.caisson.resolver.Solution;
import dev.caisson.resolver.SolutionChecker;
import dev.caisson.resolver.Unsolvable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The resolver's conformance data through the real reader, cache and pool; a plain clone does not have them. */
class RpmMdConformanceTest {
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern REPOSITORY =
            Pattern.compile("\"name\": \"([^\"]*)\",\\s*\"dir\": \"([^\"]*)\",\\s*\"priority\": \"?(-?\\d+)");

    @Test
    void solutions() throws IOException {
        String folder = System.getProperty("caisson.conformance");
        assumeTrue(folder != null, "caisson.conformance is not set: conformance data left out");
        Path data = Path.of(folder, "resolver");
        assumeTrue(Files.isDirectory(data), data + " does not exist: conformance data left out");
        List<Executable> checks = new ArrayList<>();
        try (Stream<Path> list = Files.list(data)) {
            for (Path one : list.filter(Files::isDirectory).sorted().toList()) {
                checks.add(() -> check(one, true));
                checks.add(() -> check(one, false));
            }
        }
        assertAll(checks);
    }

    private static void check(Path folder, boolean recommends) throws IOException {
        String json = Files.readString(folder.resolve("case.json"));
        String expected = Files.readString(folder.resolve("expected.json"));
        int with = expected.indexOf("\"with_recommends\"");
        int without = expected.indexOf("\"without_recommends\"");
        String part = recommends ? expected.substring(with, without) : expected.substring(without);
        RpmMdPool pool = RpmMdPool.of(repositories(folder, json));
        List<Dependency> requests = new ArrayList<>();
        for (String job : strings(json, "jobs")) {
            requests.add(request(job, pool));
        }
        Matcher arch = Pattern.compile("\"arch\": \"([^\"]*)\"").matcher(json);
        List<String> architectures = RpmSemantics.compatibleWith(arch.find() ? arch.group(1) : "");
        boolean weak = recommends && !strings(json, "solverflags").contains("ignorerecommended");
        Resolution resolution = pool.resolve(
                p -> Problem.of(p, requests).forArchitectures(architectures).withRecommends(weak));
        if (!part.contains("\"solvable\": true")) {
            assertThat(resolution).as(folder.toString()).isInstanceOf(Unsolvable.class);
            return;
        }
        assertThat(resolution).as(folder.toString()).isInstanceOf(Solution.class);
        List<Candidate> installed = ((Solution) resolution).candidates();
        Problem problem = Problem.of(pool.pool(), requests).forArchitectures(architectures);
        assertThat(SolutionChecker.violations(problem, installed))
                .as(folder.toString())
                .isEmpty();
        Set<String> names = new TreeSet<>();
        installed.forEach(c -> names.add(full(c)));
        assertThat(names).as(folder + " recommends=" + recommends).isEqualTo(new TreeSet<>(strings(part, "install")));
    }

    private static List<RpmMdRepository> repositories(Path folder, String json) throws IOException {
        List<RpmMdRepository> repositories = new ArrayList<>();
        Matcher repository = REPOSITORY.matcher(json);
        while (repository.find()) {
            Path root = folder.resolve(repository.group(2));
            repositories.add(Repositories.open(root, repository.group(1), Integer.parseInt(repository.group(3))));
        }
        return repositories;
    }

    private static Dependency request(String job, RpmMdPool pool) throws IOException {
        String[] words = job.split(" ", 3);
        if (words[1].equals("pkg")) {
            for (int i = 0; i < pool.pool().size(); i++) {
                Candidate c = pool.pool().candidate(i);
                if (full(c).equals(words[2])) {
                    return new Dependency.Simple(
                            new Requirement(c.name(), c.architecture(), Comparison.EQUAL, c.version()));
                }
            }
        }
        return RpmDependencyParser.parse(words[2]);
    }

    private static String full(Candidate c) {
        return c.name() + "-" + c.version() + "." + c.architecture() + "@" + c.repository();
    }

    private static List<String> strings(String json, String key) {
        Matcher array =
                Pattern.compile("\"" + key + "\": \\[(.*?)\\]", Pattern.DOTALL).matcher(json);
        List<String> result = new ArrayList<>();
        if (array.find()) {
            Matcher string = STRING.matcher(array.group(1));
            while (string.find()) {
                result.add(string.group(1));
            }
        }
        return result;
    }

    /** Repositories in folders. */
    static final class Repositories {
        private Repositories() {}

        static RpmMdRepository open(Path root, String name, int priority) throws IOException {
            byte[] repomd = Files.readAllBytes(root.resolve(RepomdFile.PATH));
            RpmMdFiles files = data -> ByteSource.of(Files.readAllBytes(root.resolve(data.location())));
            RpmMdRepository repository =
                    RpmMdRepository.open(RpmMdSettings.of(name, priority), ByteSource.of(repomd), files);
            RepomdFile.Data primary = RpmMdRepository.primary(repository.repomd());
            byte[] cached = RpmMdCache.write(repository.packages(), primary.checksum());
            return RpmMdRepository.open(
                    repository.settings(), repository.repomd(), files, RpmMdCache.read(cached, primary.checksum()));
        }
    }
}
