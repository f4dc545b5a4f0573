package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.conformance.SmallProject.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify}, {@code inspect} and {@code diff} on what a build leaves. */
class ImageCommandsTest {
    @TempDir
    private Path folder;

    private SmallProject project;
    private String raw;
    private String artifacts;

    @BeforeEach
    void build() throws Exception {
        project = new SmallProject(folder);
        Run run = project.build("small");
        assertThat(run.code()).as(run.err()).isZero();
        raw = project.artifact(".raw").toString();
        artifacts = project.artifact(".raw").getParent().toString();
    }

    private static Run run(int code, String... words) {
        Run run = SmallProject.run(words);
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code);
        assertThat(run.err()).doesNotContain("\tat ").doesNotContain("Exception");
        return run;
    }

    @Test
    void verify_acceptsTheFolderAndTheDisk() throws Exception {
        assertThat(run(0, "verify", artifacts, "--keys", keys()).out()).contains("artifact digest", "verity tree");
        assertThat(run(0, "verify", raw, "--keys", keys(), "--json").out())
                .startsWith("{")
                .contains("\"checks\"");
    }

    @Test
    void verify_namesWhatADamagedByteBreaks() throws Exception {
        byte[] disk = Files.readAllBytes(Path.of(raw));
        int root = place(run(0, "inspect", raw).out(), "small_1.0.0");
        disk[root + 8192] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged.raw"), disk);
        assertThat(run(9, "verify", damaged.toString(), "--keys", keys()).out())
                .containsPattern("FAILED +verity data +partition 2 small_1.0.0: .*block 2");
        Files.write(Path.of(raw), disk);
        assertThat(run(9, "verify", artifacts, "--keys", keys()).out())
                .containsPattern("FAILED +artifact digest +small-1.0.0-x86_64.raw");
    }

    private static int place(String inspection, String label) {
        Matcher line = Pattern.compile("partition \\d+ +" + Pattern.quote(label) + " .* at (\\d+)")
                .matcher(inspection);
        assertThat(line.find()).as(inspection).isTrue();
        return Integer.parseInt(line.group(1));
    }

    private String keys() {
        return folder.resolve("keys").toString();
    }

    @Test
    void verify_wantsTheRightKey() throws Exception {
        assertThat(SmallProject.run(
                                "keys",
                                "generate",
                                "other",
                                "--keys",
                                folder.resolve("others").toString())
                        .code())
                .isZero();
        assertThat(run(9, "verify", raw, "--keys", folder.resolve("others").toString())
                        .out())
                .contains("sign");
    }

    @Test
    void verify_ofSomethingElse_isAClearError() throws Exception {
        run(2, "verify", folder.resolve("nowhere").toString());
        Path text = Files.writeString(folder.resolve("text"), "hello".repeat(1000));
        Run run = SmallProject.run("verify", text.toString());
        assertThat(run.code()).isNotZero();
        assertThat(run.err() + run.out()).contains("text").doesNotContain("Exception");
    }

    @Test
    void inspect_showsPartitionsPackagesAndFiles() {
        assertThat(run(0, "inspect", raw).out()).contains("small_1.0.0", "root-x86-64-verity", "_empty", "base", "1.0");
        assertThat(run(0, "inspect", raw, "--json").out()).startsWith("{").contains("\"partitions\"");
    }

    @Test
    void diff_ofEqualImages_isEmpty_andOfOthersNamesPackageAndFile() throws Exception {
        Path before = folder.resolve("before.raw");
        Files.copy(Path.of(raw), before, StandardCopyOption.REPLACE_EXISTING);
        run(0, "diff", before.toString(), raw);
        project.putBase("2.0");
        project.archive.publish();
        run(
                0,
                "lock",
                folder.resolve("small").toString(),
                "--cache",
                folder.resolve("cache").toString(),
                "--mirror",
                "local=" + project.archive.folder().toUri());
        assertThat(project.build("small").code()).isZero();
        Run run = SmallProject.run("diff", before.toString(), raw);
        assertThat(run.code()).isEqualTo(9);
        assertThat(run.out()).contains("base", "2.0", "/usr/share/text").doesNotContain("/usr/share/random");
    }

    @Test
    void anImageWithoutInitrd_isVerifiedByWhatTheKernelIsTold() throws Exception {
        project.variant("small", SmallProject.VARIANT.replace("{type: minimal}", "{type: none}"));
        assertThat(project.build("small").code()).isZero();
        assertThat(run(0, "verify", raw, "--keys", keys()).out()).contains("dm-mod.create=", "verity tree");
    }
}
