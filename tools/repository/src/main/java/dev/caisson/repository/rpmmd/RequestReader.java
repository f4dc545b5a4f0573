package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Requirement;
import dev.caisson.resolver.RpmDependencyParser;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What people mean when they ask for a package: {@code name}, {@code name.arch}, {@code name-[epoch:]version[-release][.arch]}, in
 * this order, where such packages exist; else a capability, a path, or a dependency as packages write it.
 */
final class RequestReader {
    private final Pool pool;
    private final Map<String, Set<String>> architectures = new HashMap<>();

    RequestReader(Pool pool) {
        this.pool = pool;
        for (int i = 0; i < pool.size(); i++) {
            Candidate candidate = pool.candidate(i);
            architectures
                    .computeIfAbsent(candidate.name(), n -> new HashSet<>())
                    .add(candidate.architecture());
        }
    }

    Dependency read(String text) throws FormatException {
        Dependency written = RpmDependencyParser.parse(text);
        boolean plain = written instanceof Dependency.Simple simple
                && simple.requirement().comparison() == Comparison.ANY;
        if (!plain || architectures.containsKey(text)) {
            return written;
        }
        int dot = text.lastIndexOf('.');
        String head = dot < 0 ? text : text.substring(0, dot);
        String architecture = text.substring(dot + 1);
        if (dot > 0 && has(head, architecture)) {
            return new Dependency.Simple(new Requirement(head, architecture, Comparison.ANY, ""));
        }
        // the last dash may be part of the name, of the version's end, or before the release
        for (int dash = text.lastIndexOf('-'); dash > 0; dash = text.lastIndexOf('-', dash - 1)) {
            String name = text.substring(0, dash);
            if (!architectures.containsKey(name) || dash + 1 == text.length()) {
                continue;
            }
            boolean withArchitecture = dot > dash + 1 && has(name, architecture);
            String version = withArchitecture ? text.substring(dash + 1, dot) : text.substring(dash + 1);
            return new Dependency.Simple(
                    new Requirement(name, withArchitecture ? architecture : "", Comparison.EQUAL, version));
        }
        return written;
    }

    /** All packages that a pattern means: of a name those that exist, whatever the version, or exactly those versions. */
    List<Dependency> matching(String glob) {
        Pattern pattern = PackageFilter.glob(glob);
        Set<Dependency> wanted = new LinkedHashSet<>();
        for (int i = 0; i < pool.size(); i++) {
            Candidate candidate = pool.candidate(i);
            String name = candidate.name();
            String architecture = candidate.architecture();
            if (pattern.matcher(name).matches()) {
                wanted.add(Dependency.of(name));
            } else if (pattern.matcher(name + "." + architecture).matches()) {
                wanted.add(new Dependency.Simple(new Requirement(name, architecture, Comparison.ANY, "")));
            } else if (versioned(pattern, candidate)) {
                wanted.add(new Dependency.Simple(
                        new Requirement(name, architecture, Comparison.EQUAL, candidate.version())));
            }
        }
        return List.copyOf(wanted);
    }

    private static boolean versioned(Pattern pattern, Candidate candidate) {
        String version = candidate.version();
        int colon = version.indexOf(':');
        int dash = version.lastIndexOf('-');
        Set<String> versions = new LinkedHashSet<>();
        versions.add(version);
        versions.add(colon < 0 ? "0:" + version : version.substring(colon + 1));
        versions.add(version.substring(colon + 1, dash < 0 ? version.length() : dash));
        for (String one : versions) {
            String text = candidate.name() + "-" + one;
            if (pattern.matcher(text).matches()
                    || pattern.matcher(text + "." + candidate.architecture()).matches()) {
                return true;
            }
        }
        return false;
    }

    private boolean has(String name, String architecture) {
        return architectures.getOrDefault(name, Set.of()).contains(architecture);
    }
}
