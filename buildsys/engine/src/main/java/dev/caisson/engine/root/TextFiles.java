package dev.caisson.engine.root;

import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reading configuration from a tree as systemd's tools do. */
final class TextFiles {
    /** No configuration file that a build reads is larger. */
    static final int LIMIT_BYTES = 4 << 20;

    private TextFiles() {}

    /**
     * The files with a suffix in several folders, by name; a file in an earlier folder hides one of the same name in a later
     * one, and a link to {@code /dev/null} hides it without taking its place (systemd's drop-in rules).
     */
    static Map<String, TreePath> dropIns(FileTree tree, List<String> folders, String suffix) {
        Map<String, Optional<TreePath>> found = new TreeMap<>();
        for (String folder : folders) {
            Optional<TreePath> directory = tree.resolve(TreePath.of(folder));
            if (directory.isEmpty()) {
                continue;
            }
            for (TreePath path : tree.children(directory.get())) {
                if (path.name().endsWith(suffix)) {
                    found.putIfAbsent(path.name(), regular(tree, path));
                }
            }
        }
        Map<String, TreePath> result = new LinkedHashMap<>();
        found.forEach((name, path) -> path.ifPresent(p -> result.put(name, p)));
        return result;
    }

    private static Optional<TreePath> regular(FileTree tree, TreePath path) {
        return tree.resolve(path).filter(p -> tree.get(p).orElse(null) instanceof Inode.RegularFile);
    }

    /** The text of a regular file at exactly this path. */
    static String text(FileTree tree, TreePath path) throws IOException {
        Inode.RegularFile file = (Inode.RegularFile) tree.get(path).orElseThrow();
        return new String(file.content().readAll(LIMIT_BYTES), StandardCharsets.UTF_8);
    }

    /** The lines that are neither empty nor comments ({@code #}, {@code ;}), stripped. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#") && !stripped.startsWith(";")) {
                lines.add(stripped);
            }
        }
        return lines;
    }

    /** What a backslash outside of single quotes means. */
    private enum Backslash {
        /** The next character stands as it is. */
        QUOTES,
        /** Nothing: it stays where it is, as in unit names. */
        STAYS,
        /** C's escapes, with {@code \\x20} and octal numbers. */
        ESCAPES
    }

    /** Splits at blanks; single and double quotes group, a backslash takes the next character as it is. */
    static List<String> words(String line) {
        return split(line, Backslash.QUOTES, Integer.MAX_VALUE);
    }

    /** As {@link #words}, but backslashes stay: names of units are full of them. */
    static List<String> unitNames(String line) {
        return split(line, Backslash.STAYS, Integer.MAX_VALUE);
    }

    /** As {@link #words} with C's escapes; what follows the first {@code count} words is the last element, as it stands. */
    static List<String> escapedWords(String line, int count) {
        return split(line, Backslash.ESCAPES, count);
    }

    /** Text with C's escapes resolved. */
    static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                i = escape(text, i + 1, out);
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    private static List<String> split(String line, Backslash backslash, int count) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (!inWord && !Character.isWhitespace(c) && words.size() == count) {
                words.add(line.substring(i));
                return words;
            }
            if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                inWord = true;
                i = backslash(line, i, backslash, word);
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (!Character.isWhitespace(c)) {
                word.append(c);
                inWord = true;
            } else if (inWord) {
                words.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /** Takes what stands at a backslash, and gives the place of the last character taken. */
    private static int backslash(String line, int at, Backslash meaning, StringBuilder word) {
        return switch (meaning) {
            case QUOTES -> {
                word.append(line.charAt(at + 1));
                yield at + 1;
            }
            case STAYS -> {
                word.append('\\').append(line.charAt(at + 1));
                yield at + 1;
            }
            case ESCAPES -> escape(line, at + 1, word);
        };
    }

    private static int escape(String text, int at, StringBuilder out) {
        char c = text.charAt(at);
        int plain = "abfnrtv".indexOf(c);
        if (plain >= 0) {
            out.append("\u0007\b\f\n\r\t\u000b".charAt(plain));
            return at;
        }
        if (c == 's') {
            out.append(' ');
            return at;
        }
        int digits = c == 'x' ? 2 : 3;
        int from = c == 'x' ? at + 1 : at;
        String number = text.substring(from, Math.min(from + digits, text.length()));
        if (number.matches(c == 'x' ? "[0-9a-fA-F]{2}" : "[0-3][0-7]{2}")) {
            out.append((char) Integer.parseInt(number, c == 'x' ? 16 : 8));
            return from + digits - 1;
        }
        out.append(c);
        return at;
    }
}
