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
import dev.caisson.kmod.Depmod;
import dev.caisson.kmod.KernelModule;
import dev.caisson.kmod.ModuleSet;
import dev.caisson.kmod.ModulesDep;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The initrd with systemd as its init: programs, units and udev rules of the image's own packages, the libraries that they need
 * and the drivers. It finds root and hash tree by the partition UUIDs that {@code roothash=} implies, sets dm-verity up with
 * {@code systemd-veritysetup}, mounts and switches. Everything in it is older than the build epoch and owned by root.
 *
 * <p>Units are named here one by one, without the drop-ins that the image's own system has for them: what the image wants of a
 * running system must not leak into its initrd. There is no shell: where distributions open one, ours restarts, so that boot
 * counting can fall back. The generator that opens a shell for {@code rd.systemd.debug_shell} is left out, and so is all that
 * has to do with networks, encrypted disks, TPMs and hibernation.
 */
final class SystemdInitrd {
    private static final String OWN_FILES = "/sources/initrd/systemd/";
    private static final String UNITS = "/usr/lib/systemd/system/";
    private static final String RULES = "/usr/lib/udev/rules.d/";
    private static final int TEXT_LIMIT_BYTES = 64 << 20;

    /** What {@code .note.dlopen} calls only recommended or suggested, and udev cannot do without. */
    private static final Set<String> FEATURES = Set.of("kmod");

    /**
     * What is taken from one package.
     *
     * @param name of the package, for whom it is missing
     * @param programs ELF files, or symbolic links to some
     * @param units names below {@value #UNITS}
     * @param rules names below {@value #RULES}
     */
    private record Part(String name, List<String> programs, List<String> units, List<String> rules) {}

    private static final Part SYSTEMD = new Part(
            "systemd",
            List.of(
                    "/usr/bin/systemctl",
                    "/usr/bin/systemd-tmpfiles",
                    "/usr/lib/systemd/system-generators/systemd-fstab-generator",
                    "/usr/lib/systemd/system-generators/systemd-gpt-auto-generator",
                    "/usr/lib/systemd/systemd",
                    "/usr/lib/systemd/systemd-executor",
                    "/usr/lib/systemd/systemd-fsck",
                    "/usr/lib/systemd/systemd-journald",
                    "/usr/lib/systemd/systemd-modules-load",
                    "/usr/lib/systemd/systemd-shutdown",
                    "/usr/lib/systemd/systemd-sysroot-fstab-check"),
            List.of(
                    "basic.target",
                    "emergency.target",
                    "final.target",
                    "initrd-cleanup.service",
                    "initrd-fs.target",
                    "initrd-parse-etc.service",
                    "initrd-root-device.target",
                    "initrd-root-fs.target",
                    "initrd-switch-root.service",
                    "initrd-switch-root.target",
                    "initrd-udevadm-cleanup-db.service",
                    "initrd-usr-fs.target",
                    "initrd.target",
                    "kmod-static-nodes.service",
                    "local-fs-pre.target",
                    "local-fs.target",
                    "modprobe@.service",
                    "paths.target",
                    "reboot.target",
                    "remote-fs-pre.target",
                    "rescue.target",
                    "shutdown.target",
                    "slices.target",
                    "sockets.target",
                    "swap.target",
                    "sysinit.target",
                    "systemd-fsck-root.service",
                    "systemd-fsck@.service",
                    "systemd-journald-dev-log.socket",
                    "systemd-journald.service",
                    "systemd-journald.socket",
                    "systemd-modules-load.service",
                    "systemd-reboot.service",
                    "systemd-tmpfiles-setup-dev-early.service",
                    "systemd-tmpfiles-setup-dev.service",
                    "timers.target",
                    "umount.target"),
            List.of("99-systemd.rules"));

    private static final Part UDEV = new Part(
            "udev",
            List.of(
                    "/usr/bin/udevadm",
                    "/usr/lib/systemd/systemd-udevd",
                    "/usr/lib/udev/ata_id",
                    "/usr/lib/udev/scsi_id"),
            List.of(
                    "systemd-udev-trigger.service",
                    "systemd-udevd-control.socket",
                    "systemd-udevd-kernel.socket",
                    "systemd-udevd.service"),
            List.of("50-udev-default.rules", "60-block.rules", "60-persistent-storage.rules", "80-drivers.rules"));

    /** Its rules tell libdevmapper that udev is done: without them setting up a device never ends. */
    private static final Part DMSETUP = new Part(
            "dmsetup",
            List.of("/usr/sbin/dmsetup"),
            List.of(),
            List.of("55-dm.rules", "60-persistent-storage-dm.rules", "95-dm-notify.rules"));

    private static final Part KMOD =
            new Part("kmod", List.of("/usr/bin/kmod", "/usr/sbin/modprobe"), List.of(), List.of());
    private static final Part MOUNT =
            new Part("mount", List.of("/usr/bin/mount", "/usr/bin/umount"), List.of(), List.of());

    private static final Part VERITYSETUP = new Part(
            "systemd-cryptsetup",
            List.of(
                    "/usr/lib/systemd/system-generators/systemd-veritysetup-generator",
                    "/usr/lib/systemd/systemd-veritysetup"),
            List.of(
                    "remote-veritysetup.target",
                    "system-systemd\\x2dveritysetup.slice",
                    "veritysetup-pre.target",
                    "veritysetup.target"),
            List.of());

    private final FileTree tree;
    private final KernelFiles kernel;
    private final long timeSeconds;
    private final FileTree.Builder out;
    private final ProgramClosure closure;

    private SystemdInitrd(FileTree tree, KernelFiles kernel, long timeSeconds) {
        this.tree = tree;
        this.kernel = kernel;
        this.timeSeconds = timeSeconds;
        this.out = FileTree.builder(directory());
        this.closure = ProgramClosure.opened(tree, FEATURES);
    }

    /**
     * The archive, uncompressed.
     *
     * @param tree the root tree with the packages' files
     * @param modules names of the drivers wanted; what they need is added, those built into the kernel are passed over
     * @param osRelease text of the image's os-release(5)
     * @param verity whether the root is checked with dm-verity
     */
    static byte[] archive(
            FileTree tree, KernelFiles kernel, List<String> modules, String osRelease, boolean verity, long timeSeconds)
            throws BuildException, IOException {
        ArraySink sink = new ArraySink(32 << 20);
        CpioWriter.plan(tree(tree, kernel, modules, osRelease, verity, timeSeconds))
                .writeTo(sink);
        return sink.toByteArray();
    }

    /** What {@link #archive} holds. */
    static FileTree tree(
            FileTree tree, KernelFiles kernel, List<String> modules, String osRelease, boolean verity, long timeSeconds)
            throws BuildException, IOException {
        SystemdInitrd initrd = new SystemdInitrd(tree, kernel, timeSeconds);
        initrd.skeleton(osRelease);
        List<Part> parts = new ArrayList<>(List.of(SYSTEMD, UDEV, KMOD, MOUNT, DMSETUP));
        if (verity) {
            parts.add(VERITYSETUP);
        }
        for (Part part : parts) {
            initrd.part(part);
        }
        initrd.wantedLinks(parts.stream().flatMap(part -> part.units.stream()).collect(Collectors.toSet()));
        for (String library : initrd.closure.libraries()) {
            initrd.copy(TreePath.of(library));
        }
        initrd.accounts();
        initrd.modules(modules);
        return initrd.out.build();
    }

    private Attributes directory() {
        return Attributes.ofRoot(0755, timeSeconds);
    }

    private void file(String path, byte[] bytes) {
        out.file(path, Attributes.ofRoot(0644, timeSeconds), bytes);
    }

    private void text(String path, String text) {
        file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private void skeleton(String osRelease) throws IOException {
        for (String name : List.of("bin", "lib", "lib64", "sbin")) {
            TreePath path = TreePath.of("/" + name);
            if (tree.get(path).orElse(null) instanceof Inode.Symlink) {
                copyLink(path);
            }
        }
        for (String folder :
                List.of("/dev", "/etc", "/proc", "/root", "/run", "/sys", "/sysroot", "/tmp", "/var/tmp")) {
            out.directories(TreePath.of(folder), directory());
        }
        out.symlink("/var/run", "../run", timeSeconds);
        out.symlink("/init", "usr/lib/systemd/systemd", timeSeconds);
        // The file that tells systemd that it runs in an initrd.
        text("/usr/lib/initrd-release", osRelease);
        out.symlink("/etc/initrd-release", "../usr/lib/initrd-release", timeSeconds);
        out.symlink("/etc/os-release", "../usr/lib/initrd-release", timeSeconds);
        // In /run the identity that systemd makes outlives the initrd: the image's own system takes it over, and with
        // it the
        // journal of the initrd.
        out.symlink("/etc/machine-id", "../run/machine-id", timeSeconds);
        file("/etc/systemd/journald.conf", own("journald.conf"));
        file("/etc/systemd/system.conf", own("system.conf"));
        for (String unit : List.of("emergency.service", "rescue.service")) {
            file("/etc/systemd/system/" + unit, own("emergency.service"));
        }
    }

    private static byte[] own(String name) throws IOException {
        try (InputStream in = SystemdInitrd.class.getResourceAsStream(OWN_FILES + name)) {
            if (in == null) {
                throw new IllegalStateException("the tool's own sources/initrd/systemd/" + name + " is missing");
            }
            return in.readAllBytes();
        }
    }

    private void part(Part part) throws BuildException, IOException {
        for (String program : part.programs) {
            copy(required(program, part));
            closure.add(program);
        }
        for (String unit : part.units) {
            copy(required(UNITS + unit, part));
        }
        for (String rule : part.rules) {
            copy(required(RULES + rule, part));
        }
    }

    private TreePath required(String path, Part part) throws BuildException {
        if (tree.file(path).isEmpty()) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "the systemd initrd needs " + path + ", which no package of the image brings",
                    "add the package " + part.name + " to the variant");
        }
        return TreePath.of(path);
    }

    /** A file of the tree at its own path, with the symbolic links that lead to it. */
    private void copy(TreePath path) {
        TreePath at = tree.resolveParent(path).orElseThrow();
        if (out.get(at) != null) {
            return;
        }
        Inode inode = tree.get(at).orElseThrow();
        if (inode instanceof Inode.Symlink link) {
            copyLink(at);
            copy(target(at, link));
        } else if (inode instanceof Inode.RegularFile file) {
            // No set-user-ID bits and no extended attributes: everything in an initrd runs as root.
            int mode = (file.attributes().mode() & 0111) != 0 ? 0755 : 0644;
            out.directories(at.parent(), directory());
            out.put(at, new Inode.RegularFile(Attributes.ofRoot(mode, timeSeconds), file.content()));
        }
    }

    private void copyLink(TreePath at) {
        Inode.Symlink link = (Inode.Symlink) tree.get(at).orElseThrow();
        out.directories(at.parent(), directory());
        out.put(at, new Inode.Symlink(Attributes.ofRoot(0777, timeSeconds), link.target()));
    }

    /** Where a link leads, one step: the last name may be a link again. */
    private TreePath target(TreePath at, Inode.Symlink link) {
        String target = new String(link.target(), StandardCharsets.UTF_8);
        TreePath path = target.startsWith("/") ? TreePath.ROOT : at.parent();
        for (String name : target.split("/+")) {
            path = tree.resolve(path).orElseThrow();
            if (name.equals("..")) {
                path = path.parent();
            } else if (!name.isEmpty() && !name.equals(".")) {
                path = path.child(name);
            }
        }
        return path;
    }

    /**
     * The static links by which units that are here want others that are here. Without {@code
     * sysinit.target.wants/veritysetup.target} the root's device would never be set up.
     */
    private void wantedLinks(Set<String> units) {
        for (String unit : units.stream().sorted().toList()) {
            for (String kind : List.of(".wants", ".requires")) {
                for (TreePath link : tree.children(TreePath.of(UNITS + unit + kind))) {
                    if (units.contains(link.name()) && tree.get(link).orElse(null) instanceof Inode.Symlink) {
                        copyLink(link);
                    }
                }
            }
        }
    }

    /** udev's rules name groups, and the device nodes that they make stay when the root is switched. */
    private void accounts() throws IOException {
        text("/etc/passwd", "root:x:0:0:root:/root:/usr/sbin/nologin\n");
        text("/etc/group", tree.text("/etc/group", TEXT_LIMIT_BYTES).orElse("root:x:0:\n"));
    }

    private void modules(List<String> names) throws BuildException, IOException {
        List<KernelModule> read = new ArrayList<>();
        for (InitrdModules.Module module : InitrdModules.of(tree, kernel, names)) {
            TreePath path = TreePath.of(kernel.modules() + "/" + module.path());
            out.directories(path.parent(), directory());
            out.put(path, new Inode.RegularFile(Attributes.ofRoot(0644, timeSeconds), module.content()));
            read.add(KernelModule.read(module.path(), module.content()));
        }
        ModuleSet set = new ModuleSet(read, lines("modules.order"), lines("modules.builtin"));
        List<String> builtIn = List.of(kernelText("modules.builtin.modinfo", StandardCharsets.ISO_8859_1)
                .split("\0"));
        for (Map.Entry<String, byte[]> index : Depmod.files(set, builtIn).entrySet()) {
            file(kernel.modules() + "/" + index.getKey(), index.getValue());
        }
        ModulesDep dependencies = InitrdModules.dependencies(tree, kernel);
        text(
                "/etc/modules-load.d/initrd.conf",
                names.stream()
                        .filter(dependencies::contains)
                        .map(name -> name + "\n")
                        .collect(Collectors.joining()));
    }

    private String kernelText(String name, Charset charset) throws IOException {
        Optional<Inode.RegularFile> file = tree.file(kernel.modules() + "/" + name);
        return file.isEmpty() ? "" : new String(file.get().content().readAll(TEXT_LIMIT_BYTES), charset);
    }

    private List<String> lines(String name) throws IOException {
        return kernelText(name, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
