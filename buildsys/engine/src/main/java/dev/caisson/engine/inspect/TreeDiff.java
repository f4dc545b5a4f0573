package dev.caisson.engine.inspect;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Compares two trees path by path: type, attributes, targets, hard links, and contents by their digests. */
final class TreeDiff {
    private final String area;
    private final FileTree before;
    private final FileTree after;
    private final ParallelReads reads;
    private final IdentityHashMap<Inode, TreePath> firstBefore;
    private final IdentityHashMap<Inode, TreePath> firstAfter;

    TreeDiff(String area, FileTree before, FileTree after, ParallelReads reads) {
        this.area = area;
        this.before = before;
        this.after = after;
        this.reads = reads;
        this.firstBefore = firstPaths(before);
        this.firstAfter = firstPaths(after);
    }

    private static IdentityHashMap<Inode, TreePath> firstPaths(FileTree tree) {
        IdentityHashMap<Inode, TreePath> first = new IdentityHashMap<>();
        tree.entries().forEach((path, inode) -> first.putIfAbsent(inode, path));
        return first;
    }

    /** Started or done: what one path gives. */
    private interface Comparison {
        Optional<Difference> result() throws Exception;
    }

    List<Difference> compare() throws Exception {
        SortedSet<TreePath> paths = new TreeSet<>(before.entries().keySet());
        paths.addAll(after.entries().keySet());
        List<Comparison> comparisons = new ArrayList<>();
        for (TreePath path : paths) {
            comparisons.add(
                    start(path, before.get(path).orElse(null), after.get(path).orElse(null)));
        }
        List<Difference> differences = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            comparison.result().ifPresent(differences::add);
        }
        return differences;
    }

    private Comparison start(TreePath path, Inode a, Inode b) {
        if (a == null || b == null) {
            Difference difference = a == null
                    ? Difference.added(area, path.toString(), describe(path, b, after(b)))
                    : Difference.removed(area, path.toString(), describe(path, a, before(a)));
            return () -> Optional.of(difference);
        }
        String left = describe(path, a, before(a));
        String right = describe(path, b, after(b));
        boolean contents = a instanceof Inode.RegularFile one
                && b instanceof Inode.RegularFile two
                && one.content().size() > 0
                && one.content().size() == two.content().size()
                && before(a).equals(path)
                && after(b).equals(path);
        if (!contents) {
            return () -> left.equals(right)
                    ? Optional.empty()
                    : Optional.of(Difference.changed(area, path.toString(), left, right));
        }
        WorkPool.Item<String> one = digest((Inode.RegularFile) a);
        WorkPool.Item<String> two = digest((Inode.RegularFile) b);
        return () -> {
            boolean same = one.get().equals(two.get());
            return same && left.equals(right)
                    ? Optional.empty()
                    : Optional.of(Difference.changed(
                            area,
                            path.toString(),
                            same ? left : left + " " + one.get(),
                            same ? right : right + " " + two.get()));
        };
    }

    private TreePath before(Inode inode) {
        return firstBefore.get(inode);
    }

    private TreePath after(Inode inode) {
        return firstAfter.get(inode);
    }

    private WorkPool.Item<String> digest(Inode.RegularFile file) {
        return reads.fork(file.content().size(), () -> {
            try {
                return DigestAlgorithm.SHA256.of(reads.counted(file.content())).toString();
            } catch (dev.caisson.bytes.FormatException e) {
                return "unreadable (" + e.getMessage() + ")";
            }
        });
    }

    private static String describe(TreePath path, Inode inode, TreePath first) {
        Attributes a = inode.attributes();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%c %04o %d:%d %d", inode.typeLetter(), a.mode(), a.uid(), a.gid(), a.mtimeSeconds()));
        if (a.mtimeNanos() != 0) {
            text.append(String.format(Locale.ROOT, ".%09d", a.mtimeNanos()));
        }
        if (inode instanceof Inode.RegularFile file) {
            text.append(", ").append(file.content().size()).append(" bytes");
            if (!first.equals(path)) {
                text.append(", link to ").append(first);
            }
        } else if (inode instanceof Inode.Symlink link) {
            text.append(" -> ").append(link.targetText());
        } else if (inode instanceof Inode.Device device) {
            text.append(' ').append(device.major()).append(':').append(device.minor());
        }
        return a.xattrs().isEmpty()
                ? text.toString()
                : text.append(' ').append(a.xattrs()).toString();
    }
}
