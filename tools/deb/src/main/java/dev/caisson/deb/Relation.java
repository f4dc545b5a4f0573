package dev.caisson.deb;

import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Requirement;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One item of a relationship field ({@code deb-control(5)}, policy 7.1): packages of which one is meant, the preferred one
 * first.
 *
 * @param alternatives at least one
 */
public record Relation(List<Requirement> alternatives) {
    /** Copies the list. */
    public Relation {
        if (alternatives.isEmpty()) {
            throw new IllegalArgumentException("a relation names at least one package");
        }
        alternatives = List.copyOf(alternatives);
    }

    /** The same as a condition for the resolver. */
    public Dependency dependency() {
        if (alternatives.size() == 1) {
            return new Dependency.Simple(alternatives.get(0));
        }
        return Dependency.anyOf(
                alternatives.stream().<Dependency>map(Dependency.Simple::new).toList());
    }

    @Override
    public String toString() {
        return alternatives.stream().map(Requirement::toString).collect(Collectors.joining(" | "));
    }
}
