package dev.caisson.resolver;

import java.util.Comparator;

/**
 * The order of Debian version texts, {@code [epoch:]upstream[-revision]}, by deb-version(7): parts are compared as
 * alternating runs of non-digits (letters before everything else, {@code ~} before the end) and numbers. Any text is
 * accepted; whether it is a valid version is not asked here.
 */
public enum DebianVersionOrder implements Comparator<String> {
    /** The only instance. */
    INSTANCE;

    @Override
    public int compare(String left, String right) {
        if (left.equals(right)) {
            return 0;
        }
        int leftColon = left.indexOf(':');
        int rightColon = right.indexOf(':');
        int sign = Numerals.compare(left, 0, Math.max(leftColon, 0), right, 0, Math.max(rightColon, 0));
        if (sign != 0) {
            return sign;
        }
        int leftDash = dash(left, leftColon);
        int rightDash = dash(right, rightColon);
        sign = part(left, leftColon + 1, leftDash, right, rightColon + 1, rightDash);
        if (sign != 0) {
            return sign;
        }
        return part(
                left,
                Math.min(leftDash + 1, left.length()),
                left.length(),
                right,
                Math.min(rightDash + 1, right.length()),
                right.length());
    }

    private static int dash(String text, int colon) {
        int dash = text.lastIndexOf('-');
        return dash > colon ? dash : text.length();
    }

    private static int part(String a, int aFrom, int aTo, String b, int bFrom, int bTo) {
        int i = aFrom;
        int j = bFrom;
        while (i < aTo || j < bTo) {
            while (i < aTo && !Numerals.digit(a.charAt(i)) || j < bTo && !Numerals.digit(b.charAt(j))) {
                int sign = Integer.compare(weight(a, i, aTo), weight(b, j, bTo));
                if (sign != 0) {
                    return sign;
                }
                i++;
                j++;
            }
            int aEnd = Numerals.end(a, i, aTo);
            int bEnd = Numerals.end(b, j, bTo);
            int sign = Numerals.compare(a, i, aEnd, b, j, bEnd);
            if (sign != 0) {
                return sign;
            }
            i = aEnd;
            j = bEnd;
        }
        return 0;
    }

    private static int weight(String text, int at, int to) {
        if (at >= to) {
            return 0;
        }
        char c = text.charAt(at);
        if (c == '~') {
            return -1;
        }
        if (Numerals.digit(c)) {
            return 0;
        }
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' ? c : c + 0x10000;
    }
}
