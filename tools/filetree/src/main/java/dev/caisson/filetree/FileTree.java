package dev.caisson.filetree;

import dev.caisson.bytes.ByteSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An immutable tree of inodes by path. The root exists and is a directory, and so is the parent of every entry. Iteration
 * is in {@link TreePath} order: each directory, then what it holds.
 */
public final class FileTree {
    /** As many symbolic links as Linux follows in one path walk. */
    private static final int MAX_LINKS = 40;

    private final NavigableMap<TreePath, Inode> entries;

    private FileTree(NavigableMap<TreePath, Inode> entries) {
        this.entries = entries;
    }

    /** A builder that starts with only a root directory of these attributes. */
    public static Builder builder(Attributes root) {
        Builder builder = new Builder(new TreeMap<>());
        builder.entries.put(TreePath.ROOT, new Inode.Directory(root));
        return builder;
    }

    /** A builder that starts with this tree. */
    public Builder toBuilder() {
        return new Builder(new TreeMap<>(entries));
    }

    /** All entries, the root first. */
    public NavigableMap<TreePath, Inode> entries() {
        return Collections.unmodifiableNavigableMap(entries);
    }

    /** The inode at exactly this path; symbolic links on the way are not followed. */
    public Optional<Inode> get(TreePath path) {
        return Optional.ofNullable(entries.get(path));
    }

    /** Whether something is at exactly this path. */
    public boolean contains(TreePath path) {
        return entries.containsKey(path);
    }

    /** Paths of what a directory holds directly, in order. */
    public List<TreePath> children(TreePath directory) {
        List<TreePath> children = new ArrayList<>();
        TreePath next = entries.higherKey(directory);
        while (next != null && next.startsWith(directory)) {
            children.add(next);
            next = entries.ceilingKey(next.afterSubtree());
        }
        return children;
    }

    /**
     * Follows symbolic links, the last name's too, as a process inside the image would.
     *
     * @return the path without links; empty when a name on the way does not exist or links loop
     */
    public Optional<TreePath> resolve(TreePath path) {
        return resolve(entries, path, true);
    }

    /** As {@link #resolve} but does not follow a link in the last name, and the last name need not exist. */
    public Optional<TreePath> resolveParent(TreePath path) {
        return resolve(entries, path.parent(), true)
                .filter(parent -> entries.get(parent) instanceof Inode.Directory)
                .map(parent -> path.isRoot() ? TreePath.ROOT : parent.child(path.nameBytes()));
    }

    private static Optional<TreePath> resolve(NavigableMap<TreePath, Inode> map, TreePath path, boolean mustExist) {
        java.util.ArrayDeque<byte[]> rest = new java.util.ArrayDeque<>(path.names());
        TreePath at = TreePath.ROOT;
        int links = 0;
        while (!rest.isEmpty()) {
            byte[] name = rest.removeFirst();
            if (name.length == 0 || (name.length == 1 && name[0] == '.')) {
                continue;
            }
            if (name.length == 2 && name[0] == '.' && name[1] == '.') {
                at = at.parent();
                continue;
            }
            if (!TreePath.isName(name)) {
                return Optional.empty(); // a link's target is any bytes; the kernel would refuse to walk this one
            }
            TreePath next = at.child(name);
            Inode inode = map.get(next);
            if (mustExist && !leadsOn(inode, !rest.isEmpty())) {
                return Optional.empty();
            }
            if (inode instanceof Inode.Symlink link) {
                if (++links > MAX_LINKS) {
                    return Optional.empty();
                }
                String target = new String(link.target(), StandardCharsets.ISO_8859_1);
                String[] names = target.split("/", -1);
                for (int i = names.length - 1; i >= 0; i--) {
                    rest.addFirst(names[i].getBytes(StandardCharsets.ISO_8859_1));
                }
                if (target.startsWith("/")) {
                    at = TreePath.ROOT;
                }
            } else {
                at = next;
            }
        }
        return Optional.of(at);
    }

    /** Whether a walk can come to this inode, and go on from it when names are left: only directories and links lead on. */
    private static boolean leadsOn(Inode inode, boolean namesAreLeft) {
        return inode != null && (!namesAreLeft || inode instanceof Inode.Directory || inode instanceof Inode.Symlink);
    }

    /** The regular file that a path leads to, symbolic links followed. */
    public Optional<Inode.RegularFile> file(String path) {
        return resolve(TreePath.of(path))
                .map(entries::get)
                .filter(inode -> inode instanceof Inode.RegularFile)
                .map(inode -> (Inode.RegularFile) inode);
    }

    /**
     * The text of the regular file that a path leads to, as UTF-8.
     *
     * @param limitBytes largest size accepted
     */
    public Optional<String> text(String path, int limitBytes) throws IOException {
        Optional<Inode.RegularFile> file = file(path);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(new String(file.get().content().readAll(limitBytes), StandardCharsets.UTF_8));
    }

    /** Collects entries; each step keeps the promise that parents are directories. Not for use by more than one thread. */
    public static final class Builder {
        private final NavigableMap<TreePath, Inode> entries;

        private Builder(NavigableMap<TreePath, Inode> entries) {
            this.entries = entries;
        }

        /** The inode at exactly this path, or null. */
        public Inode get(TreePath path) {
            return entries.get(path);
        }

        /** What is there so far; a live view that must not be changed. */
        public NavigableMap<TreePath, Inode> entries() {
            return Collections.unmodifiableNavigableMap(entries);
        }

        /**
         * Puts an inode at exactly this path, replacing what was there.
         *
         * @throws IllegalArgumentException when the parent is not a directory, or a directory with contents would be
         *     replaced by something else
         */
        public Builder put(TreePath path, Inode inode) {
            if (!path.isRoot() && !(entries.get(path.parent()) instanceof Inode.Directory)) {
                throw new IllegalArgumentException("parent of " + path + " is not a directory");
            }
            if (!(inode instanceof Inode.Directory) && (path.isRoot() || hasChildren(path))) {
                throw new IllegalArgumentException(path + " has contents");
            }
            entries.put(path, inode);
            return this;
        }

        /** Makes the directories that are missing on the way to and at {@code path}. Existing ones stay as they are. */
        public Builder directories(TreePath path, Attributes attributes) {
            if (entries.containsKey(path)) {
                return this;
            }
            directories(path.parent(), attributes);
            return put(path, new Inode.Directory(attributes));
        }

        /** Puts a regular file with these contents, with missing directories on the way (0755). */
        public Builder file(String path, Attributes attributes, byte[] content) {
            TreePath at = canonical(TreePath.of(path));
            directories(at.parent(), Attributes.ofRoot(0755, attributes.mtimeSeconds()));
            return put(at, new Inode.RegularFile(attributes, ByteSource.of(content)));
        }

        /** Puts a symbolic link, with missing directories on the way (0755). */
        public Builder symlink(String path, String target, long mtimeSeconds) {
            TreePath at = canonical(TreePath.of(path));
            directories(at.parent(), Attributes.ofRoot(0755, mtimeSeconds));
            return put(
                    at,
                    new Inode.Symlink(Attributes.ofRoot(0777, mtimeSeconds), target.getBytes(StandardCharsets.UTF_8)));
        }

        /** Removes a path with all that it holds; nothing happens when it is not there. */
        public Builder remove(TreePath path) {
            if (path.isRoot()) {
                throw new IllegalArgumentException("the root cannot be removed");
            }
            entries.remove(path);
            TreePath next = entries.higherKey(path);
            while (next != null && next.startsWith(path)) {
                entries.remove(next);
                next = entries.higherKey(path);
            }
            return this;
        }

        /**
         * The path with symbolic links among its directories followed (names that do not exist yet stay as they are), so
         * that {@code /lib/x} lands in {@code /usr/lib/x} when {@code /lib} is a link. The last name is not followed.
         */
        public TreePath canonical(TreePath path) {
            if (path.isRoot()) {
                return path;
            }
            TreePath parent = resolve(entries, path.parent(), false)
                    .orElseThrow(() ->
                            new IllegalArgumentException("symbolic links loop or lead nowhere at " + path.parent()));
            return parent.child(path.nameBytes());
        }

        /** Whether nothing lies below this path. */
        public boolean isEmptyAt(TreePath path) {
            return !hasChildren(path);
        }

        private boolean hasChildren(TreePath path) {
            TreePath next = entries.higherKey(path);
            return next != null && next.startsWith(path);
        }

        /** The finished tree; the builder stays usable. */
        public FileTree build() {
            return new FileTree(new TreeMap<>(entries));
        }
    }
}
