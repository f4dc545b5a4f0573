package dev.caisson.repository.rpmmd;

import dev.caisson.resolver.Comparison;
import java.util.Objects;

/**
 * One {@code rpm:entry}: something provided, required, and so on.
 *
 * @param name capability, file path, or a rich dependency as text
 * @param comparison {@link Comparison#ANY} when the entry has no version
 * @param epoch decimal digits, or empty when not given
 * @param version empty when there is none
 * @param release empty when there is none
 * @param pre whether it must be there before the package is installed ({@code pre="1"})
 */
public record RpmEntry(String name, Comparison comparison, String epoch, String version, String release, boolean pre) {
    /** Checks that a bound and a version come together. */
    public RpmEntry {
        Objects.requireNonNull(name, "name");
        if ((comparison == Comparison.ANY) != version.isEmpty() || comparison == Comparison.NOT_EQUAL) {
            throw new IllegalArgumentException("a bound needs a version and a version a bound: " + name);
        }
    }

    /** An entry without a version. */
    public static RpmEntry of(String name) {
        return new RpmEntry(name, Comparison.ANY, "", "", "", false);
    }

    /** {@code [epoch:]version[-release]}, epoch 0 left out; empty when there is no version. */
    public String evr() {
        return evr(epoch, version, release);
    }

    static String evr(String epoch, String version, String release) {
        String text = release.isEmpty() ? version : version + "-" + release;
        return epoch.isEmpty() || epoch.equals("0") ? text : epoch + ":" + text;
    }

    /** The comparison in rpm-md's letters; empty for none. */
    String flags() {
        return switch (comparison) {
            case EQUAL -> "EQ";
            case LESS -> "LT";
            case GREATER -> "GT";
            case LESS_OR_EQUAL -> "LE";
            case GREATER_OR_EQUAL -> "GE";
            default -> "";
        };
    }

    @Override
    public String toString() {
        return comparison == Comparison.ANY ? name : name + " " + comparison.symbol() + " " + evr();
    }
}
