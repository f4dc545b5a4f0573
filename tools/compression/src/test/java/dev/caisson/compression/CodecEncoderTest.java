package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecEncoderTest {
    private static byte[] encode(Codec codec, byte[] data, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream encoder = CodecEncoder.encode(codec, 3, out)) {
            for (int at = 0; at < data.length; at += piece) {
                encoder.write(data, at, Math.min(piece, data.length - at));
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"NONE", "GZIP", "XZ", "ZSTD"})
    void encode_roundTripWhateverThePieces(Codec codec) throws IOException {
        byte[] data = new byte[300_000];
        new Random(3).nextBytes(data);
        java.util.Arrays.fill(data, 1000, 200_000, (byte) 7);
        byte[] whole = encode(codec, data, data.length);
        assertThat(encode(codec, data, 4_097)).isEqualTo(whole);
        assertThat(codec.decode(new ByteArrayInputStream(whole), CodecLimits.ofOutput(1 << 20))
                        .readAllBytes())
                .isEqualTo(data);
        byte[] empty = encode(codec, new byte[0], 1);
        assertThat(codec.decode(new ByteArrayInputStream(empty), CodecLimits.ofOutput(10))
                        .readAllBytes())
                .isEmpty();
    }

    @Test
    void gzip_goesOnInASecondMember() throws IOException {
        byte[] data = new byte[9 << 20];
        byte[] gzip = encode(Codec.GZIP, data, 1 << 20);
        assertThat(Codec.GZIP
                        .decode(new ByteArrayInputStream(gzip), CodecLimits.ofOutput(10 << 20))
                        .readAllBytes())
                .hasSize(9 << 20);
    }

    @Test
    void others_areRefused() {
        OutputStream nowhere = OutputStream.nullOutputStream();
        assertThatThrownBy(() -> CodecEncoder.encode(Codec.BZIP2, 9, nowhere))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CodecEncoder.encode(Codec.ZSTD, 23, nowhere))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
