package dev.caisson.manifest;

import java.util.Optional;

/**
 * A package that is asked for by name.
 *
 * @param name package name
 * @param version which versions will do; default any
 * @param at where it is asked for
 */
public record PackageSpec(String name, Optional<VersionConstraint> version, Position at) {
    @Override
    public String toString() {
        return name + version.map(VersionConstraint::toString).orElse("");
    }
}
