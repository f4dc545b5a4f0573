package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.SuppressForbidden;
import dev.caisson.diskimage.VmdkReader;
import dev.caisson.engine.boot.BootHost;
import dev.caisson.engine.boot.Firmware;
import dev.caisson.manifest.Arch;
import dev.caisson.ova.OvaPackage;
import dev.caisson.testkit.TestBuild;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The variant for vSphere, with the devices that its machines have; what boots is what the OVA holds. QEMU's firmware has no
 * driver for PVSCSI, which VMware's has, so it is given the kernel image; everything after that comes from the disk.
 */
@Tag("boot")
@SuppressForbidden(reason = "this test starts the machine itself, since no other needs these devices")
class VmwareVariantBootTest {
    private static final int PIECE = 1 << 20;
    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    @Test
    void comesUpFromPvscsiWithVmxnet3(@TempDir Path folder) throws Exception {
        TestMachine.require(Arch.X86_64);
        Path variant = TestBuild.repository().resolve("variants").resolve("vmware-container-host");
        Built built = TestBuild.build(variant, "vmware-container-host", "0.1.0", Arch.X86_64, folder);
        assertOvaHoldsTheDisk(built);
        Path log = Files.createDirectories(SelfTestImage.logs()).resolve("x86_64-vmware.log");
        Files.deleteIfExists(log);
        Process machine = start(built, folder, log);
        try {
            long end = System.nanoTime() + TIMEOUT.toNanos();
            while (machine.isAlive() && System.nanoTime() < end && !text(log).contains("Multi-User System")) {
                Thread.sleep(500);
            }
            assertThat(text(log))
                    .contains("VMware PVSCSI")
                    .contains("vmxnet3")
                    .contains("Multi-User System")
                    .doesNotContain("FAILED");
        } finally {
            machine.destroyForcibly();
        }
    }

    private static String text(Path log) throws Exception {
        return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
    }

    private static Process start(Built built, Path folder, Path log) throws Exception {
        Firmware firmware = BootHost.here().firmware(Arch.X86_64);
        Path variables = Files.copy(firmware.variables(), folder.resolve("variables"));
        List<String> words = List.of(
                BootHost.here().qemu(Arch.X86_64).toString(),
                "-machine",
                "q35,smm=on",
                "-accel",
                "tcg,thread=single",
                "-cpu",
                "max",
                "-m",
                "1024M",
                "-nodefaults",
                "-no-reboot",
                "-display",
                "none",
                "-global",
                "driver=cfi.pflash01,property=secure,value=on",
                "-drive",
                "if=pflash,unit=0,format=raw,readonly=on,file=" + firmware.code(),
                "-drive",
                "if=pflash,unit=1,format=raw,file=" + variables,
                "-kernel",
                built.uki().toString(),
                "-drive",
                "if=none,id=disk,format=raw,snapshot=on,file=" + built.raw(),
                "-device",
                "pvscsi,id=scsi",
                "-device",
                "scsi-hd,drive=disk",
                "-netdev",
                "user,id=net",
                "-device",
                "vmxnet3,netdev=net,romfile=",
                "-device",
                "virtio-rng-pci",
                "-chardev",
                "file,id=console,path=" + log,
                "-serial",
                "chardev:console");
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("qemu.log").toFile())
                .start();
    }

    private static void assertOvaHoldsTheDisk(Built built) throws Exception {
        try (FileSource ova = FileSource.open(built.folder().resolve(built.base() + ".ova"));
                FileSource raw = FileSource.open(built.raw())) {
            OvaPackage opened = OvaPackage.open(ova);
            opened.verify();
            assertThat(opened.signer()).contains(built.keys().database().certificate());
            ByteSource disk =
                    VmdkReader.open(opened.files().values().iterator().next()).asSource();
            assertThat(disk.size()).isEqualTo(raw.size());
            for (long at = 0; at < raw.size(); at += PIECE) {
                int length = (int) Math.min(PIECE, raw.size() - at);
                assertThat(ByteBuffer.wrap(disk.read(at, length)).mismatch(ByteBuffer.wrap(raw.read(at, length))))
                        .as("offset %d", at)
                        .isEqualTo(-1);
            }
        }
    }
}
