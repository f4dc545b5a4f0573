package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code xz} writes, and what it says of damage. */
@Tag("oracle")
class XzOracleTest {
    private static final CodecLimits LIMITS = CodecLimits.ofOutput(64 << 20);

    @TempDir
    Path folder;

    @BeforeEach
    void requireXz() {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, "xz"))) {
                return;
            }
        }
        String message = "xz is missing: install the Debian package xz-utils";
        if (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"))) {
            fail(message);
        }
        Assumptions.abort(message);
    }

    /** Standard output, or null when the exit code is not 0. */
    private byte[] run(byte[] input, List<String> command) throws Exception {
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        Files.write(in, input);
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0 ? Files.readAllBytes(out) : null;
    }

    private static byte[] decode(byte[] stream) throws IOException {
        try (InputStream in = Codec.XZ.decode(new ByteArrayInputStream(stream), LIMITS)) {
            return in.readAllBytes();
        }
    }

    private static List<List<String>> options() {
        List<List<String>> all = new ArrayList<>();
        for (String preset : List.of("-0", "-1", "-3", "-4", "-6")) {
            all.add(List.of(preset));
        }
        for (String check : List.of("none", "crc32", "crc64", "sha256")) {
            all.add(List.of("-2", "--check=" + check));
        }
        all.add(List.of("-T2", "--block-size=30000"));
        all.add(List.of("-T1", "--block-list=1,2,70000,9"));
        all.add(List.of("--lzma2=dict=4KiB,lc=0,lp=4,pb=4"));
        all.add(List.of("--lzma2=dict=12KiB,lc=4,lp=0,pb=0,nice=273"));
        all.add(List.of("--x86", "--delta=dist=7", "--lzma2=preset=1"));
        all.add(List.of("--arm64", "--lzma2=dict=64KiB"));
        return all;
    }

    @Test
    void whatXzWrites() throws Exception {
        List<byte[]> samples = List.of(
                new byte[0],
                Samples.text(1, 1),
                Samples.text(150_000, 2),
                Samples.farRepeats(150_000),
                new byte[1_000_000],
                Samples.noise(70_000, 5));
        for (byte[] sample : samples) {
            assertThat(decode(run(sample, List.of("xz", "-zc", "-1")))).isEqualTo(sample);
        }
        byte[] sample = Samples.mixed(200_000, 4);
        for (List<String> option : options()) {
            List<String> command = new ArrayList<>(List.of("xz", "-zc"));
            command.addAll(option);
            assertThat(decode(run(sample, command))).as("%s", option).isEqualTo(sample);
        }
    }

    @Test
    void streamsAndPaddingOneAfterTheOther() throws Exception {
        byte[] first = Samples.text(5_000, 1);
        byte[] one = run(first, List.of("xz", "-zc"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int padding : new int[] {0, 4, 400, 8}) {
            all.writeBytes(one);
            all.writeBytes(new byte[padding]);
        }
        byte[] decoded = decode(all.toByteArray());
        assertThat(decoded).isEqualTo(run(all.toByteArray(), List.of("xz", "-dc")));
        assertThat(decoded).hasSize(4 * first.length);
    }

    @Test
    void damageThatXzRefusesIsRefusedAndTheRestIsTheSame() throws Exception {
        Random random = new Random(3);
        for (String check : List.of("none", "crc32")) {
            byte[] stream = run(Samples.mixed(4_000, 1), List.of("xz", "-zc", "--block-size=1500", "--check=" + check));
            for (int round = 0; round < 30; round++) {
                byte[] damaged = stream.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                byte[] expected = run(damaged, List.of("xz", "-dc"));
                byte[] own;
                try {
                    own = decode(damaged);
                } catch (IOException e) {
                    own = null;
                }
                assertThat(own == null).as("round %d", round).isEqualTo(expected == null);
                assertThat(Arrays.equals(own, expected)).as("round %d", round).isTrue();
            }
        }
    }
}
