package dev.caisson.engine.root;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.FileContent;
import dev.caisson.manifest.FileSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The variant's own files, links and directories, which win over what packages ship. Of a source file on the host only the
 * bytes are taken, and of a source folder the names; modes and owners come from the manifest.
 */
public final class FilesTransform implements TreeTransform {
    private static final long SOURCE_LIMIT_BYTES = 1L << 30;

    private final List<FileSpec> files;
    private final long mtimeSeconds;

    /** A transform for these files, with this time. */
    public FilesTransform(List<FileSpec> files, long mtimeSeconds) {
        this.files = List.copyOf(files);
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "files";
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        AccountNames names = new AccountNames(tree);
        FileTree.Builder builder = tree.toBuilder();
        for (FileSpec file : files) {
            String where = file.at().toString();
            Attributes attributes = Attributes.ofRoot(file.mode(), mtimeSeconds)
                    .withOwner(names.uid(file.owner(), where), names.gid(file.group(), where));
            try {
                TreePath path = builder.canonical(TreePath.of(file.path()));
                put(builder, path, file.content(), attributes, where);
            } catch (IllegalArgumentException e) {
                throw new BuildException(FailureCode.CONTENT, where + ": " + e.getMessage(), "", e);
            }
        }
        return builder.build();
    }

    private void put(FileTree.Builder builder, TreePath path, FileContent content, Attributes attributes, String where)
            throws BuildException, IOException {
        builder.directories(path.parent(), Attributes.ofRoot(0755, mtimeSeconds));
        if (content instanceof FileContent.Text text) {
            builder.put(
                    path,
                    new Inode.RegularFile(attributes, ByteSource.of(text.text().getBytes(StandardCharsets.UTF_8))));
        } else if (content instanceof FileContent.Symlink link) {
            builder.put(
                    path,
                    new Inode.Symlink(attributes.withMode(0777), link.target().getBytes(StandardCharsets.UTF_8)));
        } else if (content instanceof FileContent.Directory) {
            builder.put(followed(builder, path), new Inode.Directory(attributes));
        } else if (content instanceof FileContent.Source source) {
            copy(builder, path, source.path(), attributes, where);
        }
    }

    /** A folder that is a link in the tree, such as {@code /lib}, is what the link leads to. */
    private static TreePath followed(FileTree.Builder builder, TreePath path) {
        return builder.get(path) instanceof Inode.Symlink
                ? builder.canonical(path.child("name")).parent()
                : path;
    }

    private void copy(FileTree.Builder builder, TreePath path, Path source, Attributes attributes, String where)
            throws BuildException, IOException {
        if (Files.isDirectory(source)) {
            TreePath folder = followed(builder, path);
            builder.directories(folder, Attributes.ofRoot(0755, mtimeSeconds));
            for (Path child : SortedListing.of(source)) {
                copy(builder, folder.child(child.getFileName().toString()), child, attributes, where);
            }
        } else if (Files.isRegularFile(source)) {
            if (Files.size(source) > SOURCE_LIMIT_BYTES) {
                throw new BuildException(
                        FailureCode.CONTENT, where + ": " + source + " is larger than 1 GiB", "ship it in a package");
            }
            builder.put(path, new Inode.RegularFile(attributes, ByteSource.of(Files.readAllBytes(source))));
        } else {
            throw new BuildException(
                    FailureCode.CONTENT,
                    where + ": " + source + " is not a file or folder",
                    "the path is relative to the manifest that names it");
        }
    }
}
