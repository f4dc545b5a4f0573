package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.KernelFiles;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.TestElf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a tree with the files that Debian 13's packages have, each program a few bytes of ELF. */
class SystemdInitrdTest {
    private static final long TIME = 1_700_000_000;
    private static final String UNITS = "/usr/lib/systemd/system/";
    private static final String LIBRARIES = "/usr/lib/x86_64-linux-gnu/";
    private static final KernelFiles KERNEL =
            new KernelFiles("6.12", ByteSource.of(new byte[1]), TreePath.of("/usr/lib/modules/6.12"));
    private static final String OS_RELEASE = "ID=test\n";

    private static final List<String> PROGRAMS = List.of(
            "/usr/bin/kmod",
            "/usr/bin/mount",
            "/usr/bin/systemctl",
            "/usr/bin/systemd-tmpfiles",
            "/usr/bin/udevadm",
            "/usr/bin/umount",
            "/usr/lib/systemd/system-generators/systemd-fstab-generator",
            "/usr/lib/systemd/system-generators/systemd-gpt-auto-generator",
            "/usr/lib/systemd/system-generators/systemd-veritysetup-generator",
            "/usr/lib/systemd/systemd",
            "/usr/lib/systemd/systemd-executor",
            "/usr/lib/systemd/systemd-fsck",
            "/usr/lib/systemd/systemd-journald",
            "/usr/lib/systemd/systemd-modules-load",
            "/usr/lib/systemd/systemd-shutdown",
            "/usr/lib/systemd/systemd-veritysetup",
            "/usr/lib/udev/ata_id",
            "/usr/lib/udev/scsi_id",
            "/usr/sbin/dmsetup");

    private static final List<String> UNIT_NAMES = List.of(
            ("basic.target emergency.target final.target initrd-cleanup.service initrd-fs.target initrd-parse-etc.service "
                            + "initrd-root-device.target initrd-root-fs.target initrd-switch-root.service "
                            + "initrd-switch-root.target initrd-udevadm-cleanup-db.service initrd-usr-fs.target initrd.target "
                            + "kmod-static-nodes.service local-fs-pre.target local-fs.target modprobe@.service paths.target "
                            + "reboot.target remote-fs-pre.target remote-veritysetup.target rescue.target shutdown.target "
                            + "slices.target sockets.target swap.target sysinit.target system-systemd\\x2dveritysetup.slice "
                            + "systemd-fsck-root.service systemd-fsck@.service systemd-journald-dev-log.socket "
                            + "systemd-journald.service systemd-journald.socket systemd-modules-load.service "
                            + "systemd-reboot.service systemd-tmpfiles-setup-dev-early.service "
                            + "systemd-tmpfiles-setup-dev.service systemd-udev-trigger.service systemd-udevd-control.socket "
                            + "systemd-udevd-kernel.socket systemd-udevd.service timers.target umount.target "
                            + "veritysetup-pre.target veritysetup.target emergency.service rescue.service "
                            + "multi-user.target systemd-firstboot.service")
                    .split(" "));

    private static final List<String> RULES = List.of(
            "50-udev-default",
            "55-dm",
            "60-block",
            "60-persistent-storage",
            "60-persistent-storage-dm",
            "80-drivers",
            "95-dm-notify",
            "99-systemd");

    private final FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, 0));

    SystemdInitrdTest() {
        for (String name : List.of("bin", "lib", "lib64", "sbin")) {
            tree.symlink("/" + name, "usr/" + name, 0);
        }
        for (String program : PROGRAMS) {
            program(
                    program,
                    TestElf.object().interpreter("/lib64/ld-linux-x86-64.so.2").needs("libc.so.6"));
        }
        program(
                "/usr/lib/systemd/systemd",
                TestElf.object().runPath(LIBRARIES + "systemd").needs("libsystemd-shared.so", "libc.so.6"));
        program(
                LIBRARIES + "systemd/libsystemd-shared.so",
                TestElf.object()
                        .opens("kmod", "recommended", "\"libkmod.so.2\"")
                        .opens("tpm", "suggested", "\"libtss2-esys.so.0\""));
        program(LIBRARIES + "libkmod.so.2.5.1", TestElf.object());
        tree.symlink(LIBRARIES + "libkmod.so.2", "libkmod.so.2.5.1", 0);
        program(LIBRARIES + "libc.so.6", TestElf.object());
        program(LIBRARIES + "ld-linux-x86-64.so.2", TestElf.object());
        program(LIBRARIES + "libtss2-esys.so.0", TestElf.object());
        tree.symlink("/usr/lib64/ld-linux-x86-64.so.2", "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", 0);
        tree.symlink("/usr/sbin/modprobe", "../bin/kmod", 0);
        tree.symlink("/usr/lib/systemd/systemd-udevd", "../../bin/udevadm", 0);
        tree.symlink("/usr/lib/systemd/systemd-sysroot-fstab-check", "system-generators/systemd-fstab-generator", 0);
        UNIT_NAMES.forEach(unit -> text(UNITS + unit, "[Unit]\n"));
        RULES.forEach(rule -> text("/usr/lib/udev/rules.d/" + rule + ".rules", "#\n"));
        wants("sysinit.target", "veritysetup.target");
        wants("sysinit.target", "systemd-firstboot.service");
        wants("multi-user.target", "systemd-journald.service");
        text(UNITS + "systemd-journald.service.d/image.conf", "[Service]\n");
        text("/etc/group", "root:x:0:\ndisk:x:6:\n");
        text("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/:/bin/sh\n");
        module("kernel/drivers/md/dm-mod.ko");
        module("kernel/drivers/md/dm-bufio.ko");
        module("kernel/drivers/md/dm-verity.ko");
        module("kernel/net/other.ko");
        text(
                "/usr/lib/modules/6.12/modules.dep",
                "kernel/drivers/md/dm-mod.ko:\nkernel/drivers/md/dm-bufio.ko: kernel/drivers/md/dm-mod.ko\n"
                        + "kernel/drivers/md/dm-verity.ko: kernel/drivers/md/dm-bufio.ko kernel/drivers/md/dm-mod.ko\n"
                        + "kernel/net/other.ko:\n");
        text("/usr/lib/modules/6.12/modules.builtin", "kernel/drivers/nvme/host/nvme.ko\n");
    }

    private void program(String path, TestElf elf) {
        tree.file(path, Attributes.ofRoot(04755, 5), elf.build());
    }

    private void text(String path, String text) {
        tree.file(path, Attributes.ofRoot(0644, 5), text.getBytes(StandardCharsets.UTF_8));
    }

    private void wants(String unit, String wanted) {
        tree.symlink(UNITS + unit + ".wants/" + wanted, "../" + wanted, 5);
    }

    private void module(String path) {
        tree.file("/usr/lib/modules/6.12/" + path, Attributes.ofRoot(0644, 5), TestElf.module());
    }

    private FileTree initrd(boolean verity) throws Exception {
        return SystemdInitrd.tree(tree.build(), KERNEL, List.of("dm-verity", "nvme"), OS_RELEASE, verity, TIME);
    }

    private static String read(FileTree initrd, String path) throws Exception {
        return initrd.text(path, 1 << 20).orElseThrow(() -> new AssertionError(path + " is not there"));
    }

    @Test
    void startsSystemdAndSaysThatItIsAnInitrd() throws Exception {
        FileTree initrd = initrd(true);
        assertThat(initrd.resolve(TreePath.of("/init"))).contains(TreePath.of("/usr/lib/systemd/systemd"));
        assertThat(read(initrd, "/etc/initrd-release")).isEqualTo(OS_RELEASE);
        assertThat(read(initrd, "/etc/os-release")).isEqualTo(OS_RELEASE);
        assertThat(read(initrd, "/etc/passwd")).isEqualTo("root:x:0:0:root:/root:/usr/sbin/nologin\n");
        assertThat(read(initrd, "/etc/group")).contains("disk:x:6:");
        assertThat(initrd.get(TreePath.of("/sysroot"))).get().isInstanceOf(Inode.Directory.class);
    }

    @Test
    void bringsEachLibraryUnderTheNamesThatTheLinkerUses() throws Exception {
        FileTree initrd = initrd(true);
        for (String name : List.of("systemd/libsystemd-shared.so", "libkmod.so.2", "libkmod.so.2.5.1", "libc.so.6")) {
            assertThat(initrd.file(LIBRARIES + name)).as(name).isPresent();
        }
        assertThat(initrd.get(TreePath.of(LIBRARIES + "libkmod.so.2"))).get().isInstanceOf(Inode.Symlink.class);
        assertThat(initrd.resolve(TreePath.of("/lib64/ld-linux-x86-64.so.2")))
                .contains(TreePath.of(LIBRARIES + "ld-linux-x86-64.so.2"));
        assertThat(initrd.file(LIBRARIES + "libtss2-esys.so.0")).isEmpty();
    }

    @Test
    void everySymbolicLinkLeadsSomewhere() throws Exception {
        FileTree initrd = initrd(true);
        for (TreePath path : initrd.entries().keySet()) {
            // systemd makes the identity in /run.
            if (!path.equals(TreePath.of("/etc/machine-id"))) {
                assertThat(initrd.resolve(path)).as(path.toString()).isPresent();
            }
        }
        assertThat(initrd.resolve(TreePath.of("/sbin/modprobe"))).contains(TreePath.of("/usr/bin/kmod"));
    }

    @Test
    void linksWantedUnitsThatAreThereAndLeavesOutWhatIsTheImagesOwn() throws Exception {
        FileTree initrd = initrd(true);
        assertThat(initrd.file(UNITS + "sysinit.target.wants/veritysetup.target"))
                .isPresent();
        assertThat(initrd.contains(TreePath.of(UNITS + "sysinit.target.wants/systemd-firstboot.service")))
                .isFalse();
        assertThat(initrd.contains(TreePath.of(UNITS + "multi-user.target.wants")))
                .isFalse();
        assertThat(initrd.contains(TreePath.of(UNITS + "systemd-journald.service.d")))
                .isFalse();
    }

    @Test
    void opensNoShellButRestarts() throws Exception {
        FileTree initrd = initrd(true);
        for (String unit : List.of("emergency.service", "rescue.service")) {
            assertThat(read(initrd, "/etc/systemd/system/" + unit))
                    .contains("SuccessAction=reboot-force", "FailureAction=reboot-force")
                    .doesNotContain("sulogin");
            assertThat(initrd.contains(TreePath.of(UNITS + unit))).isFalse();
        }
        assertThat(initrd.entries().keySet())
                .extracting(TreePath::name)
                .doesNotContain("sh", "bash", "busybox", "sulogin", "systemd-sulogin-shell", "systemd-debug-generator");
    }

    @Test
    void bringsDriversWithWhatTheyNeedAndIndexesOfThoseOnly() throws Exception {
        FileTree initrd = initrd(true);
        String folder = "/usr/lib/modules/6.12/";
        for (String name : List.of("dm-mod", "dm-bufio", "dm-verity")) {
            assertThat(initrd.file(folder + "kernel/drivers/md/" + name + ".ko"))
                    .as(name)
                    .isPresent();
        }
        assertThat(initrd.contains(TreePath.of(folder + "kernel/net"))).isFalse();
        assertThat(read(initrd, folder + "modules.dep"))
                .contains("kernel/drivers/md/dm-verity.ko:")
                .doesNotContain("other");
        for (String index : List.of("modules.dep.bin", "modules.alias.bin", "modules.builtin.bin")) {
            assertThat(initrd.file(folder + index)).as(index).isPresent();
        }
        // nvme is part of the kernel: there is nothing to load.
        assertThat(read(initrd, "/etc/modules-load.d/initrd.conf")).isEqualTo("dm-verity\n");
    }

    @Test
    void everythingIsOfRootAndTheEpochWithoutSetUserId() throws Exception {
        initrd(true).entries().forEach((path, inode) -> {
            assertThat(inode.attributes().mtimeSeconds()).as(path.toString()).isEqualTo(TIME);
            assertThat(inode.attributes().uid() + inode.attributes().gid())
                    .as(path.toString())
                    .isZero();
            assertThat(inode.attributes().mode() & 07000).as(path.toString()).isZero();
        });
    }

    @Test
    void needsNoVeritysetupWithoutVerity() throws Exception {
        tree.remove(TreePath.of("/usr/lib/systemd/systemd-veritysetup"))
                .remove(TreePath.of(UNITS + "veritysetup.target"));
        assertThat(initrd(false).contains(TreePath.of(UNITS + "sysinit.target.wants")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/lib/systemd/systemd-veritysetup, systemd-cryptsetup",
        "/usr/lib/systemd/system/veritysetup.target, systemd-cryptsetup",
        "/usr/bin/udevadm, udev",
        "/usr/bin/kmod, kmod",
        "/usr/bin/mount, mount",
        "/usr/sbin/dmsetup, dmsetup",
        "/usr/lib/udev/rules.d/95-dm-notify.rules, dmsetup",
        "/usr/lib/systemd/systemd-executor, systemd",
        "/usr/lib/systemd/system/initrd.target, systemd"
    })
    void namesThePackageThatIsMissing(String path, String packageName) {
        tree.remove(TreePath.of(path));
        assertThatThrownBy(() -> initrd(true))
                .isInstanceOfSatisfying(BuildException.class, e -> {
                    assertThat(e.code()).isEqualTo(FailureCode.CONTENT);
                    assertThat(e.hint()).isEqualTo("add the package " + packageName + " to the variant");
                })
                .hasMessageContaining("systemd initrd");
    }

    @Test
    void udevCannotDoWithoutLibkmod() {
        tree.remove(TreePath.of(LIBRARIES + "libkmod.so.2"));
        assertThatThrownBy(() -> initrd(true))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("libkmod.so.2");
    }

    @Test
    void givesTheSameBytesAtEveryCall() throws Exception {
        byte[] first = archive();
        assertThat(first)
                .startsWith("070701".getBytes(StandardCharsets.US_ASCII))
                .isEqualTo(archive());
    }

    private byte[] archive() throws Exception {
        return SystemdInitrd.archive(tree.build(), KERNEL, List.of("dm-verity"), OS_RELEASE, true, TIME);
    }
}
