package dev.caisson.diskimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VhdxTest {
    private static final int MEBIBYTE = 1 << 20;

    private static byte[] file() throws IOException {
        return Formats.write(new VhdxWriter(Formats.sample(21), Formats.ID));
    }

    private static DiskImage open(byte[] file) throws IOException {
        return DiskFormat.open(ByteSource.of(file));
    }

    @Test
    void structuresLieWhereTheSpecificationPutsThem() throws IOException {
        byte[] file = file();
        assertThat(Arrays.copyOf(file, 8)).isEqualTo("vhdxfile".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(Arrays.copyOfRange(file, 1 << 16, (1 << 16) + 4)).isEqualTo(new byte[] {'h', 'e', 'a', 'd'});
        assertThat(Arrays.copyOfRange(file, 1 << 17, (1 << 17) + 4)).isEqualTo(new byte[] {'h', 'e', 'a', 'd'});
        assertThat(Arrays.copyOfRange(file, 192 << 10, (192 << 10) + 4)).isEqualTo(new byte[] {'r', 'e', 'g', 'i'});
        assertThat(Arrays.copyOfRange(file, 192 << 10, 256 << 10))
                .isEqualTo(Arrays.copyOfRange(file, 256 << 10, 320 << 10));
        // Two MiB are only zeros, one more is a hole.
        assertThat(file.length % MEBIBYTE).isZero();
        assertThat(file.length).isLessThan((4 + 7) * MEBIBYTE);
    }

    @Test
    void sameGuidsForTheSameId_othersForAnother() throws IOException {
        byte[] other =
                Formats.write(new VhdxWriter(Formats.sample(21), Guid.parse("00000000-0000-4000-8000-000000000001")));
        assertThat(other).hasSameSizeAs(file()).isNotEqualTo(file());
        assertThat(file()).isEqualTo(file());
    }

    @Test
    void header_everyBitFlipIsReported() {
        byte[] header = new VhdxHeader(1, Formats.ID, Formats.ID, Guid.ZERO, MEBIBYTE, MEBIBYTE).encode();
        for (int bit = 0; bit < header.length * 8; bit++) {
            byte[] damaged = header.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(catchThrowable(() -> VhdxHeader.parse(damaged, 0)))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void oneDamagedCopyIsHarmless_twoAreNot() throws IOException {
        byte[] expected = Formats.bytes(Formats.sample(21));
        for (int[] pair : new int[][] {{1 << 16, 1 << 17}, {192 << 10, 256 << 10}}) {
            byte[] file = file();
            file[pair[0] + 20] ^= 4;
            assertThat(Formats.bytes(open(file))).isEqualTo(expected);
            byte[] second = file();
            second[pair[1] + 20] ^= 4;
            assertThat(Formats.bytes(open(second))).isEqualTo(expected);
            second[pair[0] + 20] ^= 4;
            assertThatThrownBy(() -> open(second)).isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void aLogWithChangesIsRefused() throws IOException {
        byte[] file = file();
        byte[] header = new VhdxHeader(9, Formats.ID, Formats.ID, Formats.ID, MEBIBYTE, MEBIBYTE).encode();
        System.arraycopy(header, 0, file, 1 << 16, header.length);
        assertThatThrownBy(() -> open(file)).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void metadataAndTable_everyFlipIsAnErrorOrHarmless() throws IOException {
        byte[] file = file();
        Random random = new Random(22);
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged = file;
            int at = switch (i % 3) {
                case 0 -> 2 * MEBIBYTE + random.nextInt(192);
                case 1 -> 2 * MEBIBYTE + (1 << 16) + random.nextInt(40);
                default -> 3 * MEBIBYTE + random.nextInt(56);
            };
            byte before = damaged[at];
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            try {
                DiskImage image = open(damaged);
                assertThat(image.extents().size()).isLessThan(100);
            } catch (FormatException expected) {
                assertThat(expected.structure()).startsWith("VHDX");
            }
            damaged[at] = before;
        }
    }

    @Test
    void everyTruncationIsReported() throws IOException {
        byte[] file = file();
        for (int length = 8; length < file.length; length += 4_093) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThat(catchThrowable(() -> open(cut))).as("cut at %d", length).isInstanceOf(FormatException.class);
        }
    }
}
