package dev.caisson.deb;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.DebianVersionOrder;

/**
 * A Debian version, {@code [epoch:]upstream[-revision]}, by {@code deb-version(7)}. Two versions may compare as equal and
 * yet be written differently ({@code 1.0} and {@code 0:1.0-0}); {@link #equals} is about the text.
 *
 * @param text the version as written
 */
public record DebianVersion(String text) implements Comparable<DebianVersion> {
    /**
     * Parses and checks a version.
     *
     * @throws CorruptDataException when the text is not a version: empty, an epoch that is no number, an upstream version
     *     that does not begin with a digit, an empty revision, other characters
     */
    public static DebianVersion parse(String text) throws FormatException {
        int colon = text.indexOf(':');
        check(colon < 0 || number(text, colon), text, "an epoch of at most nine digits before the first colon");
        int dash = text.lastIndexOf('-');
        int end = dash > colon ? dash : text.length();
        check(end > colon + 1 && digit(text.charAt(colon + 1)), text, "an upstream version that begins with a digit");
        check(end == text.length() || end < text.length() - 1, text, "a revision after the last hyphen");
        for (int i = colon + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean inUpstream = i < end;
            boolean fits = digit(c)
                    || c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c == '.'
                    || c == '+'
                    || c == '~'
                    || inUpstream && c == '-'
                    || inUpstream && c == ':' && colon >= 0
                    || i == dash;
            check(fits, text, "letters, digits and . + - ~ only");
        }
        return new DebianVersion(text);
    }

    private static boolean number(String text, int end) {
        if (end == 0 || end > 9) {
            return false;
        }
        for (int i = 0; i < end; i++) {
            if (!digit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static void check(boolean condition, String text, String expected) throws CorruptDataException {
        if (!condition) {
            throw new CorruptDataException("version", FormatException.NO_OFFSET, "is \"" + text + "\"", expected);
        }
    }

    /** The epoch; 0 when none is written. */
    public int epoch() {
        int colon = text.indexOf(':');
        return colon < 0 ? 0 : Integer.parseInt(text.substring(0, colon));
    }

    /** The part between epoch and revision. */
    public String upstream() {
        return text.substring(text.indexOf(':') + 1, revisionStart());
    }

    /** The Debian revision; empty when none is written. */
    public String revision() {
        return text.substring(Math.min(text.length(), revisionStart() + 1));
    }

    private int revisionStart() {
        int dash = text.lastIndexOf('-');
        return dash > text.indexOf(':') ? dash : text.length();
    }

    @Override
    public int compareTo(DebianVersion other) {
        return DebianVersionOrder.INSTANCE.compare(text, other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
