package dev.caisson.engine.image;

import dev.caisson.archive.CpioWriter;
import dev.caisson.bytes.ArraySink;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The minimal initrd: busybox and dmsetup of the image's own packages with the libraries that they need, the drivers, and the
 * init script of this project. Everything in it is older than the build epoch and owned by root.
 */
final class InitrdBuilder {
    private static final String[] APPLETS = {
        "cat",
        "dd",
        "echo",
        "insmod",
        "losetup",
        "md5sum",
        "mkdir",
        "mount",
        "reboot",
        "sh",
        "sleep",
        "switch_root",
        "sync",
        "umount"
    };

    private final FileTree tree;
    private final KernelFiles kernel;
    private final long timeSeconds;
    private final FileTree.Builder out;

    private InitrdBuilder(FileTree tree, KernelFiles kernel, long timeSeconds) {
        this.tree = tree;
        this.kernel = kernel;
        this.timeSeconds = timeSeconds;
        this.out = FileTree.builder(Attributes.ofRoot(0755, timeSeconds));
    }

    /**
     * The archive, uncompressed.
     *
     * @param tree the root tree with the packages' files
     * @param modules names of the drivers wanted; what they need is added, those built into the kernel are passed over
     */
    static byte[] minimal(FileTree tree, KernelFiles kernel, List<String> modules, long timeSeconds)
            throws BuildException, IOException {
        InitrdBuilder builder = new InitrdBuilder(tree, kernel, timeSeconds);
        for (String folder : List.of("/dev", "/proc", "/sys", "/sysroot", "/modules", "/tmp")) {
            builder.out.directories(TreePath.of(folder), Attributes.ofRoot(0755, timeSeconds));
        }
        builder.file("/init", 0755, script());
        builder.program("/usr/bin/busybox", "/bin/busybox", "busybox-static");
        for (String applet : APPLETS) {
            builder.out.symlink("/bin/" + applet, "busybox", timeSeconds);
        }
        builder.program("/usr/sbin/dmsetup", "/bin/dmsetup", "dmsetup");
        builder.modules(modules);
        ArraySink sink = new ArraySink(8 << 20);
        CpioWriter.plan(builder.out.build()).writeTo(sink);
        return sink.toByteArray();
    }

    private static byte[] script() throws IOException {
        try (InputStream in = InitrdBuilder.class.getResourceAsStream("/sources/initrd/init")) {
            if (in == null) {
                throw new IllegalStateException("the tool's own sources/initrd/init is missing");
            }
            return in.readAllBytes();
        }
    }

    private void file(String path, int mode, byte[] bytes) {
        out.file(path, Attributes.ofRoot(mode, timeSeconds), bytes);
    }

    private void program(String from, String to, String packageName) throws BuildException, IOException {
        Inode.RegularFile file = tree.file(from)
                .orElseThrow(() -> new BuildException(
                        FailureCode.CONTENT,
                        "the minimal initrd needs " + from + ", which no package of the image brings",
                        "add the package " + packageName + " to the variant"));
        copy(to, file);
        ProgramClosure closure = ProgramClosure.linked(tree);
        closure.add(from);
        for (String library : closure.libraries()) {
            copy(library, tree.file(library).orElseThrow());
        }
    }

    private void copy(String to, Inode.RegularFile file) {
        out.directories(TreePath.of(to).parent(), Attributes.ofRoot(0755, timeSeconds));
        out.put(TreePath.of(to), new Inode.RegularFile(Attributes.ofRoot(0755, timeSeconds), file.content()));
    }

    private void modules(List<String> names) throws BuildException, IOException {
        StringBuilder order = new StringBuilder();
        for (InitrdModules.Module module : InitrdModules.of(tree, kernel, names)) {
            out.put(
                    TreePath.of("/modules/" + module.fileName()),
                    new Inode.RegularFile(Attributes.ofRoot(0644, timeSeconds), module.content()));
            order.append(module.fileName()).append('\n');
        }
        file("/modules/order", 0644, order.toString().getBytes(StandardCharsets.UTF_8));
    }
}
