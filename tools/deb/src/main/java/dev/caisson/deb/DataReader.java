package dev.caisson.deb;

import dev.caisson.archive.TarEntry;
import dev.caisson.archive.TarReader;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Checks the members of one data archive against each other and passes them on. For one archive and one thread. */
final class DataReader {
    private final TarReader tar;
    private final boolean absolutePaths;
    private final DataVisitor visitor;

    /** What is at a path so far. Directories that only member paths tell of have no attributes. */
    private final Map<TreePath, Seen> seen = new HashMap<>();

    private TarEntry current;
    private boolean between;

    private record Seen(TarEntry.Type type, Attributes attributes) {
        static final Seen IMPLIED = new Seen(TarEntry.Type.DIRECTORY, null);

        boolean isDirectory() {
            return type == TarEntry.Type.DIRECTORY;
        }
    }

    DataReader(TarReader tar, boolean absolutePaths, DataVisitor visitor) {
        this.tar = tar;
        this.absolutePaths = absolutePaths;
        this.visitor = visitor;
        seen.put(TreePath.ROOT, Seen.IMPLIED);
    }

    /** Where an exception came from, as a part of a message, unless {@code structure} says it. */
    String place(String structure) {
        if (current == null || structure.contains("member " + current.pathText())) {
            return "";
        }
        return (between ? ": after member " : ": member ") + current.pathText();
    }

    void readAll() throws IOException {
        while (true) {
            between = true;
            TarEntry entry = tar.next();
            if (entry == null) {
                return;
            }
            between = false;
            current = entry;
            visit(entry);
            // Here and not in next(), so that damage is reported for the member that has it.
            tar.skipContent();
        }
    }

    private void visit(TarEntry entry) throws IOException {
        TreePath path = MemberPath.parse(entry.path(), absolutePaths, what(entry), entry.offset());
        checkParents(path, entry);
        Seen before = seen.get(path);
        Attributes attributes = entry.attributes();
        boolean directory = entry.type() == TarEntry.Type.DIRECTORY;
        if (before != null && (!directory || before.attributes() != null || !before.isDirectory())) {
            checkRepeated(before, entry, attributes);
            return;
        }
        TarEntry.Type type = entry.type();
        TreePath existing = type == TarEntry.Type.HARD_LINK ? linkTarget(entry) : null;
        seen.put(path, new Seen(existing == null ? type : TarEntry.Type.FILE, attributes));
        switch (type) {
            case DIRECTORY -> visitor.directory(path, attributes);
            case FILE -> visitor.file(path, attributes, entry.size(), tar.content());
            case SYMLINK -> visitor.symlink(path, attributes, entry.linkTarget());
            case HARD_LINK -> visitor.hardLink(path, existing);
            case BLOCK_DEVICE -> visitor.device(path, attributes, true, entry.major(), entry.minor());
            case CHARACTER_DEVICE -> visitor.device(path, attributes, false, entry.major(), entry.minor());
            case FIFO -> visitor.fifo(path, attributes);
        }
    }

    /** All that lies above a member must be a directory: an unpacker would follow a link, even out of the tree. */
    private void checkParents(TreePath path, TarEntry entry) throws CorruptDataException {
        for (TreePath above = path.parent(); ; above = above.parent()) {
            Seen there = seen.get(above);
            if (there == null) {
                seen.put(above, Seen.IMPLIED);
            } else if (there.isDirectory()) {
                return;
            } else {
                throw new CorruptDataException(
                        what(entry),
                        entry.offset(),
                        "lies below " + above + ", which is " + name(there.type()) + " of the same package",
                        "a directory");
            }
        }
    }

    private void checkRepeated(Seen before, TarEntry entry, Attributes attributes) throws CorruptDataException {
        if (!before.isDirectory() || entry.type() != TarEntry.Type.DIRECTORY) {
            boolean same = before.type() == entry.type()
                    || before.type() == TarEntry.Type.FILE && entry.type() == TarEntry.Type.HARD_LINK;
            throw new CorruptDataException(
                    what(entry),
                    entry.offset(),
                    same
                            ? "is there twice"
                            : "is " + name(entry.type()) + " and " + name(before.type()) + " in the same package",
                    "each path once");
        }
        if (!attributes.equals(before.attributes())) {
            throw new CorruptDataException(
                    what(entry), entry.offset(), "is there twice with different attributes", "each directory once");
        }
    }

    private TreePath linkTarget(TarEntry entry) throws CorruptDataException {
        String what = what(entry) + ", its hard link target";
        TreePath target = MemberPath.parse(entry.linkTarget(), absolutePaths, what, entry.offset());
        Seen there = seen.get(target);
        if (there == null || there.attributes() == null) {
            throw new CorruptDataException(
                    what(entry),
                    entry.offset(),
                    "is a hard link to " + target + ", which is no member before it",
                    "one");
        }
        if (there.type() != TarEntry.Type.FILE) {
            throw new CorruptDataException(
                    what(entry),
                    entry.offset(),
                    "is a hard link to " + target + ", which is " + name(there.type()),
                    "a regular file");
        }
        return target;
    }

    private static String what(TarEntry entry) {
        return "member " + entry.pathText();
    }

    private static String name(TarEntry.Type type) {
        return switch (type) {
            case FILE -> "a regular file";
            case HARD_LINK -> "a hard link";
            case SYMLINK -> "a symbolic link";
            case CHARACTER_DEVICE, BLOCK_DEVICE -> "a device";
            case DIRECTORY -> "a directory";
            case FIFO -> "a fifo";
        };
    }
}
