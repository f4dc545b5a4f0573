package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads as much of YAML as {@code modules.yaml} is written in: documents, block and flow collections, plain, quoted and block
 * scalars. Values are maps, lists and texts; nothing is taken for a number or a truth value. Anchors, aliases, tags, directives and
 * complex keys are refused. The YAML library of this project belongs to the manifests, which this module must not know.
 */
final class ModuleYaml {
    /** Receives one document after the other. */
    interface Receiver {
        void document(Object document) throws IOException;
    }

    private static final String YAML = "modules.yaml";
    private static final int MAXIMUM_DEPTH = 64;
    private static final int MAXIMUM_DOCUMENT_CHARACTERS = 64 << 20;

    private final List<String> lines;
    private final long firstLine;
    private int line;
    private int depth;

    private ModuleYaml(List<String> lines, long firstLine) {
        this.lines = lines;
        this.firstLine = firstLine;
    }

    /** Reads a stream of documents to its end; does not close it. */
    static void read(InputStream in, Receiver receiver) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();
        long number = 0;
        long size = 0;
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
            number++;
            boolean start = text.equals("---") || text.startsWith("--- ");
            if (start || text.equals("...")) {
                deliver(lines, number - lines.size(), receiver);
                lines = new ArrayList<>();
                size = 0;
                if (text.length() > 4) {
                    lines.add(text.substring(4));
                }
            } else {
                lines.add(text);
                size += text.length() + 1L;
                if (size > MAXIMUM_DOCUMENT_CHARACTERS) {
                    throw new LimitExceededException(
                            YAML, FormatException.NO_OFFSET, "has a document of more than 64 Mi characters", "");
                }
            }
        }
        deliver(lines, number - lines.size() + 1, receiver);
    }

    private static void deliver(List<String> lines, long firstLine, Receiver receiver) throws IOException {
        ModuleYaml yaml = new ModuleYaml(lines, firstLine);
        if (yaml.more()) {
            Object document = yaml.node(0);
            if (yaml.more()) {
                throw yaml.corrupt("has a line out of place", "the indentation of its collection");
            }
            receiver.document(document);
        }
    }

    /** Passes over blank lines and comments; false at the end. */
    private boolean more() throws FormatException {
        while (line < lines.size()) {
            String text = lines.get(line);
            int at = indentation(text);
            if (at < text.length() && text.charAt(at) == '\t') {
                throw corrupt("has a tab in its indentation", "spaces");
            }
            if (at < text.length() && text.charAt(at) != '#' && !text.isBlank()) {
                return true;
            }
            line++;
        }
        return false;
    }

    private static int indentation(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private int indentation() {
        return indentation(lines.get(line));
    }

    private Object node(int parent) throws FormatException {
        if (++depth > MAXIMUM_DEPTH) {
            throw new LimitExceededException(YAML, FormatException.NO_OFFSET, "nests deeper than 64 levels", "");
        }
        int indent = indentation();
        Object result;
        if (isItem(indent)) {
            result = sequence(indent);
        } else if (keyEnd(lines.get(line), indent) >= 0) {
            result = mapping(indent);
        } else {
            result = scalar(lines.get(line).substring(indent), parent - 1);
        }
        depth--;
        return result;
    }

    private boolean isItem(int indent) {
        String text = lines.get(line);
        return text.charAt(indent) == '-' && (text.length() == indent + 1 || text.charAt(indent + 1) == ' ');
    }

    private List<Object> sequence(int indent) throws FormatException {
        List<Object> items = new ArrayList<>();
        while (more() && indentation() == indent && isItem(indent)) {
            String text = lines.get(line);
            String rest = text.substring(indent + 1);
            if (rest.isBlank() || rest.strip().startsWith("#")) {
                line++;
                items.add(more() && indentation() > indent ? node(indent + 1) : "");
            } else {
                // what follows the dash is a node of its own, as far in as it stands
                lines.set(line, " ".repeat(indent + 1) + rest);
                items.add(node(indent + 1));
            }
        }
        return items;
    }

    private Map<String, Object> mapping(int indent) throws FormatException {
        Map<String, Object> map = new LinkedHashMap<>();
        while (more() && indentation() == indent && !isItem(indent)) {
            String text = lines.get(line);
            int colon = keyEnd(text, indent);
            if (colon < 0) {
                throw corrupt("has a line that is no \"key: value\"", "a key");
            }
            String key = key(text.substring(indent, colon).strip());
            String rest = text.substring(colon + 1).strip();
            Object value;
            if (rest.isEmpty() || rest.startsWith("#")) {
                line++;
                boolean nested = more() && (indentation() > indent || indentation() == indent && isItem(indent));
                value = nested ? node(indent + 1) : "";
            } else {
                value = scalar(rest, indent);
            }
            if (map.putIfAbsent(key, value) != null) {
                throw corrupt("has the key " + XmlReader.shown(key) + " twice", "once");
            }
        }
        return map;
    }

    private String key(String text) throws FormatException {
        if (text.startsWith("\"") || text.startsWith("'")) {
            Flow flow = new Flow(text);
            String key = flow.quoted();
            flow.end();
            return key;
        }
        if (text.isEmpty()) {
            throw corrupt("has a colon without a key", "a key");
        }
        refuse(text);
        return text;
    }

    /** Where the colon of a key stands; −1 when the line has none. */
    private static int keyEnd(String text, int from) {
        char quote = text.charAt(from);
        int at = from;
        if (quote == '"' || quote == '\'') {
            at = from + 1;
            while (at < text.length() && text.charAt(at) != quote) {
                at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        } else if (quote == '[' || quote == '{' || quote == '|' || quote == '>') {
            return -1;
        }
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == ':' && (at + 1 == text.length() || text.charAt(at + 1) == ' ')) {
                return at;
            }
            if (c == '#' && at > 0 && text.charAt(at - 1) == ' ' || quote == '"' || quote == '\'' && c != ' ') {
                return -1;
            }
        }
        return -1;
    }

    /** A value that begins on the current line; further lines belong to it when they are further in than {@code parent}. */
    private Object scalar(String first, int parent) throws FormatException {
        char c = first.charAt(0);
        if (c == '|' || c == '>') {
            return block(first, parent);
        }
        if (c == '[' || c == '{' || c == '"' || c == '\'') {
            return flow(first);
        }
        refuse(first);
        StringBuilder text = new StringBuilder(uncommented(first));
        line++;
        int blanks = 0;
        while (line < lines.size()) {
            String next = lines.get(line);
            if (next.isBlank()) {
                blanks++;
            } else if (indentation(next) <= parent || next.strip().startsWith("#")) {
                break;
            } else {
                text.append(blanks == 0 ? " " : "\n".repeat(blanks)).append(uncommented(next.strip()));
                blanks = 0;
            }
            line++;
        }
        return text.toString();
    }

    private static String uncommented(String text) {
        int comment = text.indexOf(" #");
        return (comment < 0 ? text : text.substring(0, comment)).strip();
    }

    private void refuse(String text) throws UnsupportedFeatureException {
        if ("&*!%@`".indexOf(text.charAt(0)) >= 0 || text.equals("?") || text.startsWith("? ")) {
            throw new UnsupportedFeatureException(
                    YAML,
                    FormatException.NO_OFFSET,
                    "line " + (firstLine + line) + " has \"" + XmlReader.shown(text) + "\"",
                    "no anchor, alias, tag or complex key");
        }
    }

    private String block(String header, int parent) {
        boolean folded = header.charAt(0) == '>';
        boolean strip = header.indexOf('-') > 0;
        boolean keep = header.indexOf('+') > 0;
        int indent = -1;
        for (char c : uncommented(header).toCharArray()) {
            indent = c >= '1' && c <= '9' ? parent + (c - '0') : indent;
        }
        line++;
        StringBuilder text = new StringBuilder();
        int blanks = 0;
        boolean more = false;
        for (; line < lines.size(); line++) {
            String next = lines.get(line);
            if (next.isBlank()) {
                blanks++;
                continue;
            }
            int in = indentation(next);
            if (in <= parent) {
                break;
            }
            indent = indent < 0 ? in : indent;
            String content = next.substring(Math.min(in, indent));
            boolean plain = folded && !content.startsWith(" ") && !content.startsWith("\t");
            if (more) {
                text.append(plain ? blanks == 0 ? " " : "\n".repeat(blanks) : "\n".repeat(blanks + 1));
            } else {
                text.append("\n".repeat(blanks));
            }
            text.append(content);
            blanks = 0;
            more = true;
        }
        return text + (strip || !more ? "" : "\n".repeat(keep ? blanks + 1 : 1));
    }

    /** A value in brackets or quotes, over as many lines as it takes. */
    private Object flow(String first) throws FormatException {
        StringBuilder text = new StringBuilder(first);
        line++;
        while (!Flow.complete(text)) {
            if (line >= lines.size()) {
                throw corrupt("ends within brackets or quotes", "their end");
            }
            String next = lines.get(line++).strip();
            text.append(next.isEmpty() ? "\n" : text.charAt(text.length() - 1) == '\n' ? next : " " + next);
        }
        Flow flow = new Flow(text.toString());
        Object value = flow.value(0);
        flow.end();
        return value;
    }

    private CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException(
                YAML, FormatException.NO_OFFSET, "line " + (firstLine + line) + " " + actual, expected);
    }

    /** One value in brackets or quotes, its lines joined. */
    private final class Flow {
        private final String text;
        private int at;

        Flow(String text) {
            this.text = text;
        }

        /** Whether brackets and quotes are balanced. */
        static boolean complete(CharSequence text) {
            int open = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\'' && (i == 0 || " [{,:".indexOf(text.charAt(i - 1)) >= 0)) {
                    i++;
                    while (i < text.length() && text.charAt(i) != c) {
                        i += c == '"' && text.charAt(i) == '\\' ? 2 : 1;
                    }
                    if (i >= text.length()) {
                        return false;
                    }
                } else if (c == '[' || c == '{') {
                    open++;
                } else if (c == ']' || c == '}') {
                    open--;
                }
            }
            return open <= 0;
        }

        Object value(int level) throws FormatException {
            skip();
            if (level > MAXIMUM_DEPTH) {
                throw new LimitExceededException(YAML, FormatException.NO_OFFSET, "nests deeper than 64 levels", "");
            }
            char c = at < text.length() ? text.charAt(at) : 0;
            if (c == '[') {
                at++;
                return list(level);
            }
            if (c == '{') {
                at++;
                return map(level);
            }
            return c == '"' || c == '\'' ? quoted() : plain();
        }

        private List<Object> list(int level) throws FormatException {
            List<Object> items = new ArrayList<>();
            while (!take(']')) {
                items.add(value(level + 1));
                if (!take(',') && !(at < text.length() && text.charAt(at) == ']')) {
                    throw corrupt("has a list that goes on without a comma", ", or ]");
                }
            }
            return items;
        }

        private Map<String, Object> map(int level) throws FormatException {
            Map<String, Object> map = new LinkedHashMap<>();
            while (!take('}')) {
                skip();
                char c = at < text.length() ? text.charAt(at) : 0;
                String key = c == '"' || c == '\'' ? quoted() : plain();
                boolean valued = take(':');
                map.put(key, valued ? value(level + 1) : "");
                if (!take(',') && !(at < text.length() && text.charAt(at) == '}')) {
                    throw corrupt("has a map that goes on without a comma", ", or }");
                }
            }
            return map;
        }

        private String plain() throws FormatException {
            int start = at;
            while (at < text.length() && ",[]{}".indexOf(text.charAt(at)) < 0) {
                char c = text.charAt(at);
                if (c == ':' && (at + 1 == text.length() || " ,]}".indexOf(text.charAt(at + 1)) >= 0)) {
                    break;
                }
                at++;
            }
            String value = text.substring(start, at).strip();
            if (value.isEmpty()) {
                throw corrupt("has nothing where a value belongs", "a value");
            }
            refuse(value);
            return value;
        }

        String quoted() throws FormatException {
            char quote = text.charAt(at++);
            StringBuilder value = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == quote) {
                    if (quote == '\'' && at < text.length() && text.charAt(at) == '\'') {
                        at++;
                    } else {
                        return value.toString();
                    }
                } else if (c == '\\' && quote == '"') {
                    escape(value);
                    continue;
                }
                value.append(c);
            }
            throw corrupt("ends within quotes", "their end");
        }

        private void escape(StringBuilder value) throws FormatException {
            char c = at < text.length() ? text.charAt(at++) : 0;
            int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
            if (digits > 0) {
                int code = 0;
                for (int i = 0; i < digits; i++) {
                    int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
                    if (digit < 0 || code > 0x10FFFF) {
                        throw corrupt("has a wrong escape", digits + " hexadecimal digits");
                    }
                    code = code << 4 | digit;
                }
                if (!Character.isValidCodePoint(code)) {
                    throw corrupt("has an escape beyond Unicode", "at most 10FFFF");
                }
                value.appendCodePoint(code);
                return;
            }
            int known = "0abtnvfre\"/\\N_LP ".indexOf(c);
            if (known < 0) {
                throw corrupt("has a wrong escape", "one of YAML's");
            }
            value.append("\0\u0007\b\t\n\u000b\f\r\u001b\"/\\\u0085\u00a0\u2028\u2029 ".charAt(known));
        }

        private boolean take(char c) {
            skip();
            if (at < text.length() && text.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private void skip() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
                at++;
            }
        }

        void end() throws FormatException {
            skip();
            if (at < text.length() && text.charAt(at) != '#') {
                throw corrupt("has text behind quotes or brackets", "the end");
            }
        }
    }
}
