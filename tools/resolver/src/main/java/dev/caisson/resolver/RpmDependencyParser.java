package dev.caisson.resolver;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads RPM dependencies as text: {@code name}, {@code name >= 1.2-3}, and rich ones, {@code (a or (b if c else d))},
 * by rpm's {@code docs/manual/boolean_dependencies.md}. Names may hold balanced parentheses, as {@code lib.so()(64bit)}.
 * {@code and}, {@code or}, {@code with} may be chained with themselves, the others may not. libsolv's own way of writing
 * the alternative of a condition, {@code (a if (b else c))}, is read as {@code (a if b else c)}.
 */
public final class RpmDependencyParser {
    private static final int MAXIMUM_DEPTH = 64;

    private final String text;
    private int position;
    private Dependency innerOtherwise;

    private RpmDependencyParser(String text) {
        this.text = text;
    }

    /**
     * Parses one dependency.
     *
     * @throws CorruptDataException when the text is not one dependency
     * @throws LimitExceededException when it is nested deeper than 64
     */
    public static Dependency parse(String text) throws FormatException {
        RpmDependencyParser parser = new RpmDependencyParser(text);
        Dependency dependency = parser.operand(0, false);
        parser.skipSpace();
        if (parser.position < text.length()) {
            throw parser.corrupt("the end");
        }
        return dependency;
    }

    private Dependency operand(int depth, boolean nested) throws FormatException {
        skipSpace();
        if (position < text.length() && text.charAt(position) == '(') {
            return rich(depth + 1, false);
        }
        return simple(nested);
    }

    private Dependency rich(int depth, boolean isCondition) throws FormatException {
        if (depth > MAXIMUM_DEPTH) {
            throw new LimitExceededException(
                    "rich dependency", position, "nested deeper than " + MAXIMUM_DEPTH + " levels", "");
        }
        position++;
        Dependency first = operand(depth, true);
        skipSpace();
        if (take(')')) {
            return first;
        }
        String operator = word();
        if (isCondition && operator.equals("else")) {
            Dependency alternative = operand(depth, true);
            skipSpace();
            if (!take(')')) {
                throw corrupt(")");
            }
            innerOtherwise = alternative;
            return first;
        }
        Dependency result = switch (operator) {
            case "and" -> new Dependency.And(chain(first, operator, depth));
            case "or" -> new Dependency.Or(chain(first, operator, depth));
            case "with" ->
                chain(first, operator, depth).stream()
                        .reduce(Dependency.With::new)
                        .orElseThrow();
            case "without" -> new Dependency.Without(first, operand(depth, true));
            case "if" -> {
                Dependency condition = condition(depth);
                yield new Dependency.If(first, condition, otherwise(depth));
            }
            case "unless" -> {
                Dependency condition = condition(depth);
                yield new Dependency.Unless(first, condition, otherwise(depth));
            }
            default -> throw corrupt("and, or, if, unless, with, without or )");
        };
        skipSpace();
        if (!take(')')) {
            throw corrupt(")");
        }
        return result;
    }

    private List<Dependency> chain(Dependency first, String operator, int depth) throws FormatException {
        List<Dependency> operands = new ArrayList<>();
        operands.add(first);
        operands.add(operand(depth, true));
        while (nextIs(operator)) {
            word();
            operands.add(operand(depth, true));
        }
        return operands;
    }

    /** A condition; {@code (b else c)} leaves c in {@link #innerOtherwise}. */
    private Dependency condition(int depth) throws FormatException {
        skipSpace();
        return position < text.length() && text.charAt(position) == '(' ? rich(depth + 1, true) : operand(depth, true);
    }

    private Dependency otherwise(int depth) throws FormatException {
        if (innerOtherwise != null) {
            Dependency otherwise = innerOtherwise;
            innerOtherwise = null;
            return otherwise;
        }
        if (!nextIs("else")) {
            return null;
        }
        word();
        return operand(depth, true);
    }

    private Dependency simple(boolean nested) throws FormatException {
        String name = token(nested);
        if (name.isEmpty()) {
            throw corrupt("a name");
        }
        skipSpace();
        int start = position;
        while (position < text.length() && "<>=!".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        if (position == start) {
            return Dependency.of(name);
        }
        Comparison comparison;
        try {
            comparison = Comparison.parse(text.substring(start, position));
        } catch (IllegalArgumentException e) {
            throw corrupt("a comparison");
        }
        skipSpace();
        String version = token(nested);
        if (version.isEmpty()) {
            throw corrupt("a version");
        }
        return Dependency.of(name, comparison, version);
    }

    /** Up to white space, or to the parenthesis that ends the rich dependency around it. */
    private String token(boolean nested) {
        int start = position;
        int open = 0;
        for (; position < text.length(); position++) {
            char c = text.charAt(position);
            if (space(c)) {
                break;
            }
            if (c == '(') {
                open++;
            } else if (c == ')' && nested && open-- == 0) {
                break;
            }
        }
        return text.substring(start, position);
    }

    private String word() {
        skipSpace();
        int start = position;
        while (position < text.length() && text.charAt(position) >= 'a' && text.charAt(position) <= 'z') {
            position++;
        }
        return text.substring(start, position);
    }

    private boolean nextIs(String word) {
        skipSpace();
        int end = position + word.length();
        return text.startsWith(word, position)
                && (end == text.length() || text.charAt(end) == '(' || space(text.charAt(end)));
    }

    private boolean take(char expected) {
        if (position < text.length() && text.charAt(position) == expected) {
            position++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (position < text.length() && space(text.charAt(position))) {
            position++;
        }
    }

    private static boolean space(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private CorruptDataException corrupt(String expected) {
        int end = Math.min(text.length(), position + 20);
        return new CorruptDataException(
                "dependency", position, "is \"" + text.substring(position, end) + "\" in \"" + text + "\"", expected);
    }
}
