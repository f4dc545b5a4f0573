package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZstdFillTest {
    private static final int KIB = 1 << 10;

    @Test
    void blocks_headerAndLastBlock() {
        byte[] frame = new byte[14];
        try (ZstdCompressCtx context = ZstdBuffers.newContext(3)) {
            new ZstdBlocks(context, 20).putHeader(frame, 0, 0x01020304);
        }
        ZstdBlocks.putLastRawBlockHeader(frame, 10, 0x1234);
        // RFC 8878: magic; content size of 4 bytes; window 2^20; content size; last raw block of 0x1234 bytes.
        assertThat(HexFormat.of().formatHex(frame)).isEqualTo("28b52ffd" + "80" + "50" + "04030201" + "a19100" + "00");
    }

    @Test
    void blocks_aFrameForgottenHasNoInfluence() {
        byte[] sample = Samples.text(100_000, 3);
        try (ZstdCompressCtx context = ZstdBuffers.newContext(9).setWindowLog(20);
                ZstdCompressCtx other = ZstdBuffers.newContext(9).setWindowLog(20)) {
            ZstdBlocks used = new ZstdBlocks(context, 20);
            ZstdBlocks fresh = new ZstdBlocks(other, 20);
            used.start();
            used.add(Samples.records(90_000, 1), 0, 90_000);
            used.add(sample, 0, sample.length);
            context.compress(sample);
            used.start();
            fresh.start();
            for (int at = 0; at < sample.length; at += 25_000) {
                byte[] a = new byte[used.add(sample, at, 25_000)];
                byte[] b = new byte[fresh.add(sample, at, 25_000)];
                used.copyTo(a, 0);
                fresh.copyTo(b, 0);
                assertThat(a).isEqualTo(b);
            }
        }
    }

    @Test
    void compress_randomPiecesAndCapacities() throws Exception {
        Random random = new Random(11);
        try (ZstdClusterCompressor compressor = new ZstdClusterCompressor(3)) {
            for (int round = 0; round < 150; round++) {
                byte[] sample = pieces(random);
                int capacity = (1 << 15) + random.nextInt(1 << 18);
                int offset = random.nextInt(5);
                byte[] dst = new byte[offset + capacity + 1];
                ClusterCompressor.Fit fit = compressor.compress(sample, 1, sample.length - 1, dst, offset, capacity);
                assertThat(fit.produced()).isBetween(1, capacity);
                assertThat(dst[offset + capacity]).isZero();
                byte[] frame = Arrays.copyOfRange(dst, offset, offset + fit.produced());
                assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(fit.consumed());
                byte[] output = new byte[fit.consumed()];
                ZstdDecoder.decompress(frame, 0, frame.length, output, 0, output.length);
                assertThat(output).isEqualTo(Arrays.copyOfRange(sample, 1, 1 + fit.consumed()));
            }
        }
    }

    @Test
    void compress_roomForAboutOneWholeBlock() {
        byte[] sample = Samples.text(4 * ZstdBlocks.MAX_BLOCK_BYTES, 7);
        try (ZstdClusterCompressor compressor = new ZstdClusterCompressor(1)) {
            for (int capacity = 40_000; capacity < 140_000; capacity += 250) {
                ClusterCompressor.Fit fit =
                        compressor.compress(sample, 0, sample.length, new byte[capacity], 0, capacity);
                assertThat(fit.produced()).isBetween(capacity * 9 / 10, capacity);
            }
        }
    }

    /** Content of changing ratio, so that the guesses go wrong. */
    private static byte[] pieces(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[2]);
        for (int i = random.nextInt(8); i >= 0; i--) {
            int length = 1 + random.nextInt(1 << 1 + random.nextInt(18));
            out.writeBytes(
                    switch (random.nextInt(4)) {
                        case 0 -> Samples.noise(length, i);
                        case 1 -> Samples.text(length, i);
                        case 2 -> new byte[length];
                        default -> Samples.records(length, i);
                    });
        }
        return out.toByteArray();
    }

    @Test
    void compress_clustersEndNearTheirLastBlock() {
        byte[] sample = new byte[8 << 20];
        for (int at = 0; at < sample.length; at += 64 * KIB) {
            byte[] part = at / (64 * KIB) % 3 == 0 ? Samples.text(64 * KIB, at) : Samples.records(64 * KIB, at);
            System.arraycopy(part, 0, sample, at, part.length);
        }
        for (int capacity : new int[] {64 * KIB, 256 * KIB, 1024 * KIB}) {
            long lost = 0;
            long stored = 0;
            try (ZstdClusterCompressor compressor = new ZstdClusterCompressor(6)) {
                byte[] dst = new byte[capacity];
                for (int at = 0; at < sample.length; ) {
                    ClusterCompressor.Fit fit = compressor.compress(sample, at, sample.length - at, dst, 0, capacity);
                    at += fit.consumed();
                    if (at < sample.length) {
                        stored += fit.produced();
                        lost += -fit.produced() & 4095;
                    }
                }
            }
            assertThat(lost)
                    .as("lost of %d in clusters of %d", stored, capacity)
                    .isLessThan(1 + stored / 200);
        }
    }

    @Test
    void compress_noiseIsGivenUpEarly() {
        byte[] sample = Arrays.copyOf(Samples.noise(300_000, 8), 4 << 20);
        try (ZstdClusterCompressor compressor = new ZstdClusterCompressor(9)) {
            for (int capacity : new int[] {32 * KIB, 64 * KIB, 256 * KIB}) {
                ClusterCompressor.Fit fit =
                        compressor.compress(sample, 0, sample.length, new byte[capacity], 0, capacity);
                assertThat(fit.consumed()).isGreaterThan(capacity * 3 / 8).isLessThan(fit.produced());
            }
        }
    }
}
