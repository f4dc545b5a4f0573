package dev.caisson.resolver;

/** Runs of decimal digits inside version texts, of any length: they are never converted to a number. */
final class Numerals {
    private Numerals() {}

    static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The end of the run of digits that starts at {@code from}. */
    static int end(String text, int from, int to) {
        int i = from;
        while (i < to && digit(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** Compares two runs as numbers; an empty one is zero. */
    static int compare(String a, int aFrom, int aTo, String b, int bFrom, int bTo) {
        int i = skipZeros(a, aFrom, aTo);
        int j = skipZeros(b, bFrom, bTo);
        if (aTo - i != bTo - j) {
            return Integer.compare(aTo - i, bTo - j);
        }
        for (; i < aTo; i++, j++) {
            if (a.charAt(i) != b.charAt(j)) {
                return Character.compare(a.charAt(i), b.charAt(j));
            }
        }
        return 0;
    }

    private static int skipZeros(String text, int from, int to) {
        int i = from;
        while (i < to && text.charAt(i) == '0') {
            i++;
        }
        return i;
    }
}
