package dev.caisson.engine.root;

import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.RemoveSpec;
import java.util.List;

/** Takes paths away that match the variant's {@code remove} list, with everything below them. */
public final class RemoveTransform implements TreeTransform {
    private final List<RemoveSpec> removals;

    /** A transform for these patterns. */
    public RemoveTransform(List<RemoveSpec> removals) {
        this.removals = List.copyOf(removals);
    }

    @Override
    public String name() {
        return "remove";
    }

    /** Whether a path is to be removed. */
    public static boolean removes(List<RemoveSpec> removals, TreePath path) {
        String text = path.toString();
        for (RemoveSpec removal : removals) {
            if (mayMatch(removal.path().text(), text) && removal.removes(text)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a path begins like a pattern does before its first wildcard: decides most cases without splitting either. */
    private static boolean mayMatch(String pattern, String path) {
        int shorter = Math.min(pattern.length(), path.length());
        for (int i = 0; i < shorter; i++) {
            char c = pattern.charAt(i);
            if (c == '*' || c == '?') {
                return true;
            }
            if (c != path.charAt(i)) {
                return false;
            }
        }
        // What is longer goes on with a wildcard at once, or behind a slash as in /usr/share/doc/**.
        return path.length() <= pattern.length();
    }

    @Override
    public FileTree apply(FileTree tree) {
        FileTree.Builder builder = tree.toBuilder();
        // Deepest first, so that a directory goes only when nothing below it was kept by an exception.
        for (TreePath path : tree.entries().descendingKeySet()) {
            if (!path.isRoot() && removes(removals, path) && builder.isEmptyAt(path)) {
                builder.remove(path);
            }
        }
        return builder.build();
    }
}
