package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caisson.bytes.CorruptDataException;
import java.util.Arrays;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

class Lz4DecoderTest {
    private static byte[] block(byte[] input, int level) {
        byte[] dst = new byte[Lz4Encoder.maxOutput(input.length)];
        return Arrays.copyOf(dst, new Lz4Encoder(level).compressAll(input, 0, input.length, dst, 0, dst.length));
    }

    @Test
    void decompress_blocksOfTheJavaLibrary() throws Exception {
        LZ4Factory library = LZ4Factory.safeInstance();
        for (byte[] sample : Samples.all()) {
            for (byte[] block : new byte[][] {
                library.fastCompressor().compress(sample),
                library.highCompressor(9).compress(sample)
            }) {
                byte[] output = new byte[sample.length];
                assertThat(Lz4Decoder.decompress(block, 0, block.length, output, 0, output.length))
                        .isEqualTo(sample.length);
                assertThat(output).isEqualTo(sample);
            }
        }
    }

    @Test
    void decompress_blocksOfTheNativeLibrary() throws Exception {
        LZ4Factory library = LZ4Factory.fastestInstance();
        for (byte[] sample : Samples.all()) {
            byte[] block = library.highCompressor(12).compress(sample);
            byte[] output = new byte[sample.length + 20];
            assertThat(Lz4Decoder.decompress(block, 0, block.length, output, 0, output.length))
                    .isEqualTo(sample.length);
            assertThat(Arrays.copyOf(output, sample.length)).isEqualTo(sample);
            byte[] ours = block(sample, 9);
            assertThat(library.safeDecompressor().decompress(ours, sample.length))
                    .isEqualTo(sample);
        }
    }

    @Test
    void decompressPartial_everyPrefix() throws Exception {
        byte[] sample = Samples.mixed(3_000, 11);
        byte[] block = block(sample, 9);
        for (int wanted = 0; wanted <= sample.length; wanted++) {
            byte[] output = new byte[wanted];
            assertThat(Lz4Decoder.decompressPartial(block, 0, block.length, output, 0, wanted))
                    .isEqualTo(wanted);
            assertThat(output).isEqualTo(Arrays.copyOf(sample, wanted));
        }
        byte[] more = new byte[sample.length + 5];
        assertThat(Lz4Decoder.decompressPartial(block, 0, block.length, more, 0, more.length))
                .isEqualTo(sample.length);
    }

    @Test
    void decompressPartial_needsNothingBehindTheWantedBytes() throws Exception {
        byte[] sample = Samples.noise(100, 1);
        byte[] block = block(sample, 9);
        byte[] output = new byte[10];
        assertThat(Lz4Decoder.decompressPartial(block, 0, 12, output, 0, 10)).isEqualTo(10);
    }

    @Test
    void decompress_everyTruncationIsReported() {
        byte[] sample = Samples.mixed(2_000, 3);
        byte[] block = block(sample, 9);
        for (int length = 0; length < block.length; length++) {
            int cut = length;
            byte[] output = new byte[sample.length];
            Throwable thrown = catchThrowable(() -> {
                int size = Lz4Decoder.decompress(block, 0, cut, output, 0, output.length);
                // A cut right behind literals leaves a shorter, valid block: the caller's length check finds that.
                assertThat(size).isLessThan(sample.length);
            });
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(CorruptDataException.class);
            }
        }
    }

    @Test
    void decompress_everyBitFlipGivesAResultOrTheException() {
        byte[] sample = Samples.mixed(1_000, 4);
        byte[] block = block(sample, 9);
        for (int bit = 0; bit < block.length * 8; bit++) {
            byte[] damaged = block.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] output = new byte[sample.length];
            Throwable thrown =
                    catchThrowable(() -> Lz4Decoder.decompress(damaged, 0, damaged.length, output, 0, output.length));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(CorruptDataException.class);
            }
        }
    }

    @Test
    void decompress_noiseStaysWithinBounds() {
        Random random = new Random(9);
        for (int round = 0; round < 20_000; round++) {
            byte[] block = Samples.noise(random.nextInt(60), round);
            if (random.nextBoolean()) {
                Arrays.fill(block, 0, block.length / 2, (byte) -1);
            }
            byte[] output = new byte[300];
            int room = random.nextInt(200);
            boolean partial = random.nextBoolean();
            Throwable thrown = catchThrowable(() -> {
                int size = partial
                        ? Lz4Decoder.decompressPartial(block, 0, block.length, output, 50, room)
                        : Lz4Decoder.decompress(block, 0, block.length, output, 50, room);
                assertThat(size).isBetween(0, room);
            });
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(CorruptDataException.class);
            }
            for (int i = 0; i < output.length; i++) {
                assertThat(i >= 50 && i < 50 + room || output[i] == 0).isTrue();
            }
        }
    }

    @Test
    void decompress_namesTheOffset() {
        byte[] farOffset = {0x11, 'a', 9, 0, 0x50, 1, 2, 3, 4, 5};
        assertThatThrownBy(() -> Lz4Decoder.decompress(farOffset, 0, farOffset.length, new byte[50], 0, 50))
                .isInstanceOfSatisfying(CorruptDataException.class, e -> {
                    assertThat(e.structure()).isEqualTo("LZ4 block");
                    assertThat(e.offset()).isEqualTo(2);
                    assertThat(e.actual()).isEqualTo("offset 9");
                    assertThat(e.expected()).isEqualTo("1 to 1");
                });
    }
}
