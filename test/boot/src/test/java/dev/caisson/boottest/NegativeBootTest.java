package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.Guid;
import dev.caisson.erofs.ErofsSuperblock;
import dev.caisson.manifest.Arch;
import dev.caisson.pe.PeImage;
import dev.caisson.pe.SectionHeader;
import dev.caisson.secureboot.AuthenticodeSigner;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import dev.caisson.testkit.TestMachine.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One thing is wrong, and the machine does not come up. */
@Tag("boot")
class NegativeBootTest {
    private static final String CORRUPTED = "dm-verity device corrupted";

    /** systemd-boot's words for EFI_ACCESS_DENIED and EFI_SECURITY_VIOLATION, and those of the firmware itself. */
    private static final String REFUSED = "(?i)access denied|security violation";

    @TempDir
    private Path folder;

    @Test
    void byteOfTheSuperblock() throws Exception {
        assertPanics(disk().damageRoot(ErofsSuperblock.OFFSET + 8), "superblock");
    }

    @Test
    void byteOfTheInitProgram() throws Exception {
        assertPanics(disk().damageFile("/usr/lib/systemd/systemd"), "init");
    }

    @Test
    void byteOfTheHashTree() throws Exception {
        // Behind dm-verity's superblock, which the kernel does not read, the tree begins with its top.
        assertPanics(disk().damageHashTree(4096), "hash-tree");
    }

    @Test
    void kernelImageWithoutSignature() throws Exception {
        Built built = SelfTestImage.of(Arch.X86_64);
        assertRefused(disk().replaceKernelImage(Files.readAllBytes(built.unsignedUki())), "unsigned");
    }

    @Test
    void kernelImageWithAnotherCommandLine() throws Exception {
        byte[] bytes = Files.readAllBytes(SelfTestImage.of(Arch.X86_64).uki());
        SectionHeader section = PeImage.read(bytes).section(".cmdline").orElseThrow();
        bytes[Math.toIntExact(section.pointerToRawData())] ^= 0x20;
        assertRefused(disk().replaceKernelImage(bytes), "modified");
    }

    @Test
    void kernelImageSignedWithAnotherKey() throws Exception {
        PeImage unsigned =
                PeImage.read(Files.readAllBytes(SelfTestImage.of(Arch.X86_64).unsignedUki()));
        assertRefused(disk().replaceKernelImage(signedByStranger(unsigned)), "other-key");
    }

    @Test
    void bootLoaderWithoutSignature() throws Exception {
        DiskCopy disk = disk();
        disk.replaceLoader(bytes(PeImage.read(disk.loader()).withoutCertificates()));
        assertRefused(disk, "loader-unsigned");
    }

    private DiskCopy disk() throws Exception {
        return SelfTestImage.disk(Arch.X86_64, folder);
    }

    private static byte[] signedByStranger(PeImage image) throws Exception {
        SecureBootKeys stranger = SecureBootKeys.generate(
                new SecureBootKeys.Request(
                        "Stranger",
                        Guid.parse("11111111-2222-3333-4444-555555555555"),
                        2048,
                        Instant.parse("2020-01-01T00:00:00Z"),
                        Instant.parse("2040-01-01T00:00:00Z")),
                new SecureRandom());
        return bytes(AuthenticodeSigner.sign(image, stranger.database()));
    }

    private static byte[] bytes(PeImage image) throws Exception {
        ArraySink sink = new ArraySink(Math.toIntExact(image.size()));
        image.writeTo(sink);
        return sink.toByteArray();
    }

    private static void assertPanics(DiskCopy disk, String name) throws Exception {
        Report report = new TestMachine(disk, SelfTestImage.logs())
                .bootUntil("damaged-" + name, CORRUPTED)
                .assertFound();
        assertThat(report.markers()).isEmpty();
    }

    private static void assertRefused(DiskCopy disk, String name) throws Exception {
        Report report = new TestMachine(disk, SelfTestImage.logs())
                .bootUntil("refused-" + name, REFUSED)
                .assertFound();
        assertThat(report.text()).doesNotContain("Linux version");
        assertThat(report.markers()).isEmpty();
    }
}
