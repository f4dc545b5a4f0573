package dev.caisson.resolver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One case of the resolver conformance data: repositories, jobs and the expected answers. */
record ConformanceCase(
        String name, List<Candidate> candidates, List<Dependency> requests, List<String> architectures, Path folder) {
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern REPOSITORY =
            Pattern.compile("\"name\": \"([^\"]*)\",\\s*\"dir\": \"([^\"]*)\",\\s*\"priority\": \"?(-?\\d+)");

    static ConformanceCase read(Path folder) throws IOException {
        String json = Files.readString(folder.resolve("case.json"));
        List<Candidate> candidates = new ArrayList<>();
        Matcher repository = REPOSITORY.matcher(json);
        while (repository.find()) {
            candidates.addAll(RpmMetadata.read(
                    folder.resolve(repository.group(2)), repository.group(1), Integer.parseInt(repository.group(3))));
        }
        List<Dependency> requests = new ArrayList<>();
        for (String job : strings(json, "jobs")) {
            requests.add(request(job, candidates));
        }
        Matcher arch = Pattern.compile("\"arch\": \"([^\"]*)\"").matcher(json);
        String machine = arch.find() ? arch.group(1) : "";
        return new ConformanceCase(
                folder.getFileName().toString(), candidates, requests, RpmSemantics.compatibleWith(machine), folder);
    }

    private static Dependency request(String job, List<Candidate> candidates) throws IOException {
        String[] words = job.split(" ", 3);
        if (words[1].equals("pkg")) {
            for (Candidate c : candidates) {
                if ((c.name() + "-" + c.version() + "." + c.architecture() + "@" + c.repository()).equals(words[2])) {
                    return new Dependency.Simple(
                            new Requirement(c.name(), c.architecture(), Comparison.EQUAL, c.version()));
                }
            }
        }
        return RpmDependencyParser.parse(words[2]);
    }

    static List<String> strings(String json, String key) {
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

    Problem problem(boolean recommends) throws IOException {
        String json = Files.readString(folder.resolve("case.json"));
        boolean withRecommends = recommends && !strings(json, "solverflags").contains("ignorerecommended");
        return Problem.of(Pool.of(new RpmSemantics(), candidates), requests)
                .forArchitectures(architectures)
                .withRecommends(withRecommends);
    }

    Expected expected(boolean withRecommends) throws IOException {
        String json = Files.readString(folder.resolve("expected.json"));
        int with = json.indexOf("\"with_recommends\"");
        int without = json.indexOf("\"without_recommends\"");
        String part = withRecommends ? json.substring(with, without) : json.substring(without);
        return new Expected(
                json.contains("\"unique\": true"),
                part.contains("\"solvable\": true"),
                new TreeSet<>(strings(part, "install")));
    }

    static Set<String> names(Solution solution) {
        Set<String> names = new TreeSet<>();
        solution.candidates()
                .forEach(c -> names.add(c.name() + "-" + c.version() + "." + c.architecture() + "@" + c.repository()));
        return names;
    }

    record Expected(boolean unique, boolean solvable, Set<String> install) {}
}
