package dev.caisson.resolver;

import java.util.List;

/**
 * A set of packages that meets the problem.
 *
 * @param packages every package with its reason; a package comes after what it requires, cycles apart
 */
public record Solution(List<Entry> packages) implements Resolution {
    /** Copies the list. */
    public Solution {
        packages = List.copyOf(packages);
    }

    /**
     * One package.
     *
     * @param candidate what to install
     * @param reason why
     */
    public record Entry(Candidate candidate, Reason reason) {}

    /** The candidates alone, in the same order. */
    public List<Candidate> candidates() {
        return packages.stream().map(Entry::candidate).toList();
    }
}
