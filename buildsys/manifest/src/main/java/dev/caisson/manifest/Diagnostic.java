package dev.caisson.manifest;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is wrong in a manifest.
 *
 * @param severity whether it stops the build
 * @param file the file, as it was reached from what the user named
 * @param line from 1
 * @param column from 1, in code points
 * @param message what is wrong, in lower case, without a period
 * @param hint what to do about it; empty when the message says it
 */
public record Diagnostic(Severity severity, Path file, int line, int column, String message, String hint) {
    /** By file, then place, then text. */
    static final Comparator<Diagnostic> BY_PLACE = Comparator.comparing(
                    (Diagnostic d) -> d.file().toString())
            .thenComparingInt(Diagnostic::line)
            .thenComparingInt(Diagnostic::column)
            .thenComparing(Diagnostic::message);

    /** {@code file:line:column: error: message}, and the hint on an indented second line. */
    public String text() {
        String first = file + ":" + line + ":" + column + ": " + severity.label() + ": " + message;
        return hint.isEmpty() ? first : first + "\n  hint: " + hint;
    }

    /** The texts of many, one after the other. */
    public static String text(List<Diagnostic> diagnostics) {
        return diagnostics.stream().map(Diagnostic::text).collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
        return text();
    }
}
