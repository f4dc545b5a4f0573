package dev.caisson.resolver;

import dev.caisson.bytes.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Short ways of writing pools and problems in tests. */
final class Packages {
    private Packages() {}

    /** A Debian package: {@code "name version"}, then fields as {@code "Depends: a, b | c"}. */
    static Candidate deb(String nameAndVersion, String... fields) {
        String[] words = nameAndVersion.split(" ");
        List<Dependency> requires = new ArrayList<>();
        List<Dependency> conflicts = new ArrayList<>();
        List<Dependency> breaks = new ArrayList<>();
        List<Dependency> recommends = new ArrayList<>();
        List<Capability> provides = new ArrayList<>();
        Candidate.Builder builder = Candidate.builder(words[0], words[1], words.length > 2 ? words[2] : "amd64")
                .repository(words.length > 3 ? words[3] : "main", words.length > 4 ? Integer.parseInt(words[4]) : 500);
        for (String field : fields) {
            String value = field.substring(field.indexOf(':') + 1).trim();
            switch (field.substring(0, field.indexOf(':'))) {
                case "Depends" -> requires.addAll(PackagesFile.list(value));
                case "Conflicts" -> conflicts.addAll(PackagesFile.list(value));
                case "Breaks" -> breaks.addAll(PackagesFile.list(value));
                case "Recommends" -> recommends.addAll(PackagesFile.list(value));
                case "Priority" -> builder.importance(Integer.parseInt(value));
                case "Essential" -> builder.essential(value.equals("yes"));
                case "Multi-Arch" -> builder.multiArch(MultiArch.valueOf(value.toUpperCase(java.util.Locale.ROOT)));
                case "Provides" ->
                    PackagesFile.list(value).forEach(d -> {
                        Requirement r = ((Dependency.Simple) d).requirement();
                        provides.add(new Capability(r.name(), r.comparison(), r.version()));
                    });
                default -> throw new IllegalArgumentException(field);
            }
        }
        return builder.provides(provides)
                .relations(new Relations(requires, conflicts, breaks, List.of(), recommends, List.of()))
                .build();
    }

    /** An RPM package: {@code "name evr arch repo priority"}, then fields as {@code "requires: (a or b)"}, one dependency each. */
    static Candidate rpm(String nameAndVersion, String... fields) throws FormatException {
        String[] words = nameAndVersion.split(" ");
        List<List<Dependency>> lists = new ArrayList<>();
        List<String> names =
                List.of("requires", "conflicts", "obsoletes", "recommends", "suggests", "supplements", "enhances");
        names.forEach(n -> lists.add(new ArrayList<>()));
        List<Capability> provides = new ArrayList<>();
        provides.add(Capability.of(words[0], words[1]));
        boolean installOnly = false;
        for (String field : fields) {
            String key = field.substring(0, field.indexOf(':'));
            String value = field.substring(field.indexOf(':') + 1).trim();
            if (key.equals("install-only")) {
                installOnly = true;
            } else if (key.equals("provides")) {
                Requirement r = ((Dependency.Simple) RpmDependencyParser.parse(value)).requirement();
                provides.add(new Capability(r.name(), r.comparison(), r.version()));
            } else {
                lists.get(names.indexOf(key)).add(RpmDependencyParser.parse(value));
            }
        }
        List<Requirement> obsoletes = lists.get(2).stream()
                .map(d -> ((Dependency.Simple) d).requirement())
                .toList();
        return Candidate.builder(words[0], words[1], words.length > 2 ? words[2] : "noarch")
                .repository(words.length > 3 ? words[3] : "main", words.length > 4 ? Integer.parseInt(words[4]) : 0)
                .installOnly(installOnly)
                .provides(provides)
                .supplements(lists.get(5))
                .enhances(lists.get(6))
                .relations(new Relations(lists.get(0), lists.get(1), List.of(), obsoletes, lists.get(3), lists.get(4)))
                .build();
    }

    static Problem debian(List<Candidate> candidates, String... requests) {
        return Problem.of(Pool.of(new DebianSemantics(), candidates), PackagesFile.list(String.join(", ", requests)))
                .forArchitectures(List.of("amd64"));
    }

    static Problem rpms(List<Candidate> candidates, String... requests) {
        return Problem.of(
                        Pool.of(new RpmSemantics(), candidates),
                        Arrays.stream(requests).map(Dependency::of).toList())
                .forArchitectures(RpmSemantics.compatibleWith("x86_64"));
    }

    /** Names and versions of the answer, checked for validity. */
    static Set<String> solve(Problem problem) {
        Resolution resolution = Resolver.resolve(problem);
        if (resolution instanceof Unsolvable unsolvable) {
            throw new AssertionError(unsolvable.toString());
        }
        List<Candidate> candidates = ((Solution) resolution).candidates();
        List<String> violations = SolutionChecker.violations(problem, candidates);
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.toString());
        }
        Set<String> names = new TreeSet<>();
        candidates.forEach(c -> names.add(c.name() + " " + c.version()));
        return names;
    }

    static Unsolvable explain(Problem problem) {
        return (Unsolvable) Resolver.resolve(problem);
    }
}
