package dev.caisson.resolver;

import java.util.Objects;

/**
 * Something that a package offers: a name, with or without a version (or, in RPM, a range of versions).
 *
 * @param name the capability's name: a package name, a virtual one, a library symbol set, a file path
 * @param comparison the bound; {@link Comparison#ANY} when unversioned
 * @param version the version text; empty when unversioned
 */
public record Capability(String name, Comparison comparison, String version) {
    /** Checks that a bound and a version come together. */
    public Capability {
        Objects.requireNonNull(name, "name");
        if ((comparison == Comparison.ANY) != version.isEmpty()) {
            throw new IllegalArgumentException("a bound needs a version and a version a bound: " + name);
        }
    }

    /** An unversioned capability. */
    public static Capability of(String name) {
        return new Capability(name, Comparison.ANY, "");
    }

    /** A capability of exactly this version. */
    public static Capability of(String name, String version) {
        return new Capability(name, Comparison.EQUAL, version);
    }

    @Override
    public String toString() {
        return comparison == Comparison.ANY ? name : name + " " + comparison.symbol() + " " + version;
    }
}
