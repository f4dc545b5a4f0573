package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

class CodecTest {
    private static final CodecLimits LIMITS = CodecLimits.ofOutput(10 << 20);

    static byte[] encode(Codec codec, byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        switch (codec) {
            case NONE -> bytes.write(data);
            case GZIP -> bytes.write(DeflateEncoder.gzip(data, 6));
            case LZ4 -> {
                bytes.write(Lz4Frame.header(data.length));
                Lz4Encoder encoder = new Lz4Encoder(6);
                for (int at = 0; at < data.length; at += Lz4Frame.BLOCK_BYTES) {
                    int length = Math.min(Lz4Frame.BLOCK_BYTES, data.length - at);
                    bytes.write(Lz4Frame.block(encoder, data, at, length));
                }
                bytes.write(Lz4Frame.end());
            }
            case ZSTD -> bytes.write(ZstdBuffers.compress(data, 3));
            case BZIP2 -> write(new BZip2CompressorOutputStream(bytes), data);
            case XZ -> write(new XZOutputStream(bytes, new LZMA2Options(2)), data);
            case LZMA -> write(new LZMAOutputStream(bytes, new LZMA2Options(2), data.length), data);
        }
        return bytes.toByteArray();
    }

    private static void write(OutputStream out, byte[] data) throws IOException {
        try (out) {
            out.write(data);
        }
    }

    private static byte[] decode(Codec codec, byte[] stream) throws IOException {
        try (InputStream in = codec.decode(new ByteArrayInputStream(stream), LIMITS)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void decode_everySample(Codec codec) throws Exception {
        List<byte[]> samples = Samples.all();
        for (int i = 0; i < samples.size(); i += 4) {
            byte[] stream = encode(codec, samples.get(i));
            assertThat(decode(codec, stream)).isEqualTo(samples.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LZMA")
    void decode_concatenatedStreams(Codec codec) throws Exception {
        byte[] first = Samples.text(70_000, 1);
        byte[] second = Samples.text(5, 2);
        byte[] stream =
                join(encode(codec, first), encode(codec, second), encode(codec, new byte[0]), encode(codec, first));
        assertThat(decode(codec, stream)).isEqualTo(join(first, second, first));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LZMA")
    void decode_concatenatedStreamsFromASourceThatGivesLittleAtATime(Codec codec) throws Exception {
        byte[] sample = Samples.text(700, 1);
        byte[] stream = join(encode(codec, sample), encode(codec, sample));
        InputStream trickle = new ByteArrayInputStream(stream) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 1));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        assertThat(codec.decode(trickle, LIMITS).readAllBytes()).isEqualTo(join(sample, sample));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void decode_everyTruncationIsReported(Codec codec) throws Exception {
        byte[] stream = encode(codec, Samples.text(1_500, 1));
        for (int length = 0; length < stream.length; length++) {
            byte[] cut = Arrays.copyOf(stream, length);
            assertThatThrownBy(() -> decode(codec, cut))
                    .as("%d of %d bytes", length, stream.length)
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void decode_everyBitFlipIsReportedOrHarmless(Codec codec) throws Exception {
        byte[] sample = Samples.text(300, 1);
        byte[] stream = encode(codec, sample);
        for (int bit = 0; bit < stream.length * 8; bit++) {
            byte[] damaged = stream.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            byte[][] output = new byte[1][];
            Throwable thrown = catchThrowable(() -> output[0] = decode(codec, damaged));
            if (thrown != null) {
                assertThat(thrown).as("bit %d", bit).isInstanceOf(FormatException.class);
            } else if (codec != Codec.LZMA) {
                // The .lzma format has no checksum.
                assertThat(output[0]).as("bit %d", bit).isEqualTo(sample);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void decode_seededDamage(Codec codec) throws Exception {
        byte[] stream = encode(codec, Samples.mixed(20_000, 2));
        for (int seed = 0; seed < 150; seed++) {
            byte[] damaged = stream.clone();
            byte[] noise = Samples.noise(1 + seed % 50, seed);
            int at = 4 + (int) ((damaged.length - 60L) * seed / 150);
            System.arraycopy(noise, 0, damaged, at, noise.length);
            Throwable thrown = catchThrowable(() -> decode(codec, damaged));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(FormatException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "LZMA"})
    void decode_garbageBehindTheEndIsReported(Codec codec) throws Exception {
        byte[] stream = join(encode(codec, Samples.text(500, 1)), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        assertThatThrownBy(() -> decode(codec, stream)).isInstanceOf(CorruptDataException.class);
    }

    @ParameterizedTest
    @EnumSource
    void decode_outputLimit(Codec codec) throws Exception {
        byte[] stream = encode(codec, new byte[5_000]);
        CodecLimits exact = CodecLimits.ofOutput(5_000);
        assertThat(codec.decode(new ByteArrayInputStream(stream), exact).readAllBytes())
                .hasSize(5_000);
        InputStream in = codec.decode(new ByteArrayInputStream(stream), CodecLimits.ofOutput(4_999));
        assertThatThrownBy(in::readAllBytes).isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(in::read).isInstanceOf(LimitExceededException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"XZ", "LZMA", "ZSTD"})
    void decode_memoryLimit(Codec codec) throws Exception {
        byte[] stream = encode(codec, Samples.noise(300_000, 1));
        CodecLimits little = new CodecLimits(10 << 20, 64 << 10, 1_000_000);
        assertThatThrownBy(() ->
                        codec.decode(new ByteArrayInputStream(stream), little).readAllBytes())
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void decode_ratioLimit() throws Exception {
        byte[] bomb = encode(Codec.ZSTD, new byte[(int) CodecLimits.RATIO_FREE_BYTES + (1 << 20)]);
        CodecLimits limits = new CodecLimits(Long.MAX_VALUE, 64 << 20, 1_000);
        assertThatThrownBy(() -> Codec.ZSTD
                        .decode(new ByteArrayInputStream(bomb), limits)
                        .transferTo(OutputStream.nullOutputStream()))
                .isInstanceOf(LimitExceededException.class);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void decode_otherFormat(Codec codec) {
        byte[] text = "this is not compressed at all".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> decode(codec, text)).isInstanceOf(NotThisFormatException.class);
    }

    @ParameterizedTest
    @EnumSource
    void decode_sourceExceptionIsPassedOn(Codec codec) throws Exception {
        byte[] stream = encode(codec, Samples.text(20_000, 1));
        IOException broken = new IOException("cable");
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw broken;
            }
        };
        InputStream source = new SequenceInputStream(new ByteArrayInputStream(stream, 0, stream.length / 2), failing);
        assertThat(catchThrowable(() -> codec.decode(source, LIMITS).readAllBytes()))
                .isSameAs(broken);
    }

    @Test
    void decode_zstdSkippableFrames() throws Exception {
        byte[] skippable = {0x51, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3};
        byte[] sample = Samples.text(3_000, 1);
        byte[] frame = encode(Codec.ZSTD, sample);
        assertThat(decode(Codec.ZSTD, join(skippable, frame, skippable, frame, skippable)))
                .isEqualTo(join(sample, sample));
        assertThat(Codec.ofMagic(skippable)).isEqualTo(Codec.ZSTD);
    }

    @Test
    void decode_gzipHeaderFieldsAndPadding() throws Exception {
        byte[] plain = DeflateEncoder.gzip(new byte[] {'x'}, 6);
        byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
        byte[] header = {0x1F, (byte) 0x8B, 8, 4 + 8 + 16, 1, 2, 3, 4, 2, 3, 2, 0, 'A', 'B', 'n', 0, 'c', 'd', 0};
        assertThat(decode(Codec.GZIP, join(header, body, new byte[500]))).containsExactly('x');
        assertThatThrownBy(() -> decode(Codec.GZIP, join(header, body, new byte[5], header)))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void decode_xzStreamPadding() throws Exception {
        byte[] stream = encode(Codec.XZ, new byte[] {'x'});
        assertThat(decode(Codec.XZ, join(stream, new byte[8], stream))).containsExactly('x', 'x');
    }

    @Test
    void names_extensionsAndMagic() throws Exception {
        assertThat(Codec.ofName("zstd")).contains(Codec.ZSTD);
        assertThat(Codec.ofName("gz")).contains(Codec.GZIP);
        assertThat(Codec.ofName("brotli")).isEmpty();
        assertThat(Codec.ofFileName("Packages.XZ")).isEqualTo(Codec.XZ);
        assertThat(Codec.ofFileName("a.tar.zst")).isEqualTo(Codec.ZSTD);
        assertThat(Codec.ofFileName("data.tar")).isEqualTo(Codec.NONE);
        assertThat(Codec.ofFileName("xz")).isEqualTo(Codec.NONE);
        for (Codec codec : List.of(Codec.values())) {
            assertThat(Codec.ofMagic(encode(codec, Samples.text(100, 1)))).isEqualTo(codec);
            assertThat(Codec.ofName(codec.codecName())).contains(codec);
        }
        assertThat(Codec.ofMagic(new byte[0])).isEqualTo(Codec.NONE);
    }
}
