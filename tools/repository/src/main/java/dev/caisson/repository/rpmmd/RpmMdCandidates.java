package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Capability;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Relations;
import dev.caisson.resolver.Requirement;
import dev.caisson.resolver.RpmDependencyParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Packages as the resolver wants them. Names, versions, what is provided and backward weak dependencies are decoded at once, the
 * other relations when the resolver asks, which it does for a few hundred of many thousands.
 */
final class RpmMdCandidates {
    /** Packages of which several versions may be installed: dnf's {@code installonlypkgs}. */
    private static final Set<String> INSTALL_ONLY = Set.of(
            "kernel",
            "kernel-PAE",
            "installonlypkg(kernel)",
            "installonlypkg(kernel-module)",
            "installonlypkg(vm)",
            "multiversion(kernel)");

    private final RpmMdIndex index;
    private final String repository;
    private final int priority;
    private final Capability[] capabilities;
    private final String[] strings;

    RpmMdCandidates(RpmMdIndex index, String repository, int priority) {
        this.index = index;
        this.repository = repository;
        this.priority = priority;
        this.capabilities = new Capability[index.entryCount()];
        this.strings = new String[index.stringCount()];
    }

    /**
     * One candidate.
     *
     * @param moreFiles paths that the package owns and primary metadata do not list
     */
    Candidate candidate(int i, List<String> moreFiles) {
        String name = string(index.texts[i * RpmMdIndex.TEXTS]);
        List<Capability> provides = provides(i, moreFiles);
        boolean installOnly = INSTALL_ONLY.contains(name);
        for (int p = 0; p < provides.size() && !installOnly; p++) {
            installOnly = INSTALL_ONLY.contains(provides.get(p).name());
        }
        return Candidate.builder(name, index.evr(i), string(index.texts[i * RpmMdIndex.TEXTS + 1]))
                .repository(repository, priority)
                .installOnly(installOnly)
                .provides(provides)
                .supplements(dependencies(index, i, RpmRelation.SUPPLEMENTS))
                .enhances(dependencies(index, i, RpmRelation.ENHANCES))
                .relations(() -> relations(index, i))
                .build();
    }

    private List<Capability> provides(int i, List<String> moreFiles) {
        List<Capability> provides = new ArrayList<>();
        for (int entry : index.list(i, RpmRelation.PROVIDES)) {
            provides.add(capability(entry));
        }
        for (int file : index.files(i)) {
            provides.add(Capability.of(string(file)));
        }
        moreFiles.forEach(file -> provides.add(Capability.of(file)));
        return provides;
    }

    private Capability capability(int entry) {
        if (capabilities[entry] == null) {
            Comparison comparison = index.entryComparison(entry);
            String name = string(index.entries[entry * RpmMdIndex.ENTRY]);
            capabilities[entry] = comparison == Comparison.ANY
                    ? Capability.of(name)
                    : new Capability(name, comparison, index.entryVersion(entry));
        }
        return capabilities[entry];
    }

    private String string(int id) {
        if (strings[id] == null) {
            strings[id] = index.string(id);
        }
        return strings[id];
    }

    private static Relations relations(RpmMdIndex index, int i) {
        return new Relations(
                dependencies(index, i, RpmRelation.REQUIRES),
                dependencies(index, i, RpmRelation.CONFLICTS),
                List.of(),
                obsoletes(index, i),
                dependencies(index, i, RpmRelation.RECOMMENDS),
                dependencies(index, i, RpmRelation.SUGGESTS));
    }

    private static List<Requirement> obsoletes(RpmMdIndex index, int i) {
        List<Requirement> list = new ArrayList<>();
        for (int entry : index.list(i, RpmRelation.OBSOLETES)) {
            list.add(requirement(index, entry));
        }
        return list;
    }

    private static Requirement requirement(RpmMdIndex index, int entry) {
        return Requirement.of(index.entryName(entry), index.entryComparison(entry), index.entryVersion(entry));
    }

    private static List<Dependency> dependencies(RpmMdIndex index, int i, RpmRelation kind) {
        int[] entries = index.list(i, kind);
        if (entries.length == 0) {
            return List.of();
        }
        List<Dependency> list = new ArrayList<>(entries.length);
        for (int entry : entries) {
            list.add(dependency(index, entry));
        }
        return list;
    }

    /** A rich dependency that cannot be read is one that nothing meets, as for dnf: its package alone is lost. */
    private static Dependency dependency(RpmMdIndex index, int entry) {
        String name = index.entryName(entry);
        if (name.startsWith("(")) {
            try {
                return RpmDependencyParser.parse(name);
            } catch (FormatException e) {
                return Dependency.of(name);
            }
        }
        return new Dependency.Simple(requirement(index, entry));
    }
}
