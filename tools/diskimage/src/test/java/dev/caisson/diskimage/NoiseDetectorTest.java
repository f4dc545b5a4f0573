package dev.caisson.diskimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NoiseDetectorTest {
    private static final int SIZE = 1 << 16;

    private final NoiseDetector detector = new NoiseDetector();

    @Test
    void noiseIsNoise_whereverItLies() {
        byte[] bytes = Formats.noise(new Random(1), 3 * SIZE);
        assertThat(detector.isNoise(bytes, 0, SIZE)).isTrue();
        assertThat(detector.isNoise(bytes, 12_345, SIZE)).isTrue();
        assertThat(detector.isNoise(bytes, 0, 3 * SIZE)).isTrue();
        assertThat(detector.isNoise(bytes, 1, 4_097)).isTrue();
        assertThat(detector.isNoise(bytes, 0, 4_095)).as("too little to tell").isFalse();
    }

    @Test
    void whatCanBeCompressedIsNot() {
        Random random = new Random(2);
        assertThat(detector.isNoise(Formats.text(random, SIZE), 0, SIZE)).isFalse();
        assertThat(detector.isNoise(new byte[SIZE], 0, SIZE)).isFalse();
        byte[] mixed = Formats.noise(random, SIZE);
        System.arraycopy(Formats.text(random, 4_096), 0, mixed, 30_000, 4_096);
        assertThat(detector.isNoise(mixed, 0, SIZE))
                .as("4 KiB of text in noise")
                .isFalse();
        byte[] twice = Formats.noise(random, SIZE);
        System.arraycopy(twice, 0, twice, SIZE / 2, 4_096);
        assertThat(detector.isNoise(twice, 0, SIZE))
                .as("noise that comes again")
                .isFalse();
        byte[] counting = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            counting[i] = (byte) i;
        }
        assertThat(detector.isNoise(counting, 0, SIZE))
                .as("every value as often as the others")
                .isFalse();
        byte[] tail = Formats.noise(random, 2 * SIZE);
        java.util.Arrays.fill(tail, SIZE + 100, 2 * SIZE, (byte) 'x');
        assertThat(detector.isNoise(tail, 0, 2 * SIZE))
                .as("a second piece of text")
                .isFalse();
    }
}
