package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import dev.caisson.bytes.CorruptDataException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZstdClusterCompressorTest {
    @Test
    void compress_everySampleAndCapacity() throws Exception {
        for (int level : new int[] {1, 3, 9, 15}) {
            try (ZstdClusterCompressor compressor = new ZstdClusterCompressor(level)) {
                for (byte[] sample : Samples.all()) {
                    for (int capacity : new int[] {1, 9, 20, 100, 4_096, 65_536}) {
                        if (sample.length > 0) {
                            check(compressor, sample, capacity);
                        }
                    }
                }
            }
        }
    }

    private static void check(ZstdClusterCompressor compressor, byte[] sample, int capacity) throws Exception {
        byte[] dst = new byte[capacity + 2];
        ClusterCompressor.Fit fit = compressor.compress(sample, 0, sample.length, dst, 1, capacity);
        assertThat(dst[0]).isZero();
        assertThat(dst[capacity + 1]).isZero();
        assertThat(fit.produced()).isBetween(0, capacity);
        if (fit.consumed() == 0) {
            assertThat(fit.produced()).isZero();
            assertThat(capacity).isLessThan(30);
            return;
        }
        byte[] frame = Arrays.copyOfRange(dst, 1, 1 + fit.produced());
        byte[] output = new byte[fit.consumed()];
        assertThat(ZstdDecoder.decompress(frame, 0, frame.length, output, 0, output.length))
                .isEqualTo(fit.consumed());
        assertThat(output).isEqualTo(Arrays.copyOf(sample, fit.consumed()));
        assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(fit.consumed());
    }

    @Test
    void compress_historyOfInstanceHasNoInfluence() {
        try (ZstdClusterCompressor used = new ZstdClusterCompressor(12)) {
            for (byte[] sample : Samples.all()) {
                if (sample.length == 0) {
                    continue;
                }
                byte[] again = new byte[5_000];
                byte[] fresh = new byte[5_000];
                ClusterCompressor.Fit fit = used.compress(sample, 0, sample.length, again, 0, again.length);
                try (ZstdClusterCompressor other = new ZstdClusterCompressor(12)) {
                    assertThat(other.compress(sample, 0, sample.length, fresh, 0, fresh.length))
                            .isEqualTo(fit);
                }
                assertThat(Arrays.copyOf(again, fit.produced())).isEqualTo(Arrays.copyOf(fresh, fit.produced()));
            }
        }
    }

    @Test
    void compress_framesAreReadableWithTheWindowAskedFor() throws Exception {
        byte[] sample = Samples.farRepeats(300_000);
        try (ZstdClusterCompressor compressor = new ZstdClusterCompressor(9, 12)) {
            byte[] dst = new byte[1 << 19];
            ClusterCompressor.Fit fit = compressor.compress(sample, 0, sample.length, dst, 0, dst.length);
            assertThat(fit.consumed()).isEqualTo(sample.length);
            // Frame_Header_Descriptor without Single_Segment_flag; Window_Descriptor 2 << 3 is 4 KiB (RFC 8878,
            // 3.1.1.1).
            assertThat(dst[4] & 0x20).isZero();
            assertThat(dst[5]).isEqualTo((byte) (2 << 3));
            assertThat(dst[4] & 0x04).as("checksum flag").isZero();
        }
        assertThat(ZstdClusterCompressor.windowBitsFor(4_096)).isEqualTo(15);
        assertThat(ZstdClusterCompressor.windowBitsFor(262_144)).isEqualTo(20);
    }

    @Test
    void decoder_truncationsAndBitFlips() {
        byte[] sample = Samples.text(2_000, 1);
        byte[] frame = ZstdBuffers.compress(sample, 19);
        for (int length = 0; length < frame.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> ZstdDecoder.decompress(frame, 0, cut, new byte[2_000], 0, 2_000))
                    .isInstanceOf(CorruptDataException.class);
        }
        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] damaged = frame.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] output = new byte[2_000];
            Throwable thrown =
                    catchThrowable(() -> ZstdDecoder.decompress(damaged, 0, damaged.length, output, 0, output.length));
            if (thrown == null) {
                assertThat(output).isEqualTo(sample);
            } else {
                assertThat(thrown).isInstanceOf(CorruptDataException.class);
            }
        }
        assertThatThrownBy(() -> ZstdDecoder.decompress(frame, 0, frame.length, new byte[1_999], 0, 1_999))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void decoder_noise() {
        Random random = new Random(4);
        for (int round = 0; round < 2_000; round++) {
            byte[] noise = Samples.noise(4 + random.nextInt(60), round);
            System.arraycopy(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD}, 0, noise, 0, 4);
            Throwable thrown =
                    catchThrowable(() -> ZstdDecoder.decompress(noise, 0, noise.length, new byte[99], 0, 99));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(CorruptDataException.class);
            }
        }
    }
}
