package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Resolver;
import dev.caisson.resolver.RpmSemantics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Several repositories as one choice of packages. Modules of one count for the others too. Files beyond those of primary metadata
 * are looked up when a package that comes into question depends on one. For one thread.
 */
public final class RpmMdPool {
    private final List<RpmMdRepository> repositories;
    private final List<BitSet> admitted = new ArrayList<>();
    private final Set<String> lookedUp = new TreeSet<>();
    private Pool pool;

    private RpmMdPool(List<RpmMdRepository> repositories) {
        this.repositories = List.copyOf(repositories);
        Modules modules = Modules.merge(
                repositories.stream().map(RpmMdRepository::modules).toList());
        for (RpmMdRepository repository : repositories) {
            admitted.add(
                    repository.admitted(modules.selection(repository.settings().modules())));
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < repositories.size(); i++) {
            candidates.addAll(repositories.get(i).candidates(admitted.get(i), Map.of()));
        }
        this.pool = Pool.of(new RpmSemantics(), candidates);
    }

    /** All packages of the repositories; of equal ones the one of the earlier repository is taken. */
    public static RpmMdPool of(List<RpmMdRepository> repositories) {
        return new RpmMdPool(repositories);
    }

    /** The candidates, with the files that have been looked up so far. */
    public Pool pool() {
        return pool;
    }

    /**
     * What people mean by a word: {@code name}, {@code name.arch}, {@code name-[epoch:]version[-release][.arch]} where such packages
     * exist; else a capability, a path, or a dependency as packages write it, such as {@code a >= 1.2} or {@code (a or b)}.
     *
     * @throws FormatException when it is not a dependency
     */
    public Dependency request(String text) throws FormatException {
        return new RequestReader(pool).read(text);
    }

    /**
     * What people mean by a word in which {@code *}, {@code ?} or {@code [abc]} may stand for characters: every package with such a
     * name, {@code name.arch} or {@code name-[epoch:]version[-release][.arch]}, each of which is wanted. Without these as {@link #request}.
     *
     * @return empty when no package matches
     * @throws FormatException when it is not a dependency
     */
    public List<Dependency> requests(String text) throws FormatException {
        RequestReader reader = new RequestReader(pool);
        return PackageFilter.isGlob(text) ? reader.matching(text) : List.of(reader.read(text));
    }

    /**
     * What asking for a group asks for: those of its packages that exist. An environment asks for its groups, with optional packages
     * for those that go with it, too.
     *
     * @param idOrName of a group or environment of any of the repositories
     * @param withOptional whether optional packages are wanted too
     * @return empty when there is no such group
     * @throws IOException when groups cannot be had or read
     */
    public List<Dependency> group(String idOrName, boolean withOptional) throws IOException {
        Set<String> ids = new TreeSet<>(Set.of(idOrName));
        List<Dependency> wanted = new ArrayList<>();
        List<Comps> all = new ArrayList<>();
        for (RpmMdRepository repository : repositories) {
            Comps comps = repository.comps();
            comps.environment(idOrName).ifPresent(e -> {
                ids.addAll(e.groups());
                ids.addAll(withOptional ? e.options() : List.of());
            });
            all.add(comps);
        }
        for (Comps comps : all) {
            for (String id : ids) {
                comps.group(id).stream()
                        .flatMap(g -> g.wanted(withOptional).stream())
                        .filter(member -> pool.offers(member.name()))
                        .map(Comps.Member::dependency)
                        .filter(d -> !wanted.contains(d))
                        .forEach(wanted::add);
            }
        }
        return wanted;
    }

    /**
     * Resolves, reading file lists as far as dependencies on files ask for it.
     *
     * @param problem what is wanted of a pool; called again when files have been looked up
     * @throws IOException when file lists cannot be had or read
     */
    public Resolution resolve(Function<Pool, Problem> problem) throws IOException {
        Problem current = problem.apply(pool);
        while (lookUp(Resolver.files(current))) {
            current = problem.apply(pool);
        }
        return Resolver.resolve(current);
    }

    /** Looks up files of which primary metadata may not know all owners; true when the pool has changed. */
    private boolean lookUp(Set<String> files) throws IOException {
        Set<String> open = new TreeSet<>();
        for (String file : files) {
            if (!lookedUp.contains(file) && (!RpmFile.isPrimary(file) || !pool.offers(file))) {
                open.add(file);
            }
        }
        if (open.isEmpty()) {
            return false;
        }
        lookedUp.addAll(open);
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < repositories.size(); i++) {
            RpmMdRepository repository = repositories.get(i);
            candidates.addAll(repository.candidates(admitted.get(i), repository.owners(lookedUp)));
        }
        pool = Pool.of(new RpmSemantics(), candidates);
        return true;
    }
}
