package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSource;
import dev.caisson.diskimage.VmdkReader;
import dev.caisson.engine.boot.DiskBus;
import dev.caisson.manifest.Arch;
import dev.caisson.ova.OvaPackage;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestBuild;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import dev.caisson.testkit.TestMachine.Report;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variant for vSphere, with the devices that its machines have; what boots is what the OVA holds. */
@Tag("boot")
class VmwareVariantBootTest {
    private static final int PIECE = 1 << 20;

    @Test
    void comesUpFromPvscsiWithVmxnet3(@TempDir Path folder) throws Exception {
        TestMachine.require(Arch.X86_64);
        Path variant = TestBuild.repository().resolve("variants").resolve("vmware-container-host");
        Built built = TestBuild.build(variant, "vmware-container-host", "0.1.0", Arch.X86_64, folder);
        assertOvaHoldsTheDisk(built);
        Report report = new TestMachine(DiskCopy.of(built, folder.resolve("disk")), SelfTestImage.logs())
                .withBus(DiskBus.PVSCSI)
                .bootUntil("x86_64-vmware", "Reached target .*[Mm]ulti-[Uu]ser")
                .assertFound();
        assertThat(report.text())
                .contains("VMware PVSCSI")
                .contains("vmxnet3")
                .doesNotContain("[FAILED]");
    }

    private static void assertOvaHoldsTheDisk(Built built) throws Exception {
        try (FileSource ova = FileSource.open(built.folder().resolve(built.base() + ".ova"));
                FileSource raw = FileSource.open(built.raw())) {
            OvaPackage opened = OvaPackage.open(ova);
            opened.verify();
            assertThat(opened.signer()).contains(built.keys().database().certificate());
            ByteSource disk = VmdkReader.open(
                            opened.files().values().iterator().next())
                    .asSource();
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
