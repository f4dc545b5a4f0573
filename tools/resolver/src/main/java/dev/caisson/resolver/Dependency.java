package dev.caisson.resolver;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A condition on the set of packages that get installed, as an expression. Debian uses {@link Simple} and {@link Or},
 * RPM's rich dependencies all of them (rpm's {@code docs/manual/boolean_dependencies.md}).
 */
public sealed interface Dependency {
    /** Some installed package offers the requirement. */
    record Simple(Requirement requirement) implements Dependency {
        @Override
        public String toString() {
            return requirement.toString();
        }
    }

    /** All operands hold. */
    record And(List<Dependency> operands) implements Dependency {
        /** Copies the operands. */
        public And {
            operands = List.copyOf(operands);
        }

        @Override
        public String toString() {
            return join(operands, " and ");
        }
    }

    /** One operand holds; an earlier one is preferred where the distribution's tool prefers it. */
    record Or(List<Dependency> operands) implements Dependency {
        /** Copies the operands. */
        public Or {
            operands = List.copyOf(operands);
        }

        @Override
        public String toString() {
            return join(operands, " or ");
        }
    }

    /** {@code then} holds if {@code condition} does, otherwise {@code otherwise} does (nothing when null). */
    record If(Dependency then, Dependency condition, Dependency otherwise) implements Dependency {
        @Override
        public String toString() {
            return "(" + then + " if " + condition + (otherwise == null ? "" : " else " + otherwise) + ")";
        }
    }

    /**
     * {@code then} holds and {@code condition} does not; or, with {@code otherwise} given, {@code condition} and
     * {@code otherwise} hold.
     */
    record Unless(Dependency then, Dependency condition, Dependency otherwise) implements Dependency {
        @Override
        public String toString() {
            return "(" + then + " unless " + condition + (otherwise == null ? "" : " else " + otherwise) + ")";
        }
    }

    /** One single package satisfies both. */
    record With(Dependency left, Dependency right) implements Dependency {
        @Override
        public String toString() {
            return "(" + left + " with " + right + ")";
        }
    }

    /** One single package satisfies {@code left} and does not satisfy {@code right}. */
    record Without(Dependency left, Dependency right) implements Dependency {
        @Override
        public String toString() {
            return "(" + left + " without " + right + ")";
        }
    }

    /** Any version of {@code name}. */
    static Dependency of(String name) {
        return new Simple(Requirement.of(name));
    }

    /** The versions of {@code name} that the bound means. */
    static Dependency of(String name, Comparison comparison, String version) {
        return new Simple(Requirement.of(name, comparison, version));
    }

    /** The alternatives in order; the only one itself when there is just one. */
    static Dependency anyOf(List<Dependency> alternatives) {
        return alternatives.size() == 1 ? alternatives.get(0) : new Or(alternatives);
    }

    private static String join(List<Dependency> operands, String separator) {
        return operands.stream().map(Object::toString).collect(Collectors.joining(separator, "(", ")"));
    }
}
