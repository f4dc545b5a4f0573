package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.SortedListing;
import dev.caisson.conformance.SmallProject.Run;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.fixture.TarBuilder.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of failure: its exit code, one message that says what and where, and no artifact with a final name. */
class FailureTest {
    @TempDir
    private Path folder;

    private SmallProject project;

    @BeforeEach
    void make() throws Exception {
        project = new SmallProject(folder);
    }

    private void assertFails(int code, String... words) throws IOException {
        Run run = project.build("small");
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        assertThat(run.err()).contains(words).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(run.err().lines().filter(line -> line.startsWith("caisson: error")))
                .as(run.err())
                .hasSizeLessThanOrEqualTo(1);
        assertThat(project.output()).isSubsetOf(".lock");
    }

    private void change(String from, String to) throws IOException {
        assertThat(SmallProject.VARIANT).contains(from);
        project.variant("small", SmallProject.VARIANT.replace(from, to));
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (at < 0 ? bytes.length + at : at)] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void invalidManifest() throws Exception {
        change("kernel: {", "kernal: {");
        assertFails(3, "variant.yaml:", "kernal", "kernel");
    }

    @Test
    void packageThatNobodyHas() throws Exception {
        change("[base, boot]", "[base, boot, bsae]");
        assertFails(4, "bsae", "base");
    }

    @Test
    void dependencyThatCannotBeMet_isExplained() throws Exception {
        project.archive.put("top", "1", "Depends: middle (>= 2)\n", new TarBuilder());
        project.archive.put("middle", "1.5", "", new TarBuilder()).publish();
        change("[base, boot]", "[base, boot, top]");
        assertFails(4, "top", "middle", "1.5");
    }

    @Test
    void archiveSignedBySomebodyElse() throws Exception {
        project.archive.publishSignedBySomebodyElse();
        assertFails(5, "local stable", "not in the keyring");
    }

    @Test
    void changedRelease() throws Exception {
        Path release = project.archive.folder().resolve("dists/stable/InRelease");
        Files.writeString(release, Files.readString(release).replace("Origin: Test", "Origin: Tset"));
        assertFails(5, "local stable", "signature");
    }

    @Test
    void changedIndex() throws Exception {
        flip(project.archive.folder().resolve("dists/stable/main/binary-amd64/Packages"), 40);
        assertFails(5, "Packages", "SHA-256");
    }

    @Test
    void tamperedPackage() throws Exception {
        flip(project.archive.file("base"), -700);
        assertFails(5, "base", "SHA-256");
    }

    @Test
    void packageThatIsGone() throws Exception {
        Files.delete(project.archive.file("base"));
        assertFails(5, "base");
    }

    @Test
    void truncatedPackage_withTheRightDigest() throws Exception {
        project.archive
                .put("base", "2", "", new TarBuilder().header(new Header("./usr/file", '0').size(1 << 20)))
                .publish();
        assertFails(6, "base", "usr/file");
    }

    @Test
    void hostilePath() throws Exception {
        project.archive
                .put("base", "2", "", new TarBuilder().file("./usr/../../etc/passwd", "root"))
                .publish();
        assertFails(6, "base", "usr/../../etc/passwd");
    }

    @Test
    void sameFileInTwoPackages() throws Exception {
        project.archive
                .put("other", "1", "", new TarBuilder().file("./usr/share/text", "other"))
                .publish();
        change("[base, boot]", "[base, boot, other]");
        assertFails(6, "/usr/share/text", "base", "other");
    }

    @Test
    void noKernel() throws Exception {
        project.archive.put("kernel", "7", "", new TarBuilder()).publish();
        assertFails(6, "kernel", "vmlinuz");
    }

    @Test
    void partitionTooSmall_saysByHowMuch() throws Exception {
        change("root: 4MiB", "root: 64KiB");
        assertFails(7, "small_1.0.0", "too little", "layout");
    }

    @Test
    void budgetExceeded() throws Exception {
        project.variant("small", SmallProject.VARIANT + "budget: {packages: 2}\n");
        assertFails(7, "3", "2", "packages");
    }

    @Test
    void unusableKey() throws Exception {
        assertThat(project.build("small").code()).isZero();
        Path profile = folder.resolve("keys/development");
        for (Path file : SortedListing.of(profile)) {
            if (file.toString().endsWith(".key")) {
                Files.writeString(file, "not a key");
            }
        }
        Files.move(folder.resolve("out"), folder.resolve("before"));
        assertFails(8, "keys/development", "PK.key");
    }

    @Test
    void failureAfterASuccess_leavesTheFormerArtifacts() throws Exception {
        assertThat(project.build("small").code()).isZero();
        byte[] before = Files.readAllBytes(project.artifact(".root.erofs"));
        change("root: 4MiB", "root: 64KiB");
        assertThat(project.build("small").code()).isEqualTo(7);
        assertThat(Files.readAllBytes(project.artifact(".root.erofs"))).isEqualTo(before);
        assertThat(project.verify(project.artifact(".raw")).code()).isZero();
    }
}
