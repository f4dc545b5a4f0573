package dev.caisson.manifest;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which versions of a package will do.
 *
 * @param operator one of {@code = >= <= > <}
 * @param version a version in the package system's own form
 */
public record VersionConstraint(String operator, String version) {
    private static final Pattern FORM = Pattern.compile("(>=|<=|=|>|<) ?([0-9A-Za-z][0-9A-Za-z.+~:^_-]*)");

    /** Parses {@code =1.2-3}, {@code >= 1.2}; empty for anything else. */
    public static Optional<VersionConstraint> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new VersionConstraint(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return operator + version;
    }
}
