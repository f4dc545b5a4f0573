package dev.caisson.engine.root;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The one kernel of a tree.
 *
 * @param version release, as {@code uname -r} says
 * @param image the boot image
 * @param modules folder of its modules
 */
public record KernelFiles(String version, ByteSource image, TreePath modules) {
    private static final int IMAGE_LIMIT_BYTES = 512 << 20;
    private static final String PREFIX = "vmlinuz-";
    private static final TreePath MODULES = TreePath.of("/usr/lib/modules");

    /**
     * Finds the kernel in {@code /boot}, as Debian ships it, or else beside its modules, as most RPM distributions do; there must
     * be exactly one.
     */
    public static KernelFiles find(FileTree tree) throws BuildException {
        List<KernelFiles> found = new ArrayList<>();
        for (TreePath path : tree.children(TreePath.of("/boot"))) {
            if (path.name().startsWith(PREFIX) && tree.get(path).orElse(null) instanceof Inode.RegularFile file) {
                String version = path.name().substring(PREFIX.length());
                found.add(new KernelFiles(version, file.content(), MODULES.child(version)));
            }
        }
        if (found.isEmpty()) {
            for (TreePath folder : tree.children(MODULES)) {
                tree.file(folder + "/vmlinuz")
                        .ifPresent(file -> found.add(new KernelFiles(folder.name(), file.content(), folder)));
            }
        }
        if (found.size() != 1) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    found.isEmpty()
                            ? "no package of the image brings a kernel (/boot/vmlinuz-* or /usr/lib/modules/*/vmlinuz)"
                            : "the image has " + found.size() + " kernels: "
                                    + found.stream().map(KernelFiles::version).toList(),
                    "name one kernel package in the variant: kernel: {package: …}");
        }
        return found.get(0);
    }

    /**
     * The same kernel with its boot image in memory: what comes from a layer would be decoded again at every reading.
     *
     * @throws dev.caisson.bytes.LimitExceededException when it is larger than 512 MiB
     */
    public KernelFiles inMemory() throws IOException {
        return new KernelFiles(version, ByteSource.of(image.readAll(IMAGE_LIMIT_BYTES)), modules);
    }
}
