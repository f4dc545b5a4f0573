package dev.caisson.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.ARM64Options;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** The decoder against what the library's encoder writes, and against the library's decoder on all that nobody should write. */
class XzDecoderTest {
    private static final long MEMORY = 64 << 20;
    private static final int LARGEST_OUTPUT = 1 << 20;

    private static byte[] xz(byte[] data, int check, int blockBytes, FilterOptions... filters) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(bytes, filters, check)) {
            for (int at = 0; at < data.length; at += blockBytes) {
                out.write(data, at, Math.min(blockBytes, data.length - at));
                out.endBlock();
            }
        }
        return bytes.toByteArray();
    }

    private static LZMA2Options options(int preset, int dictionaryBytes) throws IOException {
        LZMA2Options options = new LZMA2Options(preset);
        options.setDictSize(dictionaryBytes);
        return options;
    }

    /** What came out, and how it ended. */
    private record Outcome(byte[] output, IOException failure) {
        static Outcome of(Opener opener, byte[] stream, int step) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[step];
            try (InputStream in = opener.open(new ByteArrayInputStream(stream))) {
                for (int count = in.read(piece); count >= 0 && out.size() < LARGEST_OUTPUT; count = in.read(piece)) {
                    out.write(piece, 0, count);
                }
                return new Outcome(out.toByteArray(), null);
            } catch (IOException e) {
                return new Outcome(out.toByteArray(), e);
            }
        }
    }

    @FunctionalInterface
    private interface Opener {
        InputStream open(InputStream in) throws IOException;
    }

    private static Outcome ours(byte[] stream, int step) {
        return Outcome.of(in -> new XzDecoder(in, MEMORY), stream, step);
    }

    private static void assertAsTheLibrary(byte[] stream, String what) {
        Outcome library = Outcome.of(in -> new XZInputStream(in, (int) (MEMORY >> 10)), stream, 4096);
        Outcome own = ours(stream, 4096);
        assertThat(own.failure == null)
                .as("%s: library %s, own %s", what, library.failure, own.failure)
                .isEqualTo(library.failure == null);
        if (own.failure == null) {
            assertThat(own.output).as(what).isEqualTo(library.output);
        } else {
            assertThat(own.failure).as(what).isInstanceOf(FormatException.class);
            int common = Math.min(own.output.length, library.output.length);
            assertThat(Arrays.equals(own.output, 0, common, library.output, 0, common))
                    .as(what)
                    .isTrue();
        }
    }

    @Test
    void everySampleInSmallAndLargeDictionaries() throws Exception {
        for (byte[] sample : Samples.all()) {
            for (int dictionary : new int[] {4096, 6144, 1 << 16, 1 << 20}) {
                byte[] stream = xz(sample, XZ.CHECK_CRC64, Integer.MAX_VALUE, options(3, dictionary));
                Outcome own = ours(stream, 1000);
                assertThat(own.failure).isNull();
                assertThat(own.output).isEqualTo(sample);
            }
        }
    }

    @Test
    void dictionariesThatTurnManyTimes() throws Exception {
        Random random = new Random(7);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        byte[] piece = Samples.mixed(9000, 3);
        while (data.size() < 900_000) {
            // Repeats at distances up to the dictionary's whole length, with lengths that cross its end.
            int from = random.nextInt(piece.length);
            data.write(piece, from, random.nextInt(piece.length - from) + 1);
            if (random.nextInt(4) == 0) {
                data.write(new byte[random.nextInt(700)]);
            }
        }
        for (int dictionary : new int[] {4096, 8192, 12288, 1 << 17, 3 << 16, 1 << 19}) {
            byte[] stream = xz(data.toByteArray(), XZ.CHECK_CRC32, Integer.MAX_VALUE, options(6, dictionary));
            for (int step : new int[] {1, 77, 1 << 16, 1 << 20}) {
                Outcome own = ours(stream, step);
                assertThat(own.failure).isNull();
                assertThat(own.output).isEqualTo(data.toByteArray());
            }
        }
    }

    @Test
    void allLiteralAndPositionBits() throws Exception {
        byte[] sample = Samples.mixed(40_000, 5);
        for (int lc = 0; lc <= 4; lc++) {
            for (int lp = 0; lc + lp <= 4; lp++) {
                for (int pb = 0; pb <= 4; pb++) {
                    LZMA2Options options = options(2, 1 << 15);
                    options.setLcLp(lc, lp);
                    options.setPb(pb);
                    Outcome own = ours(xz(sample, XZ.CHECK_NONE, Integer.MAX_VALUE, options), 5000);
                    assertThat(own.output).as("lc %d, lp %d, pb %d", lc, lp, pb).isEqualTo(sample);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {XZ.CHECK_NONE, XZ.CHECK_CRC32, XZ.CHECK_CRC64, XZ.CHECK_SHA256})
    void manyBlocksAndEveryCheck(int check) throws Exception {
        byte[] sample = Samples.mixed(60_000, 2);
        byte[] stream = xz(sample, check, 777, options(1, 4096));
        assertThat(ours(stream, 600).output).isEqualTo(sample);
        if (check != XZ.CHECK_NONE) {
            byte[] one = xz(sample, check, Integer.MAX_VALUE, options(1, 4096));
            one[one.length - 40] ^= 1;
            assertThat(ours(one, 600).failure).isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void storedChunks() throws Exception {
        byte[] sample = Samples.noise(300_000, 4);
        LZMA2Options stored = options(1, 1 << 16);
        stored.setMode(LZMA2Options.MODE_UNCOMPRESSED);
        assertThat(ours(xz(sample, XZ.CHECK_CRC32, Integer.MAX_VALUE, stored), 999).output)
                .isEqualTo(sample);
        assertThat(ours(xz(sample, XZ.CHECK_CRC32, 100_000, options(1, 1 << 16)), 99_999).output)
                .isEqualTo(sample);
    }

    @Test
    void otherFilters() throws Exception {
        byte[] sample = Samples.mixed(50_000, 6);
        List<FilterOptions[]> chains = new ArrayList<>();
        LZMA2Options last = options(3, 1 << 16);
        chains.add(new FilterOptions[] {new X86Options(), last});
        chains.add(new FilterOptions[] {new DeltaOptions(3), last});
        chains.add(new FilterOptions[] {new X86Options(), new DeltaOptions(256), new ARM64Options(), last});
        for (FilterOptions[] chain : chains) {
            byte[] stream = xz(sample, XZ.CHECK_CRC64, 20_000, chain);
            assertThat(ours(stream, 4000).output).isEqualTo(sample);
            assertAsTheLibrary(stream, "filters");
        }
    }

    @Test
    void everyTruncationAndBitFlipIsSeenAsTheLibrarySeesIt() throws Exception {
        byte[] stream = xz(Samples.mixed(2_000, 1), XZ.CHECK_CRC64, 900, options(3, 4096));
        for (int length = 0; length < stream.length; length++) {
            assertAsTheLibrary(Arrays.copyOf(stream, length), "first " + length + " bytes");
        }
        for (int bit = 0; bit < stream.length * 8; bit++) {
            byte[] damaged = stream.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertAsTheLibrary(damaged, "bit " + bit);
        }
    }

    /** Without a check, damage inside of the data often gives other data: the same as from the library. */
    @Test
    void damagedDataWithoutACheckGivesWhatTheLibraryGives() throws Exception {
        Random random = new Random(11);
        List<byte[]> streams = List.of(
                xz(Samples.mixed(6_000, 1), XZ.CHECK_NONE, Integer.MAX_VALUE, options(4, 4096)),
                xz(Samples.text(9_000, 2), XZ.CHECK_NONE, 4_000, options(1, 4096)),
                xz(Samples.noise(3_000, 3), XZ.CHECK_NONE, Integer.MAX_VALUE, options(1, 6144)),
                xz(new byte[100_000], XZ.CHECK_NONE, Integer.MAX_VALUE, options(6, 1 << 16)));
        for (byte[] stream : streams) {
            for (int round = 0; round < 400; round++) {
                byte[] damaged = stream.clone();
                for (int n = random.nextInt(3); n >= 0; n--) {
                    int at = 24 + random.nextInt(damaged.length - 24);
                    damaged[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (damaged[at] ^ 1 << n);
                }
                assertAsTheLibrary(damaged, "round " + round);
            }
        }
    }

    /** A block header with that dictionary and those flags, its CRC mended, over chunks of noise. */
    @Test
    void inventedChunks() throws Exception {
        Random random = new Random(5);
        for (int round = 0; round < 1500; round++) {
            ByteArrayOutputStream chunks = new ByteArrayOutputStream();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int control = new int[] {1, 2, 0x80, 0xA0, 0xC0, 0xE0, 0xE1, random.nextInt(256)}[random.nextInt(8)];
                byte[] body = new byte[5 + random.nextInt(60)];
                random.nextBytes(body);
                chunks.write(control);
                if (control >= 0x80) {
                    int size = random.nextInt(round % 2 == 0 ? 40 : 3000);
                    chunks.writeBytes(new byte[] {(byte) (size >> 8), (byte) size, 0, (byte) (body.length - 1)});
                    if (control >= 0xC0) {
                        chunks.write(random.nextInt(8) == 0 ? random.nextInt(256) : 0x5D);
                    }
                    body[0] = (byte) (random.nextInt(8) == 0 ? 1 : 0);
                } else {
                    chunks.writeBytes(new byte[] {0, (byte) (body.length - 1)});
                }
                chunks.writeBytes(body);
            }
            chunks.write(0);
            assertAsTheLibrary(join(header(), blockHeader(0), chunks.toByteArray(), new byte[40]), "round " + round);
        }
    }

    private static byte[] header() {
        return withCrc(new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0}, new byte[] {0, 0});
    }

    private static byte[] withCrc(byte[] before, byte[] fields) {
        CRC32 crc = new CRC32();
        crc.update(fields);
        long value = crc.getValue();
        byte[] end = {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
        return join(before, fields, end);
    }

    private static byte[] blockHeader(int dictionaryBits) {
        return withCrc(new byte[0], new byte[] {2, 0, 0x21, 1, (byte) dictionaryBits, 0, 0, 0});
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void dictionariesBeyondTheLimitAreRefusedBeforeAnythingIsTaken() {
        byte[] data = {1, 0, 0, 'x', 0};
        assertThat(ours(join(header(), blockHeader(37), data), 10).failure).isInstanceOf(LimitExceededException.class);
        assertThat(ours(join(header(), blockHeader(38), data), 10).failure)
                .isInstanceOf(UnsupportedFeatureException.class);
        // 48 MiB declared, one byte there.
        Outcome small = ours(join(header(), blockHeader(27), data), 1);
        assertThat(small.output).containsExactly('x');
        assertThat(small.failure).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void headersThatAreFromAnotherTime() throws Exception {
        byte[] magic = Arrays.copyOf(header(), 6);
        assertThatThrownBy(() -> new XzDecoder(new ByteArrayInputStream(withCrc(magic, new byte[] {0, 2})), MEMORY))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThatThrownBy(() -> new XzDecoder(new ByteArrayInputStream(withCrc(magic, new byte[] {0, 16})), MEMORY))
                .isInstanceOf(UnsupportedFeatureException.class);
        byte[] flags = withCrc(new byte[0], new byte[] {2, 4, 0x21, 1, 0, 0, 0, 0});
        assertThat(ours(join(header(), flags), 10).failure).isInstanceOf(UnsupportedFeatureException.class);
        byte[] filter = withCrc(new byte[0], new byte[] {2, 0, 0x22, 1, 0, 0, 0, 0});
        assertThat(ours(join(header(), filter), 10).failure).isInstanceOf(UnsupportedFeatureException.class);
        byte[] twice = withCrc(new byte[0], new byte[] {2, 1, 0x21, 1, 0, 0x21, 1, 0});
        assertThat(ours(join(header(), twice), 10).failure).isInstanceOf(UnsupportedFeatureException.class);
    }
}
