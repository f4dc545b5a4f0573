package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.SortedListing;
import dev.caisson.erofs.ErofsSuperblock;
import dev.caisson.manifest.Arch;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestBuild;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import dev.caisson.testkit.TestMachine.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variant of our own packages only: no initrd, no systemd, and a kernel that checks its root by itself. */
@Tag("boot")
class MinimalVariantBootTest {
    private static final Path VARIANT =
            TestBuild.repository().resolve("variants").resolve("minimal");
    private static final String PROMPT = "root@localhost:~# ";

    /** From the name and the GUID of EFI_GLOBAL_VARIABLE in the UEFI specification; four bytes of attributes, then the value. */
    private static final String SECURE_BOOT =
            "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    private static Built built;

    @TempDir
    private Path folder;

    @BeforeAll
    static void build() throws Exception {
        TestMachine.require(Arch.X86_64);
        Path work = TemporaryFolder.create("caisson-minimal");
        TestBuild.run(List.of(
                "package",
                "build",
                "--all",
                "--packages",
                TestBuild.repository().resolve("packages").toString(),
                "--output",
                work.resolve("out").toString(),
                "--cache",
                TestBuild.cache().toString(),
                "--progress",
                "none"));
        built = TestBuild.build(VARIANT, "minimal", "0.1.0", Arch.X86_64, work);
    }

    @Test
    void comesUpToAShellThatRunsHello() throws Exception {
        Report report = new TestMachine(disk(), SelfTestImage.logs())
                .bootAndType(
                        "minimal",
                        PROMPT,
                        List.of(
                                marker("hello", "$(hello)"),
                                marker("init", "$(cat /proc/1/comm)"),
                                marker("secure-boot", "$(tail -c 1 " + SECURE_BOOT + " | od -An -tu1 | tr -d ' ')"),
                                marker("lockdown", "$(cat /sys/kernel/security/lockdown)"),
                                marker("root", "$(grep ' / ' /proc/mounts)"),
                                marker("root-verity", "$(cat /sys/block/dm-0/dm/name)"),
                                marker("root-read", "$(cat /dev/dm-0 >/dev/null && echo complete)"),
                                marker("root-write", "$(touch /usr/x 2>/dev/null || echo refused)"),
                                marker("var", "$(grep ' /var ' /proc/mounts)"),
                                "poweroff"))
                .assertFound();
        assertThat(report.markers())
                .containsEntry("init", "init")
                .containsEntry("secure-boot", "1")
                .containsEntry("root-verity", "root")
                .containsEntry("root-read", "complete")
                .containsEntry("root-write", "refused");
        assertThat(report.markers().get("hello")).matches("Hello from Linux [0-9.]+-caisson on x86_64\\.");
        assertThat(report.markers().get("lockdown")).contains("[integrity]");
        assertThat(report.markers().get("root")).contains(" / erofs ro,");
        assertThat(report.markers().get("var")).contains(" /var tmpfs rw,");
        assertThat(report.text()).contains("Caisson Minimal 0.1.0 is up.").doesNotContain("can't access tty");
    }

    /** The line echoes itself when it is typed; only what it prints begins like a marker. */
    private static String marker(String key, String value) {
        return "echo \"CAISSON-TEST " + key + "=" + value + "\"";
    }

    @Test
    void stopsAtAChangedByteOfTheRoot() throws Exception {
        new TestMachine(disk().damageRoot(ErofsSuperblock.OFFSET + 8), SelfTestImage.logs())
                .bootUntil("minimal-damaged-superblock", "dm-verity device corrupted")
                .assertFound();
    }

    @Test
    void stopsAtAChangedByteOfAProgram() throws Exception {
        Report report = new TestMachine(disk().damageFile("/usr/bin/busybox"), SelfTestImage.logs())
                .bootUntil("minimal-damaged-busybox", "dm-verity device corrupted")
                .assertFound();
        assertThat(report.text()).doesNotContain(PROMPT);
    }

    @Test
    void isNotStartedWithoutItsSignature() throws Exception {
        Report report = new TestMachine(
                        disk().replaceLoader(Files.readAllBytes(built.unsignedUki())), SelfTestImage.logs())
                .bootUntil("minimal-unsigned", "(?i)access denied|security violation")
                .assertFound();
        assertThat(report.text()).doesNotContain("Linux version");
    }

    @Test
    void isTheSameWhenItIsBuiltAgain() throws Exception {
        TestBuild.run(List.of(
                "build",
                VARIANT.toString(),
                "--output",
                folder.resolve("again").toString(),
                "--cache",
                TestBuild.cache().toString(),
                "--keys",
                built.keysFolder().toString(),
                "--jobs",
                "1",
                "--progress",
                "none"));
        Path again = folder.resolve("again").resolve("minimal").resolve(Arch.X86_64.label());
        List<Path> files = SortedListing.of(built.folder());
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            assertThat(Files.mismatch(file, again.resolve(file.getFileName().toString())))
                    .as("first different byte of %s", file.getFileName())
                    .isEqualTo(-1);
        }
    }

    private DiskCopy disk() throws Exception {
        return DiskCopy.of(built, folder.resolve("disk"));
    }
}
