package dev.caisson.engine.root;

import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;

/** Empties {@code /boot}: kernel and initrd are in the unified kernel image, where the firmware checks them. */
public final class BootFilesTransform implements TreeTransform {
    private static final TreePath BOOT = TreePath.of("/boot");

    @Override
    public String name() {
        return "boot-files";
    }

    @Override
    public FileTree apply(FileTree tree) {
        FileTree.Builder builder = tree.toBuilder();
        for (TreePath path : tree.children(BOOT)) {
            builder.remove(path);
        }
        for (String link : new String[] {"/vmlinuz", "/vmlinuz.old", "/initrd.img", "/initrd.img.old"}) {
            builder.remove(TreePath.of(link));
        }
        return builder.build();
    }
}
