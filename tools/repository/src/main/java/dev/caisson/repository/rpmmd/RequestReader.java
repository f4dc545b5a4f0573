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
import java.util.Map;
import java.util.Set;

/**
 * What people mean when they ask for a package: {@code name}, {@code name.arch}, {@code name-[epoch:]version[-release][.arch]}, in
 * this order, where such packages exist; else a capability, a path, or a dependency as packages write it.
 */
final class RequestReader {
    private final Map<String, Set<String>> architectures = new HashMap<>();

    RequestReader(Pool pool) {
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

    private boolean has(String name, String architecture) {
        return architectures.getOrDefault(name, Set.of()).contains(architecture);
    }
}
