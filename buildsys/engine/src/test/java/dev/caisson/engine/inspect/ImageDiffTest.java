package dev.caisson.engine.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDiffTest {
    private static ImageFixture fixture;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeDisk() throws IOException {
        fixture = ImageFixture.standard();
    }

    private List<Difference> diff(byte[] before, byte[] after) throws Exception {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        Files.write(a, before);
        Files.write(b, after);
        try (ImageFile one = ImageFile.open(a);
                ImageFile two = ImageFile.open(b);
                WorkPool pool = new WorkPool(2)) {
            return new ImageDiff(pool, Progress.NONE).compare(one, two);
        }
    }

    @Test
    void sameBytes_areIdentical() throws Exception {
        assertThat(diff(fixture.disk, fixture.disk)).isEmpty();
        assertThat(diff(fixture.disk, ImageFixture.standard().disk)).isEmpty();
    }

    @Test
    void anotherVersion_differsInPackagesFilesAndRootHash() throws Exception {
        List<Difference> differences = diff(
                fixture.disk, ImageFixture.of(Optional.of(ImageFixture.KEY), UnaryOperator.identity(), "two").disk);
        assertThat(differences).contains(Difference.changed("package", "pkg", "2:one-1", "2:two-1"));
        assertThat(lines(differences))
                .anyMatch(line -> line.startsWith("- file /etc/one.conf"))
                .anyMatch(line -> line.startsWith("+ file /etc/two.conf"))
                .anyMatch(line -> line.startsWith("~ file /etc/text.conf") && line.contains("sha256:"))
                .anyMatch(line -> line.startsWith("~ kernel image") && line.contains(".cmdline"))
                .anyMatch(line -> line.startsWith("~ partition 2 test_1.0.0, PARTUUID"))
                .noneMatch(line -> line.contains("/usr/bin/tool"))
                .noneMatch(line -> line.contains(".initrd"));
    }

    @Test
    void contentsOfTheSameSize_areCompared() throws Exception {
        byte[] changed = fixture.flipped(fixture.partition(2) + 100 * 4096);
        assertThat(lines(diff(fixture.disk, changed)))
                .containsExactly(lines(diff(fixture.disk, changed)).get(0))
                .first()
                .asString()
                .startsWith("~ file /usr/bin/alias");
    }

    @Test
    void bytesThatNothingShows_areADifference() throws Exception {
        List<Difference> differences = diff(fixture.disk, fixture.flipped(fixture.partition(4) + 77));
        assertThat(lines(differences)).anyMatch(line -> line.startsWith("~ partition 4 _empty, content"));
        List<Difference> gap = diff(fixture.disk, fixture.flipped(fixture.partition(2) + (1 << 21) - 5));
        assertThat(gap).hasSize(1);
        assertThat(gap.get(0).toString()).contains("in partition 2");
    }

    @Test
    void damage_isADifference() throws Exception {
        assertThat(lines(diff(fixture.disk, fixture.flipped(512 + 57)))).anyMatch(line -> line.contains("damage"));
        assertThat(lines(diff(fixture.disk, fixture.kernelImage)))
                .anyMatch(line -> line.startsWith("- partition 1 esp"))
                .anyMatch(line -> line.startsWith("~ image kind: disk -> efi"));
    }

    private static List<String> lines(List<Difference> differences) {
        return differences.stream().map(Difference::toString).toList();
    }
}
