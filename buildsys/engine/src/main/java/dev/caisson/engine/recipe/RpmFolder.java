package dev.caisson.engine.recipe;

import dev.caisson.bytes.FileSource;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.rpm.PayloadCheck;
import dev.caisson.rpm.PayloadVisitor;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Unpacks RPM packages over each other into a tree; a later one wins. Special files are left out. */
final class RpmFolder implements PayloadVisitor {
    private static final int FOLDER_MODE = 0755;

    private final Path staging;
    private final FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(FOLDER_MODE, 0));
    private int count;

    private RpmFolder(Path staging) {
        this.staging = staging;
    }

    /**
     * Unpacks.
     *
     * @param staging an empty folder on the file system where the tree will be written
     */
    static FileTree unpack(List<Path> packages, Path staging) throws IOException {
        RpmFolder folder = new RpmFolder(staging);
        for (Path file : packages) {
            try (FileSource source = FileSource.open(file)) {
                RpmPackage.open(file.toString(), source, RpmLimits.DEFAULT).readPayload(folder, PayloadCheck.DIGESTS);
            }
        }
        return folder.tree.build();
    }

    private TreePath place(RpmFile file) {
        TreePath path = tree.canonical(file.path());
        tree.directories(path.parent(), Attributes.ofRoot(FOLDER_MODE, 0));
        return path;
    }

    private static Attributes attributes(RpmFile file) {
        return Attributes.ofRoot(file.mode(), file.mtimeSeconds());
    }

    @Override
    public void directory(RpmFile file) {
        tree.directories(tree.canonical(file.path()), attributes(file));
    }

    @Override
    public void file(RpmFile file, InputStream content) throws IOException {
        Path staged = staging.resolve("rpm-" + count++);
        Files.copy(content, staged);
        tree.put(place(file), new Inode.RegularFile(attributes(file), new StagedFile(staged, file.sizeBytes())));
    }

    @Override
    public void hardLink(RpmFile file, RpmFile existing) {
        tree.put(place(file), tree.get(tree.canonical(existing.path())));
    }

    @Override
    public void symlink(RpmFile file) {
        tree.put(place(file), new Inode.Symlink(attributes(file), file.linkTarget()));
    }

    @Override
    public void special(RpmFile file) {}
}
