package dev.caisson.diskimage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.FileSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our files as QEMU sees them, and QEMU's files as we do. */
@Tag("oracle")
class QemuImgOracleTest {
    @TempDir
    private Path folder;

    static Stream<String> randomAccess() {
        return FormatsTest.randomAccess();
    }

    private static void requireTool() {
        boolean there = Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                .anyMatch(part -> Files.isExecutable(Path.of(part, "qemu-img")));
        boolean required = System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"));
        if (!there && required) {
            throw new AssertionError("qemu-img is missing: install the Debian package qemu-utils");
        }
        Assumptions.assumeTrue(there, "qemu-img is missing: install the Debian package qemu-utils");
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    private Path raw(DiskImage image) throws IOException {
        Path raw = folder.resolve("disk.raw");
        RawDisk.write(image, raw);
        return raw;
    }

    @ParameterizedTest
    @MethodSource("randomAccess")
    void ours(String name) throws Exception {
        requireTool();
        DiskImage image = Formats.sample(11);
        Path file = folder.resolve("disk");
        try (ImageFileOutput out = ImageFileOutput.create(file)) {
            out.setSize(Formats.randomAccess().get(name).apply(image).writeTo(out));
        }
        String format = name.split(" ")[0];
        assertThat(run(
                        "qemu-img",
                        "compare",
                        "-f",
                        "raw",
                        "-F",
                        format,
                        raw(image).toString(),
                        file.toString()))
                .contains("Images are identical");
        if (Set.of("qcow2", "vmdk", "vhdx").contains(format)) {
            assertThat(run("qemu-img", "check", "-f", format, file.toString())).contains("No errors");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-O qcow2",
                "-c -O qcow2",
                "-c -O qcow2 -o compression_type=zstd",
                "-O qcow2 -o compat=0.10,cluster_size=4096",
                "-O vmdk -o subformat=streamOptimized",
                "-O vmdk",
                "-O vpc -o subformat=fixed,force_size=on",
                "-O vpc -o force_size=on",
                "-O vhdx",
                "-O vhdx -o subformat=fixed,block_size=1M"
            })
    void theirs(String options) throws Exception {
        requireTool();
        DiskImage image = Formats.sample(12);
        Path file = folder.resolve("disk");
        run(Stream.concat(
                        Stream.of("qemu-img convert -f raw " + options).flatMap(words -> Stream.of(words.split(" "))),
                        Stream.of(raw(image).toString(), file.toString()))
                .toArray(String[]::new));
        try (FileSource source = FileSource.open(file)) {
            assertThat(Formats.bytes(DiskFormat.open(source))).isEqualTo(Formats.bytes(image));
        }
    }
}
