package dev.caisson.deb;

import dev.caisson.bytes.ByteSource;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.io.InputStream;

/** Puts a package's data into a tree, to compare it. */
final class Collected implements DataVisitor {
    private final FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, 0));

    static FileTree of(byte[] deb) throws IOException {
        return of(ByteSource.of(deb), DebLimits.DEFAULT);
    }

    static FileTree of(ByteSource deb, DebLimits limits) throws IOException {
        Collected collected = new Collected();
        DebPackage.open(deb, limits).readData(collected);
        return collected.tree.build();
    }

    private void put(TreePath path, Inode inode) {
        if (!path.isRoot()) {
            tree.directories(path.parent(), Attributes.ofRoot(0755, 0));
        }
        tree.put(path, inode);
    }

    @Override
    public void directory(TreePath path, Attributes attributes) {
        put(path, new Inode.Directory(attributes));
    }

    @Override
    public void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) throws IOException {
        byte[] bytes = content.readAllBytes();
        if (bytes.length != sizeBytes) {
            throw new AssertionError(path + " has " + bytes.length + " bytes instead of " + sizeBytes);
        }
        put(path, new Inode.RegularFile(attributes, ByteSource.of(bytes)));
    }

    @Override
    public void symlink(TreePath path, Attributes attributes, byte[] target) {
        put(path, new Inode.Symlink(attributes, target));
    }

    @Override
    public void hardLink(TreePath path, TreePath existing) {
        put(path, tree.get(existing));
    }

    @Override
    public void device(TreePath path, Attributes attributes, boolean block, int major, int minor) {
        put(path, new Inode.Device(attributes, block, major, minor));
    }

    @Override
    public void fifo(TreePath path, Attributes attributes) {
        put(path, new Inode.Fifo(attributes));
    }
}
