package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Lz4EncoderTest {
    private static final LZ4SafeDecompressor JAVA = LZ4Factory.safeInstance().safeDecompressor();
    private static final byte GUARD = 0x5A;

    /** The block, after every check that any block must pass. */
    private static byte[] checkedBlock(ClusterCompressor encoder, byte[] input, int capacity) throws Exception {
        byte[] src = new byte[input.length + 9];
        System.arraycopy(input, 0, src, 5, input.length);
        byte[] dst = new byte[capacity + 7];
        Arrays.fill(dst, GUARD);
        ClusterCompressor.Fit fit = encoder.compress(src, 5, input.length, dst, 3, capacity);
        assertThat(fit.produced()).isBetween(0, capacity);
        assertThat(fit.consumed()).isBetween(0, input.length);
        assertThat(new byte[] {dst[0], dst[1], dst[2]}).containsOnly(GUARD);
        assertThat(Arrays.copyOfRange(dst, capacity + 3, capacity + 7)).containsOnly(GUARD);
        byte[] block = Arrays.copyOfRange(dst, 3, 3 + fit.produced());
        if (fit.produced() > 0) {
            byte[] expected = Arrays.copyOf(input, fit.consumed());
            byte[] output = new byte[fit.consumed()];
            assertThat(Lz4Decoder.decompress(block, 0, block.length, output, 0, output.length))
                    .isEqualTo(fit.consumed());
            assertThat(output).isEqualTo(expected);
            assertThat(JAVA.decompress(block, fit.consumed())).isEqualTo(expected);
            Lz4BlockRules.check(block, fit.consumed());
        }
        return block;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void compress_everySampleAndCapacity(int level) throws Exception {
        Lz4Encoder encoder = new Lz4Encoder(level);
        for (byte[] sample : Samples.all()) {
            int enough = Lz4Encoder.maxOutput(sample.length);
            int whole = checkedBlock(encoder, sample, enough).length;
            for (int capacity : new int[] {1, 2, 7, 12, 13, 14, 100, 4_096, 65_536, whole - 1, whole}) {
                if (capacity > 0 && sample.length > 0) {
                    checkedBlock(encoder, sample, capacity);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 12})
    void compress_everySmallCapacity(int level) throws Exception {
        Lz4Encoder encoder = new Lz4Encoder(level);
        for (byte[] sample : List.of(Samples.text(3_000, 1), Samples.records(3_000, 2), new byte[200_000])) {
            int consumed = 0;
            for (int capacity = 1; capacity < 400; capacity++) {
                byte[] dst = new byte[capacity];
                checkedBlock(encoder, sample, capacity);
                int now = encoder.compress(sample, 0, sample.length, dst, 0, capacity)
                        .consumed();
                assertThat(now).as("literals alone").isGreaterThanOrEqualTo(capacity - 1 - capacity / 200 - 1);
                consumed = Math.max(consumed, now);
            }
            assertThat(consumed).isGreaterThan(400);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 7, 9, 12})
    void compress_historyOfInstanceHasNoInfluence(int level) {
        Lz4Encoder used = new Lz4Encoder(level);
        List<byte[]> samples = Samples.all();
        for (byte[] sample : samples) {
            for (int capacity : new int[] {300, Lz4Encoder.maxOutput(sample.length)}) {
                byte[] fresh = new byte[capacity];
                byte[] again = new byte[capacity];
                ClusterCompressor.Fit first =
                        new Lz4Encoder(level).compress(sample, 0, sample.length, fresh, 0, capacity);
                assertThat(used.compress(sample, 0, sample.length, again, 0, capacity))
                        .isEqualTo(first);
                assertThat(Arrays.copyOf(again, first.produced())).isEqualTo(Arrays.copyOf(fresh, first.produced()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 12})
    void compress_bytesAroundTheInputHaveNoInfluence(int level) {
        Lz4Encoder encoder = new Lz4Encoder(level);
        for (byte[] sample : List.of(Samples.text(700, 3), Samples.period(700, 5), Samples.mixed(9_000, 4))) {
            byte[] alone = new byte[sample.length * 2];
            byte[] inside = new byte[sample.length * 2];
            byte[] surrounded = new byte[sample.length * 3];
            for (int i = 0; i < surrounded.length; i++) {
                surrounded[i] = sample[i % sample.length];
            }
            ClusterCompressor.Fit fit = encoder.compress(sample, 0, sample.length, alone, 0, alone.length);
            assertThat(encoder.compress(surrounded, sample.length, sample.length, inside, 0, inside.length))
                    .isEqualTo(fit);
            assertThat(Arrays.copyOf(inside, fit.produced())).isEqualTo(Arrays.copyOf(alone, fit.produced()));
        }
    }

    @Test
    void compress_seededMixtures() throws Exception {
        Random random = new Random(42);
        Lz4Encoder[] encoders = new Lz4Encoder[Lz4Encoder.SMALLEST + 1];
        for (int round = 0; round < 400; round++) {
            int level = random.nextInt(encoders.length);
            if (encoders[level] == null) {
                encoders[level] = new Lz4Encoder(level);
            }
            byte[] sample = Samples.mixed(1 + random.nextInt(30_000), random.nextInt());
            checkedBlock(encoders[level], sample, 1 + random.nextInt(20_000));
        }
    }

    @Test
    void compress_higherLevelsAreSmaller() throws Exception {
        List<byte[]> corpus = List.of(
                Samples.text(300_000, 7),
                Samples.records(300_000, 8),
                Samples.mixed(300_000, 7),
                Samples.symbols(300_000, 9));
        long before = Long.MAX_VALUE;
        for (int level = Lz4Encoder.FASTEST; level <= Lz4Encoder.SMALLEST; level++) {
            Lz4Encoder encoder = new Lz4Encoder(level);
            long size = 0;
            for (byte[] sample : corpus) {
                size += checkedBlock(encoder, sample, Lz4Encoder.maxOutput(sample.length)).length;
            }
            assertThat(size).as("level %d", level).isLessThanOrEqualTo(before);
            before = size;
        }
    }

    @Test
    void compress_isAsSmallAsTheNativeLibrary() throws Exception {
        List<byte[]> corpus = List.of(
                Samples.text(300_000, 7),
                Samples.records(300_000, 8),
                Samples.mixed(300_000, 7),
                Samples.symbols(300_000, 9));
        for (int level : new int[] {9, 12}) {
            Lz4Encoder encoder = new Lz4Encoder(level);
            long ours = 0;
            long theirs = 0;
            for (byte[] sample : corpus) {
                ours += checkedBlock(encoder, sample, Lz4Encoder.maxOutput(sample.length)).length;
                theirs += LZ4Factory.fastestInstance().highCompressor(level).compress(sample).length;
            }
            assertThat(ours).as("level %d", level).isLessThan(theirs + theirs / 100);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 9, 10, 12})
    void compress_fillsItsSpace(int level) throws Exception {
        Lz4Encoder encoder = new Lz4Encoder(level);
        for (int capacity : new int[] {4_096, 65_536}) {
            for (byte[] sample : List.of(
                    Samples.text(900_000, 1),
                    Samples.records(900_000, 2),
                    Samples.mixed(900_000, 3),
                    Samples.noise(70_000, 4))) {
                int size = checkedBlock(encoder, sample, capacity).length;
                // One literal more would not fit, or its length byte.
                assertThat(size).isBetween(capacity - 2, capacity);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 9, 12})
    void compress_longRepeatsOfEveryPeriod(int level) throws Exception {
        Lz4Encoder encoder = new Lz4Encoder(level);
        for (int period : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 16, 24, 63, 255, 4_095, 4_096, 4_097, 30_000, 65_535}) {
            byte[] sample = Samples.period(400_000, period);
            int size = checkedBlock(encoder, sample, Lz4Encoder.maxOutput(sample.length)).length;
            assertThat(size).as("period %d", period).isLessThan(period + period / 255 + 400_000 / 255 + 40);
        }
    }

    /** Runs of a byte that end in the same way: every chain is full of candidates that are nearly as good. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9, 12})
    void compress_manyNearlyEqualRuns(int level) throws Exception {
        Random random = new Random(3);
        byte[] sample = new byte[1 << 20];
        for (int at = 0; at < sample.length; at += 20 + random.nextInt(300)) {
            sample[at] = (byte) (1 + random.nextInt(2));
        }
        checkedBlock(new Lz4Encoder(level), sample, Lz4Encoder.maxOutput(sample.length));
        checkedBlock(new Lz4Encoder(level), sample, 4_096);
    }

    @Test
    void compress_longRepeatsCostNoMoreThanTheirBlock() throws Exception {
        byte[] zeros = new byte[8 << 20];
        for (int level = 0; level <= 12; level++) {
            byte[] dst = new byte[1 << 16];
            ClusterCompressor.Fit fit = new Lz4Encoder(level).compress(zeros, 0, zeros.length, dst, 0, dst.length);
            assertThat(fit.consumed()).isEqualTo(zeros.length);
            assertThat(fit.produced()).isLessThan(34_000);
        }
    }

    @Test
    void compressAll_exactFitAndOneByteLess() {
        byte[] sample = Samples.text(5_000, 1);
        for (int level = 0; level <= 12; level++) {
            Lz4Encoder encoder = new Lz4Encoder(level);
            byte[] dst = new byte[6_000];
            int size = encoder.compressAll(sample, 0, sample.length, dst, 0, dst.length);
            assertThat(size).isPositive();
            assertThat(encoder.compressAll(sample, 0, sample.length, dst, 0, size / 2))
                    .isEqualTo(-1);
        }
    }

    @Test
    void compressAll_emptyInputIsOneToken() throws Exception {
        byte[] dst = new byte[1];
        assertThat(new Lz4Encoder(9).compressAll(new byte[0], 0, 0, dst, 0, 1)).isEqualTo(1);
        assertThat(dst).containsExactly(0);
        assertThat(new Lz4Encoder(9).compressAll(new byte[0], 0, 0, dst, 0, 0)).isEqualTo(-1);
        assertThat(Lz4Decoder.decompress(dst, 0, 1, new byte[0], 0, 0)).isZero();
    }

    @Test
    void compress_bytesOfASmallBlock() {
        byte[] input = "abcdabcdabcdabcdabcdXYZ12".getBytes(StandardCharsets.US_ASCII);
        byte[] expected = {0x4C, 'a', 'b', 'c', 'd', 4, 0, 0x50, 'X', 'Y', 'Z', '1', '2'};
        for (int level = 0; level <= 12; level++) {
            byte[] dst = new byte[64];
            int size = new Lz4Encoder(level).compressAll(input, 0, input.length, dst, 0, dst.length);
            assertThat(Arrays.copyOf(dst, size)).as("level %d", level).isEqualTo(expected);
        }
    }

    @Test
    void constructor_refusesOtherLevels() {
        assertThatThrownBy(() -> new Lz4Encoder(13)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Lz4Encoder(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The end-of-block rules, checked by walking over the sequences. */
    static final class Lz4BlockRules {
        static void check(byte[] block, int length) {
            int in = 0;
            int out = 0;
            int lastMatch = -1;
            while (true) {
                int token = block[in++] & 0xFF;
                int literals = token >>> 4;
                if (literals == 15) {
                    int more;
                    do {
                        more = block[in++] & 0xFF;
                        literals += more;
                    } while (more == 255);
                }
                in += literals;
                out += literals;
                if (in == block.length) {
                    assertThat(token & 15).isZero();
                    assertThat(out).isEqualTo(length);
                    if (lastMatch >= 0) {
                        assertThat(literals).isGreaterThanOrEqualTo(5);
                        assertThat(length - lastMatch).isGreaterThanOrEqualTo(12);
                    }
                    return;
                }
                lastMatch = out;
                in += 2;
                int match = (token & 15) + 4;
                if (match == 19) {
                    int more;
                    do {
                        more = block[in++] & 0xFF;
                        match += more;
                    } while (more == 255);
                }
                out += match;
            }
        }
    }
}
