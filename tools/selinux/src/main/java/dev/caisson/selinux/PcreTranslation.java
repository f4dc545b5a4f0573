package dev.caisson.selinux;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.util.Map;

/**
 * Rewrites a PCRE2 expression as one of {@link java.util.regex} that means the same, over one char per byte and with
 * {@code DOTALL}. Every construct is known here or refused, so what comes out always compiles.
 */
final class PcreTranslation {
    private static final int MAX_REPEAT = 65535;
    private static final int MAX_DEPTH = 250;
    /** Escapes that both understand alike; {@code \s} has the vertical tab in both. */
    private static final String SAME_ESCAPES = "dDwWsSbBtnrfae";

    private static final String CLASS_ESCAPES = "dDwWsS";
    private static final Map<String, String> POSIX_CLASSES = Map.ofEntries(
            Map.entry("alpha", "\\p{Alpha}"),
            Map.entry("digit", "\\p{Digit}"),
            Map.entry("alnum", "\\p{Alnum}"),
            Map.entry("upper", "\\p{Upper}"),
            Map.entry("lower", "\\p{Lower}"),
            Map.entry("punct", "\\p{Punct}"),
            Map.entry("graph", "\\p{Graph}"),
            Map.entry("print", "\\p{Print}"),
            Map.entry("blank", "\\p{Blank}"),
            Map.entry("cntrl", "\\p{Cntrl}"),
            Map.entry("xdigit", "\\p{XDigit}"),
            Map.entry("space", "\\s"),
            Map.entry("word", "\\w"));

    private final String where;
    private final String pattern;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int depth;
    /** Whether a quantifier may follow. */
    private boolean repeatable;

    private PcreTranslation(String where, String pattern) {
        this.where = where;
        this.pattern = pattern;
    }

    /**
     * The expression for Java.
     *
     * @param where file and line, for messages
     */
    static String translate(String where, String pattern) throws FormatException {
        PcreTranslation translation = new PcreTranslation(where, pattern);
        translation.run();
        return translation.out.toString();
    }

    private void run() throws FormatException {
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            switch (c) {
                case '\\' -> escape();
                case '[' -> set();
                case '(' -> open();
                case ')' -> close();
                case '|' -> simple("|", false);
                case '^' -> simple("^", false);
                case '$' -> simple("\\z", false);
                case '.' -> simple(".", true);
                case '*', '+', '?' -> quantifier(String.valueOf(c));
                case '{' -> brace();
                default -> literal(c);
            }
        }
        if (depth > 0) {
            throw corrupt("leaves a parenthesis open");
        }
    }

    private void simple(String text, boolean mayRepeat) {
        out.append(text);
        at++;
        repeatable = mayRepeat;
    }

    private void literal(char c) throws FormatException {
        if (c > 126 || c < ' ' && c != '\t') {
            throw corrupt("holds a byte that is not ASCII text");
        }
        if (!isAlphanumeric(c)) {
            out.append('\\');
        }
        out.append(c);
        at++;
        repeatable = true;
    }

    private void escape() throws FormatException {
        if (at + 1 == pattern.length()) {
            throw corrupt("ends with a backslash");
        }
        char c = pattern.charAt(at + 1);
        if (c == 'x') {
            hexadecimal();
        } else if (!isAlphanumeric(c)) {
            at++;
            literal(c);
            return;
        } else if (SAME_ESCAPES.indexOf(c) >= 0) {
            out.append('\\').append(c);
            at += 2;
        } else {
            throw unsupported("\\" + c);
        }
        repeatable = c != 'b' && c != 'B';
    }

    /** {@code \xhh}; fewer digits and braces are refused. */
    private void hexadecimal() throws FormatException {
        String digits = at + 4 <= pattern.length() ? pattern.substring(at + 2, at + 4) : "";
        if (!digits.matches("[0-9A-Fa-f]{2}")) {
            throw unsupported("\\x without two digits");
        }
        out.append("\\x").append(digits);
        at += 4;
    }

    private void open() throws FormatException {
        if (++depth > MAX_DEPTH) {
            throw new LimitExceededException(
                    where, FormatException.NO_OFFSET, "nests parentheses deeper than " + MAX_DEPTH, "");
        }
        if (pattern.startsWith("(*", at)) {
            throw unsupported("(*");
        }
        if (!pattern.startsWith("(?", at)) {
            simple("(", false);
            return;
        }
        for (String known : new String[] {"(?:", "(?=", "(?!", "(?>"}) {
            if (pattern.startsWith(known, at)) {
                out.append(known);
                at += known.length();
                repeatable = false;
                return;
            }
        }
        throw unsupported(pattern.substring(at, Math.min(pattern.length(), at + 3)));
    }

    private void close() throws FormatException {
        if (--depth < 0) {
            throw corrupt("closes a parenthesis that is not open");
        }
        simple(")", true);
    }

    private void quantifier(String text) throws FormatException {
        if (!repeatable) {
            throw corrupt("has a quantifier behind nothing, at character " + (at + 1));
        }
        out.append(text);
        at += text.length();
        if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == '+')) {
            out.append(pattern.charAt(at++)); // lazy, possessive
        }
        repeatable = false;
    }

    /** A brace that is not a quantifier is a brace. */
    private void brace() throws FormatException {
        int end = pattern.indexOf('}', at);
        String inside = end < 0 ? "" : pattern.substring(at + 1, end);
        if (inside.matches("[0-9]{1,5}(,([0-9]{1,5})?)?")) {
            String[] bounds = inside.split(",", -1);
            int least = Integer.parseInt(bounds[0]);
            int most = bounds.length < 2 || bounds[1].isEmpty() ? least : Integer.parseInt(bounds[1]);
            if (least > MAX_REPEAT || most > MAX_REPEAT || most < least) {
                throw corrupt("repeats {" + inside + "}");
            }
            quantifier("{" + inside + "}");
        } else if (inside.matches(" *[0-9]* *,? *[0-9]* *")
                && !inside.isBlank()
                && !inside.strip().equals(",")) {
            throw unsupported("{" + inside + "}"); // a brace until PCRE2 10.42, a quantifier since
        } else {
            literal('{');
        }
    }

    private void set() throws FormatException {
        out.append('[');
        at++;
        if (at < pattern.length() && pattern.charAt(at) == '^') {
            out.append('^');
            at++;
        }
        for (boolean first = true; first || peek() != ']'; first = false) {
            int from = member();
            if (peek() == '-' && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
                at++;
                out.append('-');
                int to = member();
                if (from < 0 || to < 0) {
                    throw unsupported("a range of classes in brackets");
                }
                if (from > to) {
                    throw corrupt("has the range " + (char) from + "-" + (char) to + ", which runs backwards");
                }
            }
        }
        out.append(']');
        at++;
        repeatable = true;
    }

    private char peek() throws CorruptDataException {
        if (at >= pattern.length()) {
            throw corrupt("leaves a bracket open");
        }
        return pattern.charAt(at);
    }

    /** Takes one member of a set over: gives the character, or -1 when it is a class. */
    private int member() throws FormatException {
        char c = peek();
        if (c == '[' && at + 1 < pattern.length() && ":.=".indexOf(pattern.charAt(at + 1)) >= 0) {
            int end = pattern.indexOf(pattern.charAt(at + 1) + "]", at + 2);
            if (end >= 0) {
                out.append(posixClass(pattern.substring(at, end + 2)));
                at = end + 2;
                return -1;
            }
        }
        if (c == '\\') {
            at++;
            c = peek();
            if (CLASS_ESCAPES.indexOf(c) >= 0) {
                out.append('\\').append(c);
                at++;
                return -1;
            }
            if (isAlphanumeric(c)) {
                throw unsupported("[\\" + c + "]");
            }
        }
        literal(c);
        return c;
    }

    private String posixClass(String text) throws FormatException {
        String name = text.substring(2, text.length() - 2);
        boolean not = name.startsWith("^");
        String known = POSIX_CLASSES.get(not ? name.substring(1) : name);
        if (!text.startsWith("[:") || known == null) {
            throw unsupported(text);
        }
        return not ? "\\" + Character.toUpperCase(known.charAt(1)) + known.substring(2) : known;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private CorruptDataException corrupt(String what) {
        return new CorruptDataException(
                where, FormatException.NO_OFFSET, "the expression " + pattern + " " + what, "a regular expression");
    }

    private UnsupportedFeatureException unsupported(String construct) {
        return new UnsupportedFeatureException(
                where,
                FormatException.NO_OFFSET,
                "the expression " + pattern + " has " + construct,
                "characters, sets, groups, alternatives and quantifiers");
    }
}
