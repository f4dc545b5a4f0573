package dev.caisson.deb;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One paragraph of a control file ({@code deb822(5)}): fields with unique names, which compare without regard to ASCII case, in
 * the order of the file. Keeps the bytes and where the fields lie in them; text is made for the fields that are asked for.
 * Immutable.
 */
public final class Deb822Paragraph {
    private static final int MAX_FIELDS = 1000;

    /** Per field: first byte and end of the name, first byte and end of the value. */
    private static final int INTS_PER_FIELD = 4;

    private final byte[] bytes;
    private final int[] fields;
    private final long offset;

    private Deb822Paragraph(byte[] bytes, int[] fields, long offset) {
        this.bytes = bytes;
        this.fields = fields;
        this.offset = offset;
    }

    /**
     * Parses the lines of one paragraph, without the empty line after it.
     *
     * @param bytes the lines, which are not copied and must not change
     * @param offset position of the first byte in its file, for messages
     */
    static Deb822Paragraph parse(String file, byte[] bytes, long offset) throws FormatException {
        int[] fields = new int[24 * INTS_PER_FIELD];
        int used = 0;
        int at = 0;
        while (at < bytes.length) {
            int end = lineEnd(file, bytes, at, offset);
            byte first = bytes[at];
            if (first == ' ' || first == '\t') {
                checkContinuation(file, bytes, at, end, used, offset);
                fields[used - 1] = end;
            } else {
                if (used == fields.length) {
                    fields = Arrays.copyOf(fields, used * 2);
                }
                used = addField(file, bytes, at, end, fields, used, offset);
            }
            at = end + 1;
        }
        for (int i = 0; i < used; i += INTS_PER_FIELD) {
            trim(bytes, fields, i);
        }
        return new Deb822Paragraph(bytes, Arrays.copyOf(fields, used), offset);
    }

    private static int lineEnd(String file, byte[] bytes, int from, long offset) throws CorruptDataException {
        int end = from;
        while (end < bytes.length && bytes[end] != '\n') {
            if (bytes[end] == 0) {
                throw new CorruptDataException(file, offset + end, "has a NUL", "text");
            }
            end++;
        }
        if (end > from && bytes[end - 1] == '\r') {
            throw new CorruptDataException(
                    file, offset + end - 1, "has a carriage return", "lines that end in a line feed");
        }
        return end;
    }

    private static void checkContinuation(String file, byte[] bytes, int at, int end, int used, long offset)
            throws CorruptDataException {
        if (used == 0) {
            throw new CorruptDataException(file, offset + at, "begins with a continuation line", "a field name");
        }
        int i = at;
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        if (i == end) {
            // Readers disagree on whether such a line ends the paragraph.
            throw new CorruptDataException(file, offset + at, "has a line of blanks", "an empty line or \" .\"");
        }
    }

    private static int addField(String file, byte[] bytes, int at, int end, int[] fields, int used, long offset)
            throws FormatException {
        int colon = at;
        while (colon < end && bytes[colon] > ' ' && bytes[colon] != ':' && bytes[colon] != 127) {
            colon++;
        }
        if (colon == end || bytes[colon] != ':' || colon == at || bytes[at] == '-' || bytes[at] == '#') {
            String line = new String(bytes, at, Math.min(end - at, 60), StandardCharsets.US_ASCII);
            throw new CorruptDataException(
                    file, offset + at, "has the line \"" + line + "\"", "a field name, a colon and a value");
        }
        if (find(bytes, fields, used, bytes, at, colon) >= 0) {
            String name = new String(bytes, at, colon - at, StandardCharsets.US_ASCII);
            throw new CorruptDataException(file, offset + at, "has the field " + name + " twice", "once");
        }
        if (used == MAX_FIELDS * INTS_PER_FIELD) {
            throw new LimitExceededException(
                    file, offset + at, "has more fields", "at most " + MAX_FIELDS + " in a paragraph");
        }
        fields[used] = at;
        fields[used + 1] = colon;
        fields[used + 2] = colon + 1;
        fields[used + 3] = end;
        return used + INTS_PER_FIELD;
    }

    private static void trim(byte[] bytes, int[] fields, int field) {
        int from = fields[field + 2];
        int to = fields[field + 3];
        while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
            to--;
        }
        fields[field + 2] = from;
        fields[field + 3] = to;
    }

    /** Index of the field with the name {@code wanted[from, to)}, or -1. */
    private static int find(byte[] bytes, int[] fields, int used, byte[] wanted, int from, int to) {
        for (int i = 0; i < used; i += INTS_PER_FIELD) {
            if (fields[i + 1] - fields[i] == to - from && sameName(bytes, fields[i], wanted, from, to - from)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean sameName(byte[] a, int aFrom, byte[] b, int bFrom, int length) {
        for (int i = 0; i < length; i++) {
            byte x = a[aFrom + i];
            byte y = b[bFrom + i];
            if (x != y && lower(x) != lower(y)) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    private int find(String name) {
        int length = name.length();
        for (int i = 0; i < fields.length; i += INTS_PER_FIELD) {
            if (fields[i + 1] - fields[i] == length && isNamed(fields[i], name)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isNamed(int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c > 127 || lower(bytes[from + i]) != lower((byte) c)) {
                return false;
            }
        }
        return true;
    }

    /** Position of the paragraph's first byte in its file. */
    public long offset() {
        return offset;
    }

    /** The names as written, in the file's order. */
    public List<String> names() {
        List<String> names = new ArrayList<>(fields.length / INTS_PER_FIELD);
        for (int i = 0; i < fields.length; i += INTS_PER_FIELD) {
            names.add(new String(bytes, fields[i], fields[i + 1] - fields[i], StandardCharsets.US_ASCII));
        }
        return names;
    }

    /** Whether there is such a field, empty or not. */
    public boolean contains(String name) {
        return find(name) >= 0;
    }

    /**
     * A field's value as UTF-8 text, without blanks at either end. The lines of a folded or multi-line value are separated by
     * line feeds, and each after the first begins with the blank that it has in the file.
     */
    public Optional<String> get(String name) {
        int field = find(name);
        return field < 0
                ? Optional.empty()
                : Optional.of(new String(
                        bytes, fields[field + 2], fields[field + 3] - fields[field + 2], StandardCharsets.UTF_8));
    }

    /**
     * As {@link #get}, for a field that must be there.
     *
     * @param file what the paragraph is part of, for the message
     * @throws CorruptDataException when the field is missing or empty
     */
    public String require(String file, String name) throws CorruptDataException {
        Optional<String> value = get(name);
        if (value.isEmpty() || value.get().isEmpty()) {
            throw new CorruptDataException(file, offset, "has no field " + name, "one");
        }
        return value.get();
    }

    /** A folded value such as that of Depends in one line: each line break with the blanks around it becomes one blank. */
    public Optional<String> folded(String name) {
        return get(name)
                .map(value -> value.indexOf('\n') < 0
                        ? value
                        : value.replaceAll("[ \t]*\n[ \t]+", " ").strip());
    }

    /** The lines of a multi-line value such as that of SHA256, without blanks at their ends; the first is left out if empty. */
    public List<String> lines(String name) {
        List<String> lines = new ArrayList<>();
        get(name).ifPresent(value -> {
            for (int from = 0; from <= value.length(); ) {
                int end = value.indexOf('\n', from);
                end = end < 0 ? value.length() : end;
                String line = value.substring(from, end).strip();
                if (from > 0 || !line.isEmpty()) {
                    lines.add(line);
                }
                from = end + 1;
            }
        });
        return lines;
    }

    /** The paragraph's lines as they are in the file. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The text of the paragraph. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
