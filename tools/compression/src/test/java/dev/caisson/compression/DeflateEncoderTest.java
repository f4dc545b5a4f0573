package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class DeflateEncoderTest {
    private static byte[] inflate(byte[] stream, boolean bare, int length) throws Exception {
        Inflater inflater = new Inflater(bare);
        try {
            inflater.setInput(stream);
            byte[] output = new byte[length + 1];
            int got = 0;
            while (!inflater.finished()) {
                int more = inflater.inflate(output, got, output.length - got);
                assertThat(more > 0 || inflater.finished()).as("progress").isTrue();
                got += more;
            }
            assertThat(inflater.getRemaining()).isZero();
            return Arrays.copyOf(output, got);
        } finally {
            inflater.end();
        }
    }

    @Test
    void deflate_everySampleAndLevel() throws Exception {
        for (int level : new int[] {1, 2, 4, 6, 9}) {
            DeflateEncoder encoder = new DeflateEncoder(level);
            for (byte[] sample : Samples.all()) {
                byte[] stream = encoder.deflate(sample, 0, sample.length);
                assertThat(inflate(stream, true, sample.length)).isEqualTo(sample);
                assertThat(stream.length)
                        .as("stored at worst")
                        .isLessThanOrEqualTo(sample.length + 5 * (1 + sample.length / 16_000) + 1);
            }
        }
    }

    @Test
    void zlib_isReadByTheJdk() throws Exception {
        for (byte[] sample : Samples.all()) {
            assertThat(inflate(DeflateEncoder.zlib(sample, 3), false, sample.length))
                    .isEqualTo(sample);
        }
    }

    @Test
    void gzip_isReadByTheJdkAndByUs() throws Exception {
        for (byte[] sample : Samples.all()) {
            byte[] file = DeflateEncoder.gzip(sample, 4);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes())
                    .isEqualTo(sample);
            assertThat(Codec.GZIP
                            .decode(new ByteArrayInputStream(file), CodecLimits.ofOutput(1 << 20))
                            .readAllBytes())
                    .isEqualTo(sample);
        }
    }

    @Test
    void deflate_isAboutAsSmallAsZlib() {
        for (byte[] sample :
                new byte[][] {Samples.text(300_000, 1), Samples.records(300_000, 2), Samples.mixed(300_000, 3)}) {
            java.util.zip.Deflater deflater = new java.util.zip.Deflater(9, true);
            deflater.setInput(sample);
            deflater.finish();
            int theirs = deflater.deflate(new byte[400_000]);
            deflater.end();
            assertThat(new DeflateEncoder(9).deflate(sample, 0, sample.length).length)
                    .isLessThan(theirs + theirs / 50);
        }
    }

    @Test
    void deflate_seededMixturesWithinOtherBytes() throws Exception {
        Random random = new Random(1);
        DeflateEncoder encoder = new DeflateEncoder(5);
        for (int round = 0; round < 150; round++) {
            byte[] around = Samples.mixed(2_000 + random.nextInt(20_000), round);
            int offset = random.nextInt(1_000);
            int length = random.nextInt(around.length - offset);
            byte[] sample = Arrays.copyOfRange(around, offset, offset + length);
            byte[] stream = encoder.deflate(around, offset, length);
            assertThat(inflate(stream, true, length)).isEqualTo(sample);
            assertThat(new DeflateEncoder(5).deflate(sample, 0, length)).isEqualTo(stream);
        }
    }

    @Test
    void gzip_bytesOfEmptyAndShortFiles() {
        assertThat(HexFormat.of().formatHex(DeflateEncoder.gzip(new byte[0], 6)))
                .isEqualTo("1f8b08000000000000ff" + "0300" + "00000000" + "00000000");
        assertThat(HexFormat.of().formatHex(DeflateEncoder.zlib(new byte[] {'a'}, 6)))
                .isEqualTo("789c" + "4b0400" + "00620062");
    }

    @Test
    void lengthAndDistanceCodes_ofTheSpecification() {
        assertThat(DeflateBlock.lengthCode(3)).isEqualTo(257);
        assertThat(DeflateBlock.lengthCode(10)).isEqualTo(264);
        assertThat(DeflateBlock.lengthCode(11)).isEqualTo(265);
        assertThat(DeflateBlock.lengthCode(257)).isEqualTo(284);
        assertThat(DeflateBlock.lengthCode(258)).isEqualTo(285);
        assertThat(DeflateBlock.distanceCode(1)).isZero();
        assertThat(DeflateBlock.distanceCode(5)).isEqualTo(4);
        assertThat(DeflateBlock.distanceCode(24_577)).isEqualTo(29);
        assertThat(DeflateBlock.distanceCode(32_768)).isEqualTo(29);
    }

    @Test
    void codeLengths_areCompleteAndBounded() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            int[] frequencies = new int[286];
            int used = random.nextInt(286);
            for (int i = 0; i < used; i++) {
                // Fibonacci-like growth asks for codes longer than allowed.
                frequencies[random.nextInt(286)] = 1 << random.nextInt(28);
            }
            int[] lengths = DeflateCodes.lengths(frequencies, 15);
            long kraft = 0;
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                assertThat(lengths[symbol]).isBetween(frequencies[symbol] > 0 ? 1 : 0, 15);
                kraft += lengths[symbol] == 0 ? 0 : 1 << 15 - lengths[symbol];
            }
            assertThat(kraft).isEqualTo(1 << 15);
        }
    }

    @Test
    void constructor_refusesOtherLevels() {
        assertThatThrownBy(() -> new DeflateEncoder(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeflateEncoder(10)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A decoder with a window of 4 KiB, as qcow2 readers have, takes no match from farther away. */
    @Test
    void window_boundsDistances() throws Exception {
        byte[] far = new byte[12_000];
        new Random(8).nextBytes(far);
        System.arraycopy(far, 0, far, 6_000, 6_000);
        assertThat(new DeflateEncoder(6).deflate(far, 0, far.length).length).isLessThan(7_000);
        byte[] narrow = new DeflateEncoder(6, 12).deflate(far, 0, far.length);
        assertThat(narrow.length).isGreaterThan(12_000);
        assertThat(inflate(narrow, true, far.length)).isEqualTo(far);
    }

    @Test
    void pieces_areOneStream() throws Exception {
        DeflateEncoder encoder = new DeflateEncoder(6);
        byte[] data = Samples.text(200_000, 5);
        for (int size : new int[] {1_000, 65_536, 99_999, 200_000}) {
            java.io.ByteArrayOutputStream stream = new java.io.ByteArrayOutputStream();
            for (int at = 0; at < data.length; at += size) {
                int length = Math.min(size, data.length - at);
                stream.writeBytes(encoder.piece(data, at, at, length, at + length == data.length));
            }
            assertThat(inflate(stream.toByteArray(), true, data.length)).isEqualTo(data);
        }
    }

    @Test
    void intoTheCallersSpace_orNotAtAll() throws Exception {
        DeflateEncoder encoder = new DeflateEncoder(6);
        byte[] data = Samples.text(50_000, 6);
        byte[] expected = encoder.zlib(data, 0, data.length);
        byte[] space = new byte[expected.length + 3];
        assertThat(encoder.zlib(data, 0, data.length, space, 3, expected.length))
                .isEqualTo(expected.length);
        assertThat(Arrays.copyOfRange(space, 3, space.length)).isEqualTo(expected);
        assertThat(encoder.zlib(data, 0, data.length, space, 3, expected.length - 1))
                .isEqualTo(-1);
    }
}
