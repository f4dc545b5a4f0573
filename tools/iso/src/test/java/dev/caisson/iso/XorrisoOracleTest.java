package dev.caisson.iso;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.FileSource;
import dev.caisson.fixture.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others say of it. */
@Tag("oracle")
class XorrisoOracleTest {
    @TempDir
    private Path folder;

    @Test
    void xorrisoFindsTheFilesAndTheBootImage() throws Exception {
        Path xorriso = Oracle.require("xorriso", "xorriso");
        byte[] image = IsoTest.image();
        Path iso = Files.write(folder.resolve("test.iso"), image);
        String list = Oracle.run(
                folder, xorriso.toString(), "-indev", iso.toString(), "-find", "/", "-type", "f", "-exec", "lsdl");
        assertThat(list)
                .contains("'/esp.img'", "'/images/root.erofs'", "'/images/deep/er/Read-Me.txt'")
                .contains("700000", "100001")
                .doesNotContain("FAILURE", "SORRY");
        String boot = Oracle.run(
                folder, xorriso.toString(), "-indev", iso.toString(), "-report_el_torito", "plain", "-pvd_info");
        assertThat(boot).containsPattern("El Torito boot img :\\s+1\\s+UEFI\\s+y\\s+none");
        assertThat(boot).contains("CAISSON_TEST").contains("/esp.img");
        for (IsoFile file : IsoTest.FILES) {
            Path out = folder.resolve("out");
            Oracle.run(
                    folder,
                    xorriso.toString(),
                    "-osirrox",
                    "on",
                    "-indev",
                    iso.toString(),
                    "-extract",
                    "/" + file.path(),
                    out.toString());
            assertThat(Files.readAllBytes(out)).isEqualTo(Arrays.copyOfRange(image, (int) file.offset(), (int)
                    (file.offset() + file.sizeBytes())));
            Files.delete(out);
        }
    }

    @Test
    void oursReadsXorrisos() throws Exception {
        Path xorriso = Oracle.require("xorriso", "xorriso");
        Path tree = Files.createDirectories(folder.resolve("tree/sub"));
        Files.writeString(tree.resolve("Hello.txt"), "hello");
        Files.write(tree.getParent().resolve("esp.img"), new byte[65_536]);
        Path iso = folder.resolve("theirs.iso");
        Oracle.run(
                folder,
                xorriso.toString(),
                "-as",
                "mkisofs",
                "-R",
                "-V",
                "THEIRS",
                "-eltorito-alt-boot",
                "-e",
                "esp.img",
                "-no-emul-boot",
                "-o",
                iso.toString(),
                tree.getParent().toString());
        try (FileSource source = FileSource.open(iso)) {
            IsoImage read = IsoReader.read(source);
            assertThat(read.identifier()).isEqualTo("THEIRS");
            assertThat(read.files()).extracting(IsoFile::path).contains("sub/Hello.txt", "esp.img");
            assertThat(read.boot()).extracting(IsoImage.Boot::platform).containsExactly(IsoImage.Boot.EFI);
        }
    }
}
