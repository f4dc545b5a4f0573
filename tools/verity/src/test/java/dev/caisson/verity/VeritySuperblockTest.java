package dev.caisson.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VeritySuperblockTest {
    private static final VeritySuperblock SAMPLE = new VeritySuperblock(
            UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
            new VerityLayout(
                    new VerityParameters(VerityFormat.NORMAL, DigestAlgorithm.SHA256, 4096, 1024, new byte[] {
                        (byte) 0xab, (byte) 0xcd
                    }),
                    0x0102));

    @Test
    void fieldsLieWhereTheFormatSays() {
        String hex = HexFormat.of().formatHex(SAMPLE.encode());
        assertThat(hex).hasSize(1024);
        assertThat(hex.substring(0, 176 + 8))
                .isEqualTo("7665726974790000" + "01000000" + "01000000" + "00112233445566778899aabbccddeeff"
                        + "7368613235360000000000000000000000000000000000000000000000000000" + "00100000" + "00040000"
                        + "0201000000000000" + "0200" + "000000000000" + "abcd0000");
        assertThat(hex.substring(184)).matches("0*");
    }

    @Test
    void readsWhatItWrote() throws IOException {
        byte[] device = new byte[4096];
        System.arraycopy(SAMPLE.encode(), 0, device, 1024, 512);
        assertThat(VeritySuperblock.readFrom(ByteSource.of(device), 1024)).isEqualTo(SAMPLE);
    }

    @Test
    void everyBitFlipIsReportedOrSeenInTheResult() throws IOException {
        byte[] good = SAMPLE.encode();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(VeritySuperblock.readFrom(ByteSource.of(bad), 0))
                        .as("bit " + bit)
                        .isNotEqualTo(SAMPLE);
            } catch (FormatException e) {
                assertThat(e.structure()).isEqualTo("verity superblock");
            }
        }
    }

    @Test
    void everyTruncationIsReported() {
        byte[] good = SAMPLE.encode();
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> VeritySuperblock.readFrom(ByteSource.of(cut), 0))
                    .isInstanceOf(NotThisFormatException.class);
        }
        assertThatThrownBy(() -> VeritySuperblock.readFrom(ByteSource.of(good), Long.MAX_VALUE))
                .isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> VeritySuperblock.readFrom(ByteSource.of(good), -1))
                .isInstanceOf(NotThisFormatException.class);
    }

    @Test
    void saysWhatIsWrong() {
        byte[] bad = SAMPLE.encode();
        bad[81] = 2;
        assertThatThrownBy(() -> VeritySuperblock.readFrom(ByteSource.of(bad), 0))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("verity superblock at offset 0x50: salt_size is 514, expected at most 256");
        byte[] other = SAMPLE.encode();
        other[36] = '9';
        assertThatThrownBy(() -> VeritySuperblock.readFrom(ByteSource.of(other), 0))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("algorithm is \"sha296\"");
    }

    @Test
    void noiseGivesAFormatException() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] noise = SAMPLE.encode();
            for (int n = 0; n < 1 + i % 8; n++) {
                noise[8 + random.nextInt(90)] = (byte) random.nextInt();
            }
            try {
                VeritySuperblock.readFrom(ByteSource.of(noise), 0);
            } catch (IOException e) {
                assertThat(e).isInstanceOf(FormatException.class);
            }
        }
    }
}
