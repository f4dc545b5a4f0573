package dev.caisson.resolver;

import java.util.Comparator;

/**
 * The order of RPM's {@code [epoch:]version[-release]}, by rpm's version comparison (rpm-version(7)): segments of
 * digits or of letters; digits are newer than letters; {@code ~} sorts before the end and {@code ^} after it but
 * before anything else.
 */
public enum RpmVersionOrder implements Comparator<String> {
    /** The only instance. */
    INSTANCE;

    /** Compares epoch, version and release; a missing epoch is 0, a missing release is older than any. */
    @Override
    public int compare(String left, String right) {
        if (left.equals(right)) {
            return 0;
        }
        int sign = compareVersion(left, right);
        if (sign != 0) {
            return sign;
        }
        boolean leftHas = hasRelease(left);
        boolean rightHas = hasRelease(right);
        if (leftHas && rightHas) {
            return segments(release(left), release(right));
        }
        return Boolean.compare(leftHas, rightHas);
    }

    /** Compares epoch and version only. */
    static int compareVersion(String left, String right) {
        int leftColon = epochEnd(left);
        int rightColon = epochEnd(right);
        int sign = Numerals.compare(left, 0, Math.max(leftColon, 0), right, 0, Math.max(rightColon, 0));
        if (sign != 0) {
            return sign;
        }
        return segments(
                left.substring(leftColon + 1, versionEnd(left)), right.substring(rightColon + 1, versionEnd(right)));
    }

    static boolean hasRelease(String evr) {
        return versionEnd(evr) < evr.length();
    }

    static String release(String evr) {
        return evr.substring(versionEnd(evr) + 1);
    }

    private static int epochEnd(String evr) {
        int end = Numerals.end(evr, 0, evr.length());
        return end < evr.length() && evr.charAt(end) == ':' ? end : -1;
    }

    private static int versionEnd(String evr) {
        int dash = evr.lastIndexOf('-');
        return dash > epochEnd(evr) ? dash : evr.length();
    }

    /** Compares two versions or two releases, without epoch or dash. */
    public static int segments(String a, String b) {
        int i = 0;
        int j = 0;
        while (true) {
            i = skipSeparators(a, i);
            j = skipSeparators(b, j);
            char x = i < a.length() ? a.charAt(i) : 0;
            char y = j < b.length() ? b.charAt(j) : 0;
            if (x == '~' || y == '~') {
                if (x != y) {
                    return x == '~' ? -1 : 1;
                }
                i++;
                j++;
            } else if (x == '^' || y == '^') {
                if (x != y) {
                    return caret(x, y);
                }
                i++;
                j++;
            } else if (x == 0 || y == 0) {
                return Boolean.compare(x != 0, y != 0);
            } else {
                boolean number = Numerals.digit(x);
                int aEnd = number ? Numerals.end(a, i, a.length()) : letters(a, i);
                int bEnd = number ? Numerals.end(b, j, b.length()) : letters(b, j);
                if (bEnd == j) {
                    return number ? 1 : -1;
                }
                int sign = number
                        ? Numerals.compare(a, i, aEnd, b, j, bEnd)
                        : Integer.signum(a.substring(i, aEnd).compareTo(b.substring(j, bEnd)));
                if (sign != 0) {
                    return sign;
                }
                i = aEnd;
                j = bEnd;
            }
        }
    }

    /** Exactly one side is at a caret: it is newer than the end, older than anything else. */
    private static int caret(char x, char y) {
        if (x == '^') {
            return y == 0 ? 1 : -1;
        }
        return x == 0 ? -1 : 1;
    }

    private static int skipSeparators(String text, int from) {
        int i = from;
        while (i < text.length() && !significant(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean significant(char c) {
        return Numerals.digit(c) || letter(c) || c == '~' || c == '^';
    }

    private static boolean letter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static int letters(String text, int from) {
        int i = from;
        while (i < text.length() && letter(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
