package dev.caisson.selinux;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One line of {@code file_contexts}, taken apart: the text that a path must begin with, and what may follow.
 *
 * @param where file and line
 * @param kind the only kind of file that it is for, or empty for all
 * @param context the label; empty for {@code <<none>>}
 * @param isName whether it is a name rather than an expression, and so counts before expressions
 * @param prefix what every path that matches begins with, one char per byte
 * @param tail what follows the prefix
 */
record ContextRule(
        String where, Optional<FileKind> kind, Optional<String> context, boolean isName, String prefix, Tail tail) {
    private static final String META = ".^$?*+|[({";
    private static final int REGEX_FLAGS = Pattern.DOTALL | Pattern.UNIX_LINES;
    private static final long MAX_STEPS = 4_000_000;

    /** What may follow the prefix. */
    sealed interface Tail {
        /** Nothing. */
        record End() implements Tail {}

        /** Anything. */
        record Anything() implements Tail {}

        /** Nothing, or a slash and anything. */
        record Subtree() implements Tail {}

        /**
         * What an expression finds.
         *
         * @param from where the rest of the path starts that it is about
         * @param java the expression
         * @param hasAlternatives whether it may match in the middle, because its alternatives are anchored at one end
         * @param required what the rest must hold somewhere: looked for first, because that is much faster
         */
        record Expression(int from, String java, boolean hasAlternatives, String required) implements Tail {}
    }

    static ContextRule of(String where, String regex, Optional<FileKind> kind, Optional<String> context)
            throws FormatException {
        if (hasAlternatives(regex)) {
            int stem = stemLength(regex);
            Tail tail = new Tail.Expression(0, "^" + PcreTranslation.translate(where, regex) + "\\z", true, "");
            return new ContextRule(where, kind, context, false, stem == 0 ? "" : regex.substring(0, stem + 1), tail);
        }
        StringBuilder prefix = new StringBuilder();
        int at = 0;
        int lastStart = 0;
        while (at < regex.length() && META.indexOf(regex.charAt(at)) < 0) {
            int length = regex.charAt(at) == '\\' ? 2 : 1;
            if (at + length > regex.length() || (length == 2 && Character.isLetterOrDigit(regex.charAt(at + 1)))) {
                break;
            }
            lastStart = at;
            prefix.append(regex.charAt(at + length - 1));
            at += length;
        }
        boolean isName = isName(regex);
        if (at < regex.length() && "?*+{".indexOf(regex.charAt(at)) >= 0 && !prefix.isEmpty()) {
            prefix.setLength(prefix.length() - 1); // the quantifier is about it
            at = lastStart;
        }
        PcreTranslation.translate(where, regex); // the whole is checked, whatever is made of it
        Tail tail = switch (regex.substring(at)) {
            case "" -> new Tail.End();
            case ".*" -> new Tail.Anything();
            case "(/.*)?" -> new Tail.Subtree();
            default ->
                new Tail.Expression(
                        prefix.length(),
                        PcreTranslation.translate(where, regex.substring(at)),
                        false,
                        required(regex.substring(at)));
        };
        return new ContextRule(where, kind, context, isName && tail instanceof Tail.End, prefix.toString(), tail);
    }

    /** Whether nothing in it is special, in the eyes of libselinux, for which {@code )} and {@code ]} are not. */
    private static boolean isName(String regex) {
        for (int i = 0; i < regex.length(); i++) {
            if (META.indexOf(regex.charAt(i)) >= 0) {
                return false;
            }
            if (regex.charAt(i) == '\\') {
                i++;
            }
        }
        return true;
    }

    /** Whether there is a {@code |} outside of parentheses: then neither alternative is anchored at both ends. */
    private static boolean hasAlternatives(String regex) {
        int depth = 0;
        boolean inSet = false;
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                i++;
            } else if (inSet) {
                inSet = c != ']';
            } else if (c == '[') {
                inSet = true;
                i += regex.startsWith("[^]", i) ? 2 : regex.startsWith("[]", i) ? 1 : 0;
            } else if (c == '(' || c == ')') {
                depth += c == '(' ? 1 : -1;
            } else if (c == '|' && depth == 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Length of the first directory's name with its slash, if it is free of anything special; 0 if not. What begins with such a
     * stem is for paths in that directory only, whatever its alternatives are.
     */
    private static int stemLength(String regex) {
        int slash = regex.indexOf('/', 1);
        for (int i = 0; i < slash; i++) {
            if (META.indexOf(regex.charAt(i)) >= 0 || regex.charAt(i) == '\\') {
                return 0;
            }
        }
        return Math.max(slash, 0);
    }

    /** The longest text outside of parentheses that no quantifier makes optional. */
    private static String required(String regex) {
        String longest = "";
        StringBuilder run = new StringBuilder();
        int depth = 0;
        for (int i = 0; i <= regex.length(); i++) {
            char c = i < regex.length() ? regex.charAt(i) : '$';
            boolean isEscape = c == '\\' && !Character.isLetterOrDigit(regex.charAt(i + 1));
            if (depth == 0 && (isEscape || (META.indexOf(c) < 0 && c != '\\' && c != ')'))) {
                run.append(isEscape ? regex.charAt(++i) : c);
                continue;
            }
            if ("?*{".indexOf(c) >= 0 && !run.isEmpty()) {
                run.setLength(run.length() - 1);
            }
            longest = run.length() > longest.length() ? run.toString() : longest;
            run.setLength(0);
            switch (c) {
                case '(' -> depth++;
                case ')' -> depth--;
                case '\\' -> i += regex.charAt(i + 1) == 'x' ? 3 : 1;
                case '[' -> i = endOfSet(regex, i);
                case '{' -> i = endOfCount(regex, i);
                default -> {}
            }
        }
        return longest;
    }

    /** Index of the brace that closes a quantifier; the same index when it is none. */
    private static int endOfCount(String regex, int at) {
        int end = regex.indexOf('}', at);
        return end > 0 && regex.substring(at + 1, end).matches("[0-9,]+") ? end : at;
    }

    /** Index of the bracket that closes a set; the expression is known to be sound. */
    private static int endOfSet(String regex, int at) {
        int i = at + (regex.startsWith("[^", at) ? 2 : 1);
        for (boolean first = true; first || regex.charAt(i) != ']'; first = false) {
            if (regex.charAt(i) == '\\') {
                i += 2;
            } else if (regex.charAt(i) == '['
                    && ":.=".indexOf(regex.charAt(i + 1)) >= 0
                    && regex.indexOf(regex.charAt(i + 1) + "]", i + 2) >= 0) {
                i = regex.indexOf(regex.charAt(i + 1) + "]", i + 2) + 2;
            } else {
                i++;
            }
        }
        return i;
    }

    /** The expression to compile, if it takes one. */
    Optional<Pattern> compile() {
        return tail instanceof Tail.Expression expression
                ? Optional.of(Pattern.compile(expression.java(), REGEX_FLAGS))
                : Optional.empty();
    }

    /**
     * Whether a path that begins with the prefix matches.
     *
     * @param pattern from {@link #compile}, or null when it takes none
     */
    boolean matches(String path, Pattern pattern) throws LimitExceededException {
        if (tail instanceof Tail.Expression expression) {
            return find(pattern, path, expression);
        }
        return tail instanceof Tail.Anything
                || path.length() == prefix.length()
                || (tail instanceof Tail.Subtree && path.charAt(prefix.length()) == '/');
    }

    private boolean find(Pattern pattern, String path, Tail.Expression expression) throws LimitExceededException {
        try {
            if (expression.hasAlternatives()) {
                return pattern.matcher(new CountedText(path, MAX_STEPS)).find();
            }
            return path.indexOf(expression.required(), expression.from()) >= 0
                    && pattern.matcher(new CountedText(path, MAX_STEPS))
                            .region(expression.from(), path.length())
                            .useAnchoringBounds(false)
                            .useTransparentBounds(true)
                            .matches();
        } catch (CountedText.TooManyStepsException | StackOverflowError e) {
            throw new LimitExceededException(
                    where,
                    FormatException.NO_OFFSET,
                    "the expression takes more than " + MAX_STEPS + " steps or too much memory on " + path,
                    "a simpler expression");
        }
    }
}
