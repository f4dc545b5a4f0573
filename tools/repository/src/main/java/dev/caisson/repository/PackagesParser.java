package dev.caisson.repository;

import dev.caisson.bytes.CorruptDataException;
import java.util.Arrays;

/**
 * Parses a Packages file (deb822: paragraphs of {@code Name: value} lines) straight into columns, without a string per field:
 * a suite has about 1.5 million fields. For one thread.
 */
final class PackagesParser {
    private static final String SIZE = "size";
    private static final String INSTALLED_SIZE = "installed-size";
    private static final String SHA256 = "sha256";

    private final byte[] in;
    private final StringTable strings = new StringTable();
    private int count;
    private int[] columns = new int[PackagesField.COUNT * 1024];
    private long[] sizes = new long[1024];
    private long[] installedSizes = new long[1024];
    private byte[] digests = new byte[32 * 1024];

    private int at;
    private int paragraphStart;
    private int seen;
    private boolean hasSize;
    private boolean hasDigest;
    private byte[] folded = new byte[1 << 12];

    PackagesParser(byte[] in) {
        this.in = in;
    }

    PackagesIndex parse() throws CorruptDataException {
        while (at < in.length) {
            if (in[at] == '\n' || in[at] == '\r') {
                endParagraph();
                at++;
            } else {
                field();
            }
        }
        endParagraph();
        return PackagesIndex.of(
                count,
                Arrays.copyOf(columns, count * PackagesField.COUNT),
                Arrays.copyOf(sizes, count),
                Arrays.copyOf(installedSizes, count),
                Arrays.copyOf(digests, count * 32),
                strings.offsets(),
                strings.text());
    }

    private boolean inParagraph() {
        return seen != 0 || hasSize || hasDigest;
    }

    private void field() throws CorruptDataException {
        if (!inParagraph()) {
            paragraphStart = at;
            reserve();
        }
        int start = at;
        int lineEnd = lineEnd(at);
        int colon = at;
        while (colon < lineEnd && in[colon] != ':') {
            colon++;
        }
        if (colon == lineEnd || colon == start || in[start] == ' ' || in[start] == '\t') {
            throw new CorruptDataException("Packages", start, "has a line without a field name", "Name: value");
        }
        int from = colon + 1;
        int to = lineEnd;
        at = Math.min(lineEnd + 1, in.length);
        boolean continued = at < in.length && (in[at] == ' ' || in[at] == '\t');
        store(start, colon - start, from, to, continued);
        while (at < in.length && (in[at] == ' ' || in[at] == '\t')) {
            at = Math.min(lineEnd(at) + 1, in.length);
        }
    }

    private void store(int name, int nameLength, int valueFrom, int valueTo, boolean continued)
            throws CorruptDataException {
        PackagesField field = PackagesField.find(in, name, nameLength);
        int from = skipBlanks(valueFrom, valueTo);
        int to = trimEnd(from, valueTo);
        if (field != null) {
            int bit = 1 << field.column();
            if ((seen & bit) != 0) {
                throw new CorruptDataException(
                        "Packages", name, "has field " + field + " twice", "once in a paragraph");
            }
            seen |= bit;
            if (field == PackagesField.FILENAME) {
                from = skipHere(from, to);
            }
            int id = continued && field != PackagesField.DESCRIPTION
                    ? internFolded(from, to)
                    : strings.intern(in, from, to - from);
            columns[count * PackagesField.COUNT + field.column()] = id;
        } else if (is(SIZE, name, nameLength)) {
            sizes[count] = number(from, to);
            hasSize = true;
        } else if (is(INSTALLED_SIZE, name, nameLength)) {
            installedSizes[count] = number(from, to);
        } else if (is(SHA256, name, nameLength)) {
            digest(from, to);
            hasDigest = true;
        } else if (!inParagraph()) {
            // An unknown first field opens the paragraph too; the sign bit is no column.
            seen |= 1 << 31;
        }
    }

    /** Flat repositories write {@code ./file}. */
    private int skipHere(int from, int to) {
        return to - from > 2 && in[from] == '.' && in[from + 1] == '/' ? from + 2 : from;
    }

    private boolean is(String lowerCase, int name, int nameLength) {
        return nameLength == lowerCase.length() && PackagesField.matches(lowerCase, in, name);
    }

    /** The value with its continuation lines, each joined by one space. */
    private int internFolded(int from, int to) {
        int length = append(0, from, to);
        int line = at;
        while (line < in.length && (in[line] == ' ' || in[line] == '\t')) {
            int end = lineEnd(line);
            int start = skipBlanks(line, end);
            length = append(length, line, line + 1);
            folded[length - 1] = ' ';
            length = append(length, start, trimEnd(start, end));
            line = Math.min(end + 1, in.length);
        }
        int first = folded[0] == ' ' ? 1 : 0;
        return strings.intern(folded, first, length - first);
    }

    private int append(int length, int from, int to) {
        if (folded.length - length < to - from) {
            folded = Arrays.copyOf(folded, Math.max(folded.length * 2, length + (to - from)));
        }
        System.arraycopy(in, from, folded, length, to - from);
        return length + (to - from);
    }

    private void endParagraph() throws CorruptDataException {
        if (!inParagraph()) {
            return;
        }
        require(PackagesField.NAME);
        require(PackagesField.VERSION);
        require(PackagesField.ARCHITECTURE);
        require(PackagesField.FILENAME);
        if (!hasSize || !hasDigest) {
            throw new CorruptDataException("Packages", paragraphStart, "has a package without Size or SHA256", "both");
        }
        seen = 0;
        hasSize = false;
        hasDigest = false;
        count++;
    }

    private void require(PackagesField field) throws CorruptDataException {
        if (columns[count * PackagesField.COUNT + field.column()] == 0) {
            throw new CorruptDataException(
                    "Packages",
                    paragraphStart,
                    "has a package without " + field,
                    "Package, Version, Architecture, Filename");
        }
    }

    private void reserve() {
        if (count == sizes.length) {
            columns = Arrays.copyOf(columns, columns.length * 2);
            sizes = Arrays.copyOf(sizes, sizes.length * 2);
            installedSizes = Arrays.copyOf(installedSizes, installedSizes.length * 2);
            digests = Arrays.copyOf(digests, digests.length * 2);
        }
        installedSizes[count] = -1;
    }

    private long number(int from, int to) throws CorruptDataException {
        long value = 0;
        boolean good = from < to && to - from <= 18;
        for (int i = from; good && i < to; i++) {
            good = in[i] >= '0' && in[i] <= '9';
            value = value * 10 + in[i] - '0';
        }
        if (!good) {
            throw new CorruptDataException("Packages", from, "has a size that is no number", "decimal digits");
        }
        return value;
    }

    private void digest(int from, int to) throws CorruptDataException {
        boolean good = to - from == 64;
        for (int i = 0; good && i < 32; i++) {
            int high = Character.digit(in[from + 2 * i], 16);
            int low = Character.digit(in[from + 2 * i + 1], 16);
            good = high >= 0 && low >= 0;
            digests[count * 32 + i] = (byte) (high << 4 | low);
        }
        if (!good) {
            throw new CorruptDataException("Packages", from, "has a wrong SHA256", "64 hexadecimal digits");
        }
    }

    private int lineEnd(int from) {
        int end = from;
        while (end < in.length && in[end] != '\n') {
            end++;
        }
        return end;
    }

    private int skipBlanks(int from, int to) {
        int i = from;
        while (i < to && (in[i] == ' ' || in[i] == '\t')) {
            i++;
        }
        return i;
    }

    private int trimEnd(int from, int to) {
        int i = to;
        while (i > from && (in[i - 1] == ' ' || in[i - 1] == '\t' || in[i - 1] == '\r')) {
            i--;
        }
        return i;
    }
}
