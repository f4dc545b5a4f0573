package dev.caisson.engine.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageConversionTest {
    @TempDir
    private Path folder;

    private Path raw;
    private byte[] bytes;

    @BeforeEach
    void disk() throws Exception {
        bytes = new byte[5 << 20];
        Random random = new Random(3);
        byte[] noise = new byte[300_000];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 1 << 20, noise.length);
        Arrays.fill(bytes, 3 << 20, (3 << 20) + 900_000, (byte) 'x');
        raw = folder.resolve("disk.raw");
        Files.write(raw, bytes);
    }

    private static OutputFormat format(String name) throws BuildException {
        return OutputFormat.of(Path.of(name), Optional.empty(), Optional.empty(), OptionalInt.empty());
    }

    private ImageConversion.Result convert(Path in, Path out, int jobs) throws Exception {
        try (WorkPool pool = new WorkPool(jobs)) {
            return new ImageConversion(pool, Progress.NONE)
                    .convert(in, out, format(out.getFileName().toString()), 1_700_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.qcow2",
                "a.vmdk",
                "a.sparse.vmdk",
                "a.vhd",
                "a.dynamic.vhd",
                "a.vhdx",
                "a.raw.zst",
                "a.raw.gz",
                "a.raw.xz",
                "a.raw.lz4",
                "a.img"
            })
    void thereAndBack(String name) throws Exception {
        Path there = folder.resolve(name);
        convert(raw, there, 2);
        byte[] first = Files.readAllBytes(there);
        convert(raw, there, 1);
        assertThat(Files.readAllBytes(there)).as("with one worker").isEqualTo(first);
        Path back = folder.resolve("back.raw");
        convert(there, back, 2);
        assertThat(Files.readAllBytes(back)).isEqualTo(bytes);
        assertThat(SortedListing.of(folder)).as("no temporary files").hasSize(3);
        // Not from the raw image, and the same file all the same.
        Path again = Files.createDirectory(folder.resolve("again")).resolve(name);
        convert(back, again, 2);
        assertThat(Files.readAllBytes(again)).isEqualTo(first);
    }

    @Test
    void gce_isReadBack() throws Exception {
        Path archive = folder.resolve("a.tar.gz");
        convert(raw, archive, 2);
        Path qcow2 = folder.resolve("b.qcow2");
        ImageConversion.Result result = convert(archive, qcow2, 2);
        assertThat(result.inputFormat()).isEqualTo("gce in gzip");
        assertThat(result.diskBytes()).isEqualTo(1L << 30);
    }

    @Test
    void failure_leavesTheOldFile() throws Exception {
        Path vmdk = folder.resolve("a.vmdk");
        convert(raw, vmdk, 1);
        byte[] damaged = Files.readAllBytes(vmdk);
        // The marker of the last grain, before the end of the stream.
        damaged[damaged.length - 1_024] ^= 1;
        Files.write(vmdk, damaged);
        Path out = folder.resolve("old.qcow2");
        Files.writeString(out, "old");
        assertThatThrownBy(() -> convert(vmdk, out, 2))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CONTENT));
        assertThat(Files.readString(out)).isEqualTo("old");
        assertThat(SortedListing.of(folder)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"a.qcow2,lz4", "a.vmdk,zstd", "a.vhd,gzip", "a.raw,bzip2", "a.xyz,none"})
    void combinations_thatDoNotGo(String name, String compression) {
        assertThatThrownBy(() ->
                        OutputFormat.of(Path.of(name), Optional.empty(), Optional.of(compression), OptionalInt.empty()))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE));
    }

    @Test
    void theInputIsNotOverwritten() {
        assertThatThrownBy(() -> convert(raw, raw, 1)).isInstanceOf(BuildException.class);
    }

    @Test
    void names_ofManifests() throws Exception {
        for (String name : List.of(
                "qcow2",
                "vmdk",
                "vmdk-sparse",
                "vhd",
                "vhd-dynamic",
                "vhdx",
                "gce",
                "raw.zst",
                "raw.gz",
                "raw.xz",
                "raw.lz4")) {
            assertThat(OutputFormat.ofName(name).extension()).startsWith(".");
        }
        assertThat(OutputFormat.ofName("raw.zst").extension()).isEqualTo(".raw.zst");
        assertThat(OutputFormat.ofName("vmdk-sparse").extension()).isEqualTo(".sparse.vmdk");
    }
}
