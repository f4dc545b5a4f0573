package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.engine.boot.DiskBus;
import dev.caisson.manifest.Arch;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestBuild;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import dev.caisson.testkit.TestMachine.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same build from other formats than the raw disk, with Secure Boot. */
@Tag("boot")
class FormatsBootTest {
    @Test
    void theMediumRunsFromACd(@TempDir Path folder) throws Exception {
        Built built = SelfTestImage.of(Arch.X86_64);
        DiskCopy blank = DiskCopy.of(built, Optional.empty(), folder.resolve("blank"));
        Report report = new TestMachine(blank, SelfTestImage.logs())
                .withMedium(built.iso())
                .boot("x86_64-cd")
                .assertFound();
        assertThat(report.text()).contains("initrd: running from /dev/sr0");
        assertThat(report.markers())
                .containsEntry("state", "running")
                .containsEntry("failed", "0")
                .containsEntry("secure-boot", "1")
                .containsEntry("root-device", "1")
                .containsEntry("root-read", "complete")
                .containsEntry("root-write", "refused")
                .containsEntry("containerd", "active")
                .containsEntry("container", "hello from pid 1");
        assertThat(report.markers().get("var")).startsWith("tmpfs rw,");
    }

    @Test
    void theMediumRunsFromAStick(@TempDir Path folder) throws Exception {
        Built built = SelfTestImage.of(Arch.X86_64);
        DiskCopy stick = DiskCopy.of(built, Optional.of(built.iso()), folder.resolve("stick"));
        new TestMachine(stick, SelfTestImage.logs())
                .withBus(DiskBus.SCSI)
                .bootUntil("x86_64-stick", "initrd: root is /dev/mapper/live-root")
                .assertFound();
    }

    @Test
    void theMediumInstallsItself(@TempDir Path folder) throws Exception {
        Built built = SelfTestImage.of(Arch.X86_64);
        DiskCopy target = DiskCopy.of(built, Optional.empty(), folder.resolve("target"));
        TestMachine machine = new TestMachine(target, SelfTestImage.logs());
        TestMachine installer = machine.withMedium(built.iso()).withKernelParameters("caisson.install=auto");
        installer.bootUntil("x86_64-install", "initrd: installed to /dev/vda").assertFound();
        machine.bootUntil("x86_64-installed", "initrd: root is /dev/vda2").assertFound();
        installer
                .bootUntil("x86_64-install-again", "initrd: not one disk without partitions; running from /dev/sr0")
                .assertFound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "vmdk"})
    void virtualDisks(String format, @TempDir Path folder) throws Exception {
        Built built = SelfTestImage.of(Arch.X86_64);
        Path file = folder.resolve("disk." + format);
        TestBuild.run(List.of("convert", built.raw().toString(), file.toString()));
        new TestMachine(DiskCopy.ofFormat(built, file), SelfTestImage.logs())
                .bootUntil("x86_64-" + format, "initrd: root is /dev/vda2")
                .assertFound();
    }
}
