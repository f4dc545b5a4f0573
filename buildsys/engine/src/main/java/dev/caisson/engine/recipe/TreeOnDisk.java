package dev.caisson.engine.recipe;

import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A tree as files and folders of this machine, for its own user: owners are left out, and set-user-id bits with them. Contents that
 * were staged on the same file system are moved, not copied.
 */
final class TreeOnDisk {
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };
    private static final int OWNER_WRITES = 0200;
    private static final int OWNER_ENTERS = 0700;

    private final Path root;
    private final IdentityHashMap<Inode, Path> written = new IdentityHashMap<>();
    private final Map<StagedFile, Path> moved = new HashMap<>();

    private TreeOnDisk(Path root) {
        this.root = root;
    }

    /** Writes a tree below a folder, which is made. */
    static void write(FileTree tree, Path root) throws BuildException, IOException {
        TreeOnDisk disk = new TreeOnDisk(root);
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            disk.put(disk.path(entry.getKey()), entry.getValue());
        }
        // Modes of folders come last: some forbid to add to them.
        for (Map.Entry<TreePath, Inode> entry : tree.entries().descendingMap().entrySet()) {
            if (entry.getValue() instanceof Inode.Directory) {
                permit(disk.path(entry.getKey()), entry.getValue().attributes().mode() | OWNER_ENTERS);
            }
        }
    }

    private Path path(TreePath path) throws BuildException {
        String text = path.toString().substring(1);
        try {
            return text.isEmpty() ? root : root.resolve(text);
        } catch (InvalidPathException e) {
            throw new BuildException(
                    FailureCode.PACKAGE_BUILD,
                    "the build root has a file that this machine cannot name: " + path,
                    "use a UTF-8 locale (LC_ALL=C.UTF-8), or take the path out with 'remove' in the SDK's manifest",
                    e);
        }
    }

    private void put(Path target, Inode inode) throws IOException {
        if (inode instanceof Inode.Directory) {
            Files.createDirectories(target);
        } else if (inode instanceof Inode.Symlink link) {
            Files.createSymbolicLink(target, target.getFileSystem().getPath(link.targetText()));
        } else if (inode instanceof Inode.RegularFile file) {
            Path before = written.putIfAbsent(inode, target);
            if (before != null) {
                Files.createLink(target, before);
            } else {
                putFile(target, file);
            }
        }
    }

    private void putFile(Path target, Inode.RegularFile file) throws IOException {
        if (file.content() instanceof StagedFile staged) {
            Path before = moved.putIfAbsent(staged, target);
            if (before != null) {
                Files.copy(before, target);
            } else {
                Files.move(staged.path(), target);
            }
        } else {
            try (FileSink out = FileSink.create(target)) {
                file.content().copyTo(out);
            }
        }
        permit(target, file.attributes().mode() | OWNER_WRITES);
        Files.setLastModifiedTime(target, FileTime.fromMillis(file.attributes().mtimeSeconds() * 1000));
    }

    private static void permit(Path path, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.of(PosixFilePermission.OWNER_READ);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode >>> bit & 1) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
    }

    /** Deletes a folder with all that is in it, if it is there. Links are not followed. */
    static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                permit(path, OWNER_ENTERS);
                for (Path child : SortedListing.of(path)) {
                    delete(child);
                }
            } catch (NoSuchFileException e) {
                return;
            }
        }
        Files.deleteIfExists(path);
    }
}
