package dev.caisson.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerityTargetTest {
    private static final String ROOT = "ab".repeat(32);
    private static final String LINE =
            "0 2048 verity 1 PARTUUID=d PARTUUID=h 4096 4096 256 1 sha256 " + ROOT + " 0102 1 panic_on_corruption";

    private static VerityTarget target(byte[] salt, String... options) throws Exception {
        VerityLayout layout = new VerityLayout(VerityParameters.ofDefaults(salt), 256);
        Digest root =
                new Digest(DigestAlgorithm.SHA256, java.util.HexFormat.of().parseHex(ROOT));
        return new VerityTarget("PARTUUID=d", "PARTUUID=h", layout, 1, root, List.of(options));
    }

    @Test
    void theLineIsTheKernels() throws Exception {
        assertThat(target(new byte[] {1, 2}, "panic_on_corruption")).hasToString(LINE);
        assertThat(target(new byte[0]).toString()).endsWith(ROOT + " -");
    }

    @Test
    void readsWhatItWrites() throws Exception {
        for (VerityTarget each : List.of(target(new byte[] {1, 2}, "panic_on_corruption"), target(new byte[0]))) {
            assertThat(VerityTarget.parse(each.toString())).isEqualTo(each);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verity=linear",
                "2048=2047",
                "0 2048=8 2048",
                "sha256=sha0",
                "4096=4095",
                "256 1=x 1",
                "0102=010",
                "1 panic=2 panic",
                "abab=ab",
                " verity 1= verity 2"
            })
    void everyWrongWordIsRefused(String change) {
        String[] parts = change.split("=");
        String line = LINE.replaceFirst(parts[0], parts[1]);
        assertThat(line).isNotEqualTo(LINE);
        assertThatThrownBy(() -> VerityTarget.parse(line)).isInstanceOf(FormatException.class);
    }

    @Test
    void truncationIsRefusedOrHarmless() {
        for (int length = 0; length < LINE.length() - " 1 panic_on_corruption".length() - 4; length++) {
            String cut = LINE.substring(0, length);
            assertThatThrownBy(() -> VerityTarget.parse(cut)).isInstanceOf(FormatException.class);
        }
    }
}
