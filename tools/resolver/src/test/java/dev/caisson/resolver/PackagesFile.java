package dev.caisson.resolver;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** As much of APT's Packages files as the resolver's tests need; the input is trusted. */
final class PackagesFile {
    private PackagesFile() {}

    static List<Candidate> read(Path file, String repository, int priority) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            Map<String, String> fields = new HashMap<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int colon = line.indexOf(':');
                if (line.isEmpty()) {
                    candidates.add(candidate(fields, repository, priority));
                    fields = new HashMap<>();
                } else if (line.charAt(0) != ' ' && wanted(line, colon)) {
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).trim());
                }
            }
            if (!fields.isEmpty()) {
                candidates.add(candidate(fields, repository, priority));
            }
        }
        return candidates;
    }

    private static boolean wanted(String line, int colon) {
        return switch (line.substring(0, colon)) {
            case "Package",
                    "Version",
                    "Architecture",
                    "Provides",
                    "Depends",
                    "Pre-Depends",
                    "Conflicts",
                    "Breaks",
                    "Recommends",
                    "Suggests",
                    "Priority",
                    "Essential",
                    "Multi-Arch" -> true;
            default -> false;
        };
    }

    private static Candidate candidate(Map<String, String> fields, String repository, int priority) {
        List<Capability> provides = new ArrayList<>();
        for (Dependency provided : list(fields.get("Provides"))) {
            Requirement r = ((Dependency.Simple) provided).requirement();
            provides.add(new Capability(r.name(), r.comparison(), r.version()));
        }
        return Candidate.builder(fields.get("Package"), fields.get("Version"), fields.get("Architecture"))
                .repository(repository, priority)
                .importance(importance(fields.getOrDefault("Priority", "optional")))
                .essential(fields.getOrDefault("Essential", "no").equals("yes"))
                .multiArch(
                        switch (fields.getOrDefault("Multi-Arch", "no")) {
                            case "same" -> MultiArch.SAME;
                            case "foreign" -> MultiArch.FOREIGN;
                            case "allowed" -> MultiArch.ALLOWED;
                            default -> MultiArch.NO;
                        })
                .provides(provides)
                .relations(() -> relations(fields))
                .build();
    }

    private static int importance(String priority) {
        return switch (priority) {
            case "required" -> 1;
            case "important" -> 2;
            case "standard" -> 3;
            case "extra" -> 5;
            default -> 4;
        };
    }

    private static Relations relations(Map<String, String> fields) {
        List<Dependency> requires = new ArrayList<>(list(fields.get("Pre-Depends")));
        requires.addAll(list(fields.get("Depends")));
        return new Relations(
                requires,
                list(fields.get("Conflicts")),
                list(fields.get("Breaks")),
                List.of(),
                list(fields.get("Recommends")),
                list(fields.get("Suggests")));
    }

    static List<Dependency> list(String field) {
        List<Dependency> result = new ArrayList<>();
        if (field != null && !field.isBlank()) {
            for (String group : field.split(",")) {
                List<Dependency> alternatives = new ArrayList<>();
                for (String alternative : group.split("\\|")) {
                    alternatives.add(simple(alternative.trim()));
                }
                result.add(Dependency.anyOf(alternatives));
            }
        }
        return result;
    }

    private static Dependency simple(String text) {
        int open = text.indexOf('(');
        String name = (open < 0 ? text : text.substring(0, open)).trim();
        int colon = name.indexOf(':');
        String architecture = colon < 0 ? "" : name.substring(colon + 1);
        name = colon < 0 ? name : name.substring(0, colon);
        if (open < 0) {
            return new Dependency.Simple(new Requirement(name, architecture, Comparison.ANY, ""));
        }
        String[] bound = text.substring(open + 1, text.indexOf(')')).trim().split("\\s+", 2);
        if (bound.length == 1) {
            int digits = 0;
            while ("<>=".indexOf(bound[0].charAt(digits)) >= 0) {
                digits++;
            }
            bound = new String[] {bound[0].substring(0, digits), bound[0].substring(digits)};
        }
        return new Dependency.Simple(new Requirement(name, architecture, Comparison.parse(bound[0]), bound[1].trim()));
    }
}
