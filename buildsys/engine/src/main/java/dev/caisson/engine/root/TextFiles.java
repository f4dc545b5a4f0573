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

    /** Splits at blanks; single and double quotes group, a backslash takes the next character as it is. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
