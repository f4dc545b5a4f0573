package dev.caisson.engine.image;

import dev.caisson.archive.CpioWriter;
import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.elf.ElfObject;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.DepmodTransform;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.kmod.ModulesDep;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The minimal initrd: busybox and dmsetup of the image's own packages with the libraries that they need, the drivers, and the
 * init script of this project. Everything in it is older than the build epoch and owned by root.
 */
final class InitrdBuilder {
    private static final String[] APPLETS = {
        "cat", "echo", "insmod", "mkdir", "mount", "reboot", "sh", "sleep", "switch_root", "umount"
    };
    private static final List<String> LIBRARY_FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib64", "/lib");

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
     * @param modules names of the drivers wanted; what they need is added, built-in ones are passed over
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
        copy(to, file, 0755);
        libraries(file);
    }

    private void copy(String to, Inode.RegularFile file, int mode) throws IOException {
        file(to, mode, file.content().readAll(64 << 20));
    }

    /** The closure of DT_NEEDED with the program interpreter, each at the path where the dynamic linker looks. */
    private void libraries(Inode.RegularFile program) throws BuildException, IOException {
        List<Inode.RegularFile> open = new ArrayList<>(List.of(program));
        while (!open.isEmpty()) {
            Inode.RegularFile next = open.remove(open.size() - 1);
            ElfObject elf = ElfObject.read(next.content());
            Optional<String> interpreter = elf.interpreter();
            if (interpreter.isPresent()) {
                addLibrary(interpreter.get(), open);
            }
            for (String name : elf.dynamic().map(ElfObject.Dynamic::needed).orElse(List.of())) {
                addLibrary(find(name), open);
            }
        }
    }

    private String find(String name) throws BuildException {
        for (String folder : LIBRARY_FOLDERS) {
            if (tree.file(folder + "/" + name).isPresent()) {
                return folder + "/" + name;
            }
        }
        throw new BuildException(
                FailureCode.CONTENT,
                "the library " + name + ", which a program of the initrd needs, is in no package of the image",
                "add the package that ships it");
    }

    private void addLibrary(String path, List<Inode.RegularFile> open) throws IOException {
        if (out.get(TreePath.of(path)) == null) {
            Inode.RegularFile library = tree.file(path).orElseThrow();
            copy(path, library, 0755);
            open.add(library);
        }
    }

    private void modules(List<String> names) throws BuildException, IOException {
        Optional<String> text = tree.text(kernel.modules() + "/modules.dep", 16 << 20);
        ModulesDep dependencies = ModulesDep.parse(text.orElse(""));
        StringBuilder order = new StringBuilder();
        for (String path : dependencies.loadOrder(names)) {
            String file = path.substring(path.lastIndexOf('/') + 1);
            String plain = file.substring(0, file.indexOf(".ko") + 3);
            Inode.RegularFile module = tree.file(kernel.modules() + "/" + path)
                    .orElseThrow(() -> new BuildException(
                            FailureCode.CONTENT,
                            "the initrd needs the module " + path + ", which is not in the image",
                            "keep it in the variant's kernel: modules"));
            ByteSource content = DepmodTransform.decompressed(file, module.content());
            file("/modules/" + plain, 0644, content.readAll(256 << 20));
            order.append(plain).append('\n');
        }
        file("/modules/order", 0644, order.toString().getBytes(StandardCharsets.UTF_8));
    }
}
