package dev.caisson.repository.rpmmd;

import java.util.Objects;

/**
 * A path that a package owns.
 *
 * @param path absolute
 * @param type regular file (anything that is not one of the others), folder or ghost
 */
public record RpmFile(String path, Type type) {
    /** The {@code type} attribute. */
    public enum Type {
        FILE,
        DIR,
        GHOST
    }

    public RpmFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(type, "type");
    }

    /** Whether primary metadata list the path too, by the rule that all tools share: {@code /etc/}, {@code bin/}, sendmail. */
    public static boolean isPrimary(String path) {
        return path.startsWith("/etc/") || path.equals("/usr/lib/sendmail") || path.contains("bin/");
    }
}
