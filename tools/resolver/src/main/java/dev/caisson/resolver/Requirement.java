package dev.caisson.resolver;

import java.util.Objects;

/**
 * Something that a package wants, refuses or replaces.
 *
 * @param name the capability's name
 * @param architecture an architecture qualifier ({@code any}, {@code amd64}, …), empty when there is none
 * @param comparison the bound; {@link Comparison#ANY} when every version will do
 * @param version the version text; empty when every version will do
 */
public record Requirement(String name, String architecture, Comparison comparison, String version) {
    /** Checks that a bound and a version come together. */
    public Requirement {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(architecture, "architecture");
        if ((comparison == Comparison.ANY) != version.isEmpty()) {
            throw new IllegalArgumentException("a bound needs a version and a version a bound: " + name);
        }
    }

    /** Any version of {@code name}. */
    public static Requirement of(String name) {
        return new Requirement(name, "", Comparison.ANY, "");
    }

    /** The versions of {@code name} that the bound means. */
    public static Requirement of(String name, Comparison comparison, String version) {
        return new Requirement(name, "", comparison, version);
    }

    @Override
    public String toString() {
        String text = architecture.isEmpty() ? name : name + ":" + architecture;
        return comparison == Comparison.ANY ? text : text + " " + comparison.symbol() + " " + version;
    }
}
