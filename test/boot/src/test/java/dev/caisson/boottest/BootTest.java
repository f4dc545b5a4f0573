package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.engine.boot.DiskBus;
import dev.caisson.manifest.Arch;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestMachine;
import dev.caisson.testkit.TestMachine.Report;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the image promises, said by the running image itself. */
@Tag("boot")
class BootTest {
    @Test
    void comesUpVerifiedRunsAContainerAndKeepsItsStateOverTwoBoots(@TempDir Path folder) throws Exception {
        DiskCopy disk = SelfTestImage.disk(Arch.X86_64, folder);
        TestMachine machine = new TestMachine(disk, SelfTestImage.logs())
                .withCredentials(Map.of("caisson.selftest", "first, with a comma"));
        Report first = machine.boot("x86_64-first").assertFound();
        assertHealthy(first, "[integrity]");
        assertThat(first.markers())
                .containsEntry("boots", "1")
                .containsEntry("credential", "first, with a comma")
                // systemd-bless-boot takes the counter "+2-1" out of the name when everything is up.
                .containsEntry("entries", "selftest_0.1.0.efi");
        assertThat(Integer.parseInt(first.markers().get("var-size")))
                .as("MiB of /var, of a disk of 4 GiB")
                .isGreaterThan(2800);
        Report second = machine.withCredentials(Map.of()).boot("x86_64-second").assertFound();
        assertHealthy(second, "[integrity]");
        assertThat(second.markers())
                .containsEntry("boots", "2")
                .containsEntry("entries", "selftest_0.1.0.efi")
                .doesNotContainKey("credential");
    }

    @Test
    void comesUpOnAarch64(@TempDir Path folder) throws Exception {
        DiskCopy disk = SelfTestImage.disk(Arch.AARCH64, folder);
        Report report =
                new TestMachine(disk, SelfTestImage.logs()).boot("aarch64").assertFound();
        assertHealthy(report, "[integrity]");
        assertThat(report.markers()).containsEntry("boots", "1").containsEntry("entries", "selftest_0.1.0.efi");
    }

    @Test
    void restartsWhenSomethingEssentialFails(@TempDir Path folder) throws Exception {
        DiskCopy disk = SelfTestImage.disk(Arch.X86_64, folder);
        Report report = new TestMachine(disk, SelfTestImage.logs())
                .withCredentials(Map.of(
                        "systemd.extra-unit.broken.service",
                        "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/false\n",
                        "systemd.unit-dropin.local-fs.target",
                        "[Unit]\nRequires=broken.service\nAfter=broken.service\n"))
                .bootUntil("x86_64-broken", "This system cannot come up")
                .assertFound();
        assertThat(report.text()).doesNotContain("Emergency mode. After logging in");
        assertThat(report.markers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"NVME, /dev/nvme0n1p2", "SCSI, /dev/sda2"})
    void findsItsRootOnOtherBuses(DiskBus bus, String device, @TempDir Path folder) throws Exception {
        DiskCopy disk = SelfTestImage.disk(Arch.X86_64, folder);
        new TestMachine(disk, SelfTestImage.logs())
                .withBus(bus)
                .bootUntil("x86_64-" + bus, "initrd: root is " + device + "\\b")
                .assertFound();
    }

    private static void assertHealthy(Report report, String lockdown) {
        Map<String, String> markers = report.markers();
        assertThat(markers.get("state"))
                .as(() -> "state; failed units: " + markers.get("failed") + "\n" + report.text())
                .isEqualTo("running");
        assertThat(markers)
                .containsEntry("failed", "0")
                .containsEntry("restarted", "")
                .containsEntry("secure-boot", "1")
                .containsEntry("parameter", "1")
                .containsEntry("root-device", "1")
                .containsEntry("root-read", "complete")
                .containsEntry("root-write", "refused")
                .containsEntry("root-remount", "refused")
                .containsEntry("containerd", "active")
                .containsEntry("container", "hello from pid 1");
        assertThat(markers.get("lockdown")).contains(lockdown);
        assertThat(markers.get("root")).startsWith("erofs ro,");
        assertThat(markers.get("root-verity")).endsWith(" verity V");
        assertThat(markers.get("var")).startsWith("ext4 rw,");
    }
}
