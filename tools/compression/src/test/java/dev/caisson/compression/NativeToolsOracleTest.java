package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ours read by the native tools, theirs read by us. */
@Tag("oracle")
class NativeToolsOracleTest {
    private static final CodecLimits LIMITS = CodecLimits.ofOutput(64 << 20);
    private static final int LEGACY_FRAME = 0x184C2102;

    @TempDir
    Path folder;

    private static void require(String tool, String debianPackage) {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return;
            }
        }
        String message = tool + " is missing: install the Debian package " + debianPackage;
        if (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES"))) {
            fail(message);
        }
        Assumptions.abort(message);
    }

    private byte[] run(byte[] input, String... command) throws Exception {
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Files.write(in, input);
        int exit = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        assertThat(exit).as("%s: %s", List.of(command), Files.readString(err)).isZero();
        return Files.readAllBytes(out);
    }

    private static List<byte[]> samples() {
        return List.of(
                new byte[0],
                Samples.text(1, 1),
                Samples.text(100_000, 2),
                Samples.records(100_000, 3),
                Samples.mixed(200_000, 4),
                Samples.farRepeats(150_000),
                new byte[300_000],
                Samples.noise(70_000, 5));
    }

    private static byte[] decode(Codec codec, byte[] stream) throws IOException {
        try (InputStream in = codec.decode(new ByteArrayInputStream(stream), LIMITS)) {
            return in.readAllBytes();
        }
    }

    @Test
    void lz4_readsOurBlocks() throws Exception {
        require("lz4", "lz4");
        for (byte[] sample : samples()) {
            for (int level : new int[] {0, 4, 5, 9, 12}) {
                byte[] block = new byte[Lz4Encoder.maxOutput(sample.length)];
                int size = new Lz4Encoder(level).compressAll(sample, 0, sample.length, block, 0, block.length);
                byte[] frame = ByteBuffer.allocate(8 + size)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(LEGACY_FRAME)
                        .putInt(size)
                        .put(block, 0, size)
                        .array();
                assertThat(run(frame, "lz4", "-d", "-c")).isEqualTo(sample);
            }
        }
    }

    @Test
    void lz4_readsOurFixedOutput() throws Exception {
        require("lz4", "lz4");
        byte[] sample = Samples.mixed(1 << 19, 9);
        for (int level : new int[] {0, 9, 12}) {
            ByteArrayOutputStream decoded = new ByteArrayOutputStream();
            Lz4Encoder encoder = new Lz4Encoder(level);
            byte[] cluster = new byte[1 << 16];
            for (int at = 0; at < sample.length; ) {
                ClusterCompressor.Fit fit =
                        encoder.compress(sample, at, sample.length - at, cluster, 0, cluster.length);
                byte[] frame = ByteBuffer.allocate(8 + fit.produced())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(LEGACY_FRAME)
                        .putInt(fit.produced())
                        .put(cluster, 0, fit.produced())
                        .array();
                decoded.writeBytes(run(frame, "lz4", "-d", "-c"));
                at += fit.consumed();
            }
            assertThat(decoded.toByteArray()).isEqualTo(sample);
        }
    }

    @Test
    void lz4_blocksAreReadByUs() throws Exception {
        require("lz4", "lz4");
        for (byte[] sample : samples()) {
            for (String level : List.of("-1", "-9", "-12")) {
                byte[] frame = run(sample, "lz4", "-l", level, "-c");
                if (sample.length == 0) {
                    continue;
                }
                ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
                assertThat(header.getInt()).isEqualTo(LEGACY_FRAME);
                int size = header.getInt();
                byte[] output = new byte[sample.length];
                assertThat(Lz4Decoder.decompress(frame, 8, size, output, 0, output.length))
                        .isEqualTo(sample.length);
                assertThat(output).isEqualTo(sample);
            }
        }
    }

    @Test
    void gzip_bothWays() throws Exception {
        require("gzip", "gzip");
        for (byte[] sample : samples()) {
            for (int level : new int[] {1, 6, 9}) {
                byte[] file = DeflateEncoder.gzip(sample, level);
                run(file, "gzip", "-t");
                assertThat(run(file, "gzip", "-dc")).isEqualTo(sample);
            }
            assertThat(decode(Codec.GZIP, run(sample, "gzip", "-9c"))).isEqualTo(sample);
        }
    }

    @Test
    void zstd_bothWays() throws Exception {
        require("zstd", "zstd");
        for (byte[] sample : samples()) {
            assertThat(run(ZstdBuffers.compress(sample, 19), "zstd", "-dc")).isEqualTo(sample);
            assertThat(run(ZstdBuffers.compressWhole(sample, 12), "zstd", "-dc"))
                    .isEqualTo(sample);
            assertThat(decode(Codec.ZSTD, run(sample, "zstd", "-19", "--long=27", "-c")))
                    .isEqualTo(sample);
            if (sample.length > 0) {
                byte[] cluster = new byte[1 << 16];
                try (ZstdClusterCompressor compressor = new ZstdClusterCompressor(15)) {
                    ClusterCompressor.Fit fit =
                            compressor.compress(sample, 0, sample.length, cluster, 0, cluster.length);
                    assertThat(run(Arrays.copyOf(cluster, fit.produced()), "zstd", "-dc", "--memory=1MB"))
                            .isEqualTo(Arrays.copyOf(sample, fit.consumed()));
                }
            }
        }
    }

    @Test
    void xzAndLzma_areReadByUs() throws Exception {
        require("xz", "xz-utils");
        for (byte[] sample : samples()) {
            assertThat(decode(Codec.XZ, run(sample, "xz", "-6", "-T2", "--block-size=100KiB", "-c")))
                    .isEqualTo(sample);
            assertThat(decode(Codec.LZMA, run(sample, "xz", "--format=lzma", "-c")))
                    .isEqualTo(sample);
        }
    }

    @Test
    void bzip2_isReadByUs() throws Exception {
        require("bzip2", "bzip2");
        for (byte[] sample : samples()) {
            assertThat(decode(Codec.BZIP2, run(sample, "bzip2", "-c"))).isEqualTo(sample);
        }
    }
}
