package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.manifest.Arch;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestBuild;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import dev.caisson.testkit.TestMachine.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The self test's image with systemd as the init of its initrd. */
@Tag("boot")
class SystemdInitrdBootTest {
    private static final Map<Arch, Built> BUILT = new EnumMap<>(Arch.class);

    @TempDir
    private Path folder;

    private static synchronized Built built(Arch architecture) throws Exception {
        TestMachine.require(architecture);
        Built built = BUILT.get(architecture);
        if (built == null) {
            built = build(architecture);
            BUILT.put(architecture, built);
        }
        return built;
    }

    private static Built build(Arch architecture) throws Exception {
        Path work = TemporaryFolder.create("caisson-systemd-initrd-" + architecture.label());
        Path variant = SelfTestImage.variant(work);
        Path manifest = variant.resolve("variant.yaml");
        String text = Files.readString(manifest);
        Files.writeString(
                manifest,
                text.replace("\npackages:\n", "\ninitrd: {type: systemd}\n\npackages:\n  - systemd-cryptsetup\n")
                        // the medium knows the minimal initrd only
                        .replace("formats: [iso]", "formats: [raw]"));
        return TestBuild.build(variant, "selftest", "0.1.0", architecture, work);
    }

    private TestMachine machine(DiskCopy disk) {
        return new TestMachine(disk, SelfTestImage.logs());
    }

    private DiskCopy disk(Arch architecture) throws Exception {
        return DiskCopy.of(built(architecture), folder.resolve("disk"));
    }

    @ParameterizedTest
    @EnumSource(Arch.class)
    void findsAndChecksTheRootByTheRootHashAlone(Arch architecture) throws Exception {
        Report report = machine(disk(architecture))
                .withCredentials(Map.of("caisson.selftest", "through the initrd"))
                .boot(architecture.label() + "-systemd-initrd")
                .assertFound();
        assertThat(report.text()).contains("Running in initrd.", "Reusing machine ID stored in /run/machine-id.");
        assertThat(report.markers())
                .containsEntry("state", "running")
                .containsEntry("failed", "0")
                // It runs in the initrd, too, is ended with it and started again.
                .containsEntry("restarted", " systemd-journald.service")
                .containsEntry("secure-boot", "1")
                .containsEntry("root-device", "1")
                .containsEntry("root-read", "complete")
                .containsEntry("root-write", "refused")
                .containsEntry("credential", "through the initrd")
                .containsEntry("entries", "selftest_0.1.0.efi")
                .containsEntry("container", "hello from pid 1");
        assertThat(report.markers().get("root")).startsWith("erofs ro,");
        assertThat(report.markers().get("root-verity")).endsWith(" verity V");
    }

    @Test
    void restartsWithoutAShellWhenTheRootCannotBeSetUp() throws Exception {
        // Without the magic of its superblock it is no hash tree.
        Report report = machine(disk(Arch.X86_64).damageHashTree(0))
                .bootUntil("x86_64-systemd-initrd-no-hash-tree", "reboot: Restarting system")
                .assertFound();
        assertThat(report.text())
                .contains("Running in initrd.", "emergency.service - Restart: no root file system")
                .contains("systemd-veritysetup@root.service loaded failed failed")
                .doesNotContain("Press Enter", "Switch Root.");
    }
}
