package dev.caisson.resolver;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is asked of the resolver: everything that the answer depends on.
 *
 * @param pool the candidates
 * @param requests what must be installed, in order
 * @param excluded package or capability names that are never installed; a requirement that only excluded packages could
 *     meet, or that names one, counts as met
 * @param locked package name to the only version that may be installed
 * @param preferred package name to the version that is tried before the others
 * @param withRecommends whether recommended packages are installed where possible
 * @param essential whether all packages marked essential are installed too
 * @param architectures the architectures that may be installed, the native one first; empty: all
 */
public record Problem(
        Pool pool,
        List<Dependency> requests,
        Set<String> excluded,
        Map<String, String> locked,
        Map<String, String> preferred,
        boolean withRecommends,
        boolean essential,
        List<String> architectures) {
    /** Copies the collections. */
    public Problem {
        Objects.requireNonNull(pool, "pool");
        requests = List.copyOf(requests);
        excluded = Collections.unmodifiableSet(new TreeSet<>(excluded));
        locked = Collections.unmodifiableMap(new TreeMap<>(locked));
        preferred = Collections.unmodifiableMap(new TreeMap<>(preferred));
        architectures = List.copyOf(architectures);
    }

    /** A problem that asks for packages and has no other wish: no recommended packages, all architectures. */
    public static Problem of(Pool pool, List<Dependency> requests) {
        return new Problem(pool, requests, Set.of(), Map.of(), Map.of(), false, false, List.of());
    }

    /** The same with other excluded names. */
    public Problem excluding(Set<String> names) {
        return new Problem(pool, requests, names, locked, preferred, withRecommends, essential, architectures);
    }

    /** The same with or without recommended packages. */
    public Problem withRecommends(boolean value) {
        return new Problem(pool, requests, excluded, locked, preferred, value, essential, architectures);
    }

    /** The same with or without all essential packages. */
    public Problem withEssential(boolean value) {
        return new Problem(pool, requests, excluded, locked, preferred, withRecommends, value, architectures);
    }

    /** The same for these architectures, the native one first. */
    public Problem forArchitectures(List<String> value) {
        return new Problem(pool, requests, excluded, locked, preferred, withRecommends, essential, value);
    }

    /** The same with other locked versions. */
    public Problem locking(Map<String, String> versions) {
        return new Problem(pool, requests, excluded, versions, preferred, withRecommends, essential, architectures);
    }

    /** The same with other preferred versions. */
    public Problem preferring(Map<String, String> versions) {
        return new Problem(pool, requests, excluded, locked, versions, withRecommends, essential, architectures);
    }

    String nativeArchitecture() {
        return architectures.isEmpty() ? "" : architectures.get(0);
    }
}
