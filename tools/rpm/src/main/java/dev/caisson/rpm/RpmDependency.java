package dev.caisson.rpm;

import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Capability;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.RpmDependencyParser;

/**
 * One relation of a package, as the header has it.
 *
 * @param name a capability's name, or a whole boolean expression in parentheses
 * @param flags RPMSENSE_* bits
 * @param version {@code [epoch:]version[-release]}; empty for every version
 */
public record RpmDependency(String name, long flags, String version) {
    /** RPMSENSE_LESS. */
    public static final long LESS = 1 << 1;

    /** RPMSENSE_GREATER. */
    public static final long GREATER = 1 << 2;

    /** RPMSENSE_EQUAL. */
    public static final long EQUAL = 1 << 3;

    /** RPMSENSE_PRETRANS: needed before the transaction. */
    public static final long PRETRANS = 1 << 7;

    /** RPMSENSE_INTERP: the interpreter of a scriptlet. */
    public static final long INTERPRETER = 1 << 8;

    /** RPMSENSE_SCRIPT_PRE: needed by {@code %pre}. */
    public static final long SCRIPT_PRE = 1 << 9;

    /** RPMSENSE_SCRIPT_POST: needed by {@code %post}. */
    public static final long SCRIPT_POST = 1 << 10;

    /** RPMSENSE_SCRIPT_PREUN: needed by {@code %preun}. */
    public static final long SCRIPT_PREUN = 1 << 11;

    /** RPMSENSE_SCRIPT_POSTUN: needed by {@code %postun}. */
    public static final long SCRIPT_POSTUN = 1 << 12;

    /** RPMSENSE_RPMLIB: a feature of the program that reads packages. */
    public static final long RPMLIB = 1 << 24;

    /** RPMSENSE_CONFIG: {@code config(name)}. */
    public static final long CONFIG = 1 << 28;

    /** RPMSENSE_META: does not order installations. */
    public static final long META = 1 << 29;

    /** Whether the name is a boolean expression. */
    public boolean isRich() {
        return name.startsWith("(");
    }

    /** The bound on the version; {@link Comparison#ANY} where there is no version or no operator. */
    public Comparison comparison() {
        if (version.isEmpty()) {
            return Comparison.ANY;
        }
        String symbol = ((flags & LESS) != 0 ? "<" : "")
                + ((flags & GREATER) != 0 ? ">" : "")
                + ((flags & EQUAL) != 0 ? "=" : "");
        return switch (symbol) {
            case "<" -> Comparison.LESS;
            case "<=" -> Comparison.LESS_OR_EQUAL;
            case "=" -> Comparison.EQUAL;
            case ">=" -> Comparison.GREATER_OR_EQUAL;
            case ">" -> Comparison.GREATER;
            case "<>" -> Comparison.NOT_EQUAL;
            default -> Comparison.ANY;
        };
    }

    /**
     * For the resolver.
     *
     * @throws FormatException when a boolean expression is malformed
     */
    public Dependency toDependency() throws FormatException {
        if (isRich()) {
            return RpmDependencyParser.parse(name);
        }
        Comparison comparison = comparison();
        return comparison == Comparison.ANY ? Dependency.of(name) : Dependency.of(name, comparison, version);
    }

    /** For the resolver, of something that is provided. */
    public Capability toCapability() {
        Comparison comparison = comparison();
        return comparison == Comparison.ANY ? Capability.of(name) : new Capability(name, comparison, version);
    }

    /** As in spec files and in the output of {@code rpm -q --requires}. */
    @Override
    public String toString() {
        Comparison comparison = comparison();
        return comparison == Comparison.ANY ? name : name + " " + comparison.symbol() + " " + version;
    }
}
