package dev.caisson.deb;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.resolver.Capability;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Requirement;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the relationship fields of binary packages (Depends, Conflicts, Provides, …):
 * {@code name[:architecture] [(op version)] [| …], …}. Empty items are passed over, as dpkg does. Architecture lists
 * ({@code [amd64]}) and build profiles ({@code <!nocheck>}), which only source packages have, are refused. The old operators
 * {@code <} and {@code >} mean {@code <=} and {@code >=}, as for dpkg.
 */
public final class RelationParser {
    private final String text;
    private int position;

    private RelationParser(String text) {
        this.text = text;
    }

    /**
     * The items of a field, in order.
     *
     * @throws CorruptDataException when the text is not a relationship field
     * @throws UnsupportedFeatureException when it has what only source packages may have
     */
    public static List<Relation> relations(String field) throws FormatException {
        return new RelationParser(field).items();
    }

    /**
     * The items of a field as conditions for the resolver, in order.
     *
     * @throws CorruptDataException when the text is not a relationship field
     * @throws UnsupportedFeatureException when it has what only source packages may have
     */
    public static List<Dependency> dependencies(String field) throws FormatException {
        List<Dependency> result = new ArrayList<>();
        for (Relation relation : relations(field)) {
            result.add(relation.dependency());
        }
        return result;
    }

    /**
     * The capabilities of a Provides field.
     *
     * @throws CorruptDataException when it has alternatives, or a bound other than {@code =}, or is no such field
     */
    public static List<Capability> provides(String field) throws FormatException {
        List<Capability> result = new ArrayList<>();
        for (Relation relation : relations(field)) {
            Requirement provided = relation.alternatives().get(0);
            boolean exact = provided.comparison() == Comparison.ANY || provided.comparison() == Comparison.EQUAL;
            if (relation.alternatives().size() > 1 || !exact) {
                throw new CorruptDataException(
                        "Provides",
                        FormatException.NO_OFFSET,
                        "has \"" + relation + "\"",
                        "a name, perhaps with (= version)");
            }
            result.add(new Capability(provided.name(), provided.comparison(), provided.version()));
        }
        return result;
    }

    private List<Relation> items() throws FormatException {
        List<Relation> result = new ArrayList<>();
        while (true) {
            skipSpace();
            if (position == text.length()) {
                return result;
            }
            if (text.charAt(position) == ',') {
                position++;
                continue;
            }
            result.add(item());
        }
    }

    private Relation item() throws FormatException {
        Requirement first = single();
        if (!take('|')) {
            end();
            return new Relation(List.of(first));
        }
        List<Requirement> alternatives = new ArrayList<>();
        alternatives.add(first);
        do {
            skipSpace();
            alternatives.add(single());
        } while (take('|'));
        end();
        return new Relation(alternatives);
    }

    private void end() throws FormatException {
        if (position < text.length() && text.charAt(position) != ',') {
            char c = text.charAt(position);
            if (c == '[' || c == '<') {
                throw new UnsupportedFeatureException(
                        "relationship field",
                        position,
                        "has an architecture list or build profile",
                        "a binary package's");
            }
            throw corrupt("a comma, | or the end");
        }
    }

    private Requirement single() throws FormatException {
        String name = word("a package name");
        String architecture = "";
        if (position < text.length() && text.charAt(position) == ':') {
            position++;
            architecture = word("an architecture");
        }
        skipSpace();
        if (!take('(')) {
            return new Requirement(name, architecture, Comparison.ANY, "");
        }
        skipSpace();
        Comparison comparison = comparison();
        skipSpace();
        int start = position;
        while (position < text.length() && text.charAt(position) != ')' && !space(text.charAt(position))) {
            position++;
        }
        String version = text.substring(start, position);
        skipSpace();
        if (version.isEmpty() || !take(')')) {
            throw corrupt("a version and )");
        }
        skipSpace();
        return new Requirement(name, architecture, comparison, version);
    }

    private Comparison comparison() throws FormatException {
        int start = position;
        while (position < text.length() && "<>=".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return switch (text.substring(start, position)) {
            case "<<" -> Comparison.LESS;
            case "<=", "<" -> Comparison.LESS_OR_EQUAL;
            case "=" -> Comparison.EQUAL;
            case ">=", ">" -> Comparison.GREATER_OR_EQUAL;
            case ">>" -> Comparison.GREATER;
            default -> {
                position = start;
                throw corrupt("<<, <=, =, >= or >>");
            }
        };
    }

    private String word(String expected) throws FormatException {
        int start = position;
        while (position < text.length() && wordCharacter(text.charAt(position))) {
            position++;
        }
        if (position == start) {
            throw corrupt(expected);
        }
        return text.substring(start, position);
    }

    private static boolean wordCharacter(char c) {
        return c >= 'a' && c <= 'z'
                || c >= '0' && c <= '9'
                || c >= 'A' && c <= 'Z'
                || c == '-'
                || c == '+'
                || c == '.'
                || c == '_'
                || c == '~';
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
        int to = Math.min(text.length(), position + 30);
        return new CorruptDataException(
                "relationship field", position, "has \"" + text.substring(position, to) + "\"", expected);
    }
}
