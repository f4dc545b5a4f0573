package dev.caisson.manifest;

import dev.caisson.bytes.Guid;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shapes that several keys share. */
final class Shapes {
    /** Longest text that is not a file's content, in UTF-16 units. */
    static final int MAX_TEXT = 4096;

    static final Shape FLAG = new Shape.Flag();
    static final Shape LINE = text("one line of text", "^[^\\x00-\\x1f\\x7f]+$");
    static final Shape VARIANT_NAME = text(
            "a variant name (lower-case letters, digits and -, at most 63)", "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$");
    static final Shape SEMVER = text(
            "a semantic version such as 1.0.0",
            "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?"
                    + "(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$");
    static final Shape PACKAGE_NAME = text("a package name", "^[A-Za-z0-9][A-Za-z0-9+._-]*$");
    static final Shape PACKAGE_PATTERN = text("a package name or a pattern with *", "^[A-Za-z0-9*][A-Za-z0-9+._*-]*$");
    static final Shape VERSION_CONSTRAINT = text(
            "a version constraint such as \"=1.2-3\" or \">=1.2\"", "^(=|>=|<=|>|<) ?[0-9A-Za-z][0-9A-Za-z.+~:^_-]*$");
    static final Shape ACCOUNT =
            text("a user or group name (lower-case letters, digits, _ and -, at most 31)", "^[a-z_][a-z0-9_-]{0,30}$");
    static final Shape ACCOUNT_OR_NUMBER =
            text("a user or group name, or a number", "^([a-z_][a-z0-9_-]{0,30}|0|[1-9][0-9]{0,9})$");
    static final Shape UNIT = text(
            "a systemd unit name with its suffix, such as sshd.service",
            "^[A-Za-z0-9:_.\\\\-]+(@[A-Za-z0-9:_.\\\\-]*)?"
                    + "\\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$");
    static final Shape MODULE = text("a kernel module name", "^[A-Za-z0-9_-]+$");
    static final Shape SYMBOL = text("a name of letters, digits, . _ -", "^[A-Za-z0-9][A-Za-z0-9._-]*$");
    static final Shape HOST_PATH = text("a path relative to this file", "^[^\\x00-\\x1f\\x7f]+$");
    static final Shape URL = text("a file:, http: or https: address", "^(file|https?):[^\\x00-\\x20\\x7f]+$");
    static final Shape WEB_URL = text("an http: or https: address", "^https?://[^\\x00-\\x20\\x7f]+$");
    static final Shape DIGEST = text("a digest: sha256: and 64 lower-case hexadecimal digits", "^sha256:[0-9a-f]{64}$");
    static final Shape MODE =
            new Shape.Text("an octal mode in quotes such as \"0644\"", "^[0-7]{3,4}$", true, text -> "");
    static final Shape IMAGE_PATH = new Shape.Text(
            "an absolute path in the image, without . and .. components", ImagePaths.REGEX, false, ImagePaths::problem);
    static final Shape PATH_PATTERN = new Shape.Text(
            "an absolute path in the image, with * and ? within a component and ** for any components",
            ImagePaths.REGEX,
            false,
            ImagePaths::problem);
    static final Shape DATE =
            new Shape.Text("a date such as 2028-06-30", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", false, Shapes::dateProblem);
    static final Shape EPOCH = new Shape.Text(
            "seconds since 1970 or a time such as 2026-01-01T00:00:00Z",
            "^([0-9]{1,11}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$",
            false,
            Shapes::timeProblem);
    static final Shape PARTITION_SIZE = new Shape.Text(
            "a size such as 512MiB, or auto, minimal or rest",
            "^([0-9]{1,18}( ?(KiB|MiB|GiB|TiB|B))?|auto|minimal|rest)$",
            false,
            text -> PartitionSize.parse(text).isPresent() ? "" : "is too large");
    static final Shape GUID = new Shape.Text(
            "a GUID", "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", false, Shapes::guidProblem);

    private Shapes() {}

    static Shape text(String expected, String regex) {
        return new Shape.Text(expected, regex, false, text -> "");
    }

    static Shape choice(Class<? extends Labelled> type) {
        return new Shape.Choice(Labelled.labels(type));
    }

    static Shape choice(String... values) {
        return new Shape.Choice(List.of(values));
    }

    static Shape whole(long min, long max) {
        return new Shape.Whole(min, max);
    }

    static Shape size(long min, long max) {
        return new Shape.Size(min, max);
    }

    static Shape list(Shape item) {
        return new Shape.ListOf(item);
    }

    static Shape either(Shape... shapes) {
        return new Shape.Either(List.of(shapes));
    }

    static MapBuilder map() {
        return new MapBuilder();
    }

    private static String dateProblem(String text) {
        try {
            LocalDate.parse(text);
            return "";
        } catch (DateTimeParseException e) {
            return "is no day of the calendar";
        }
    }

    private static String timeProblem(String text) {
        try {
            return !text.endsWith("Z") || Instant.parse(text).getEpochSecond() >= 0 ? "" : "is before 1970";
        } catch (DateTimeParseException e) {
            return "is no time of the calendar";
        }
    }

    private static String guidProblem(String text) {
        return Guid.parse(text).equals(Guid.ZERO) ? "is all zero, which marks an unused entry" : "";
    }

    /** Collects the keys of a map in their order. */
    static final class MapBuilder {
        private final Map<String, Shape.Field> fields = new LinkedHashMap<>();

        MapBuilder key(String name, Shape shape, String doc) {
            fields.put(name, new Shape.Field(doc, shape, false));
            return this;
        }

        MapBuilder required(String name, Shape shape, String doc) {
            fields.put(name, new Shape.Field(doc, shape, true));
            return this;
        }

        Shape.MapOf build() {
            return new Shape.MapOf(fields);
        }
    }
}
