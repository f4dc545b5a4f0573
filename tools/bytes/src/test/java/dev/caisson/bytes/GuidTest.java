package dev.caisson.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuidTest {
    /** UEFI 2.10: the EFI system partition's type as text and as it stands on every disk; Linux x86-64 root likewise. */
    @ParameterizedTest
    @CsvSource({
        "c12a7328-f81f-11d2-ba4b-00a0c93ec93b, 28732ac11ff8d211ba4b00a0c93ec93b",
        "4f68bce3-e8cd-4db1-96e7-fbcaf984b709, e3bc684fcde8b14d96e7fbcaf984b709",
        "8be4df61-93ca-11d2-aa0d-00e098032b8c, 61dfe48bca93d211aa0d00e098032b8c",
        "00112233-4455-6677-8899-aabbccddeeff, 33221100554477668899aabbccddeeff"
    })
    void stored_vectors(String text, String stored) throws Exception {
        Guid guid = Guid.parse(text);
        assertThat(HexFormat.of().formatHex(guid.stored())).isEqualTo(stored);
        assertThat(Guid.ofStored(HexFormat.of().parseHex("ffff" + stored), 2)).isEqualTo(guid);
        assertThat(guid).hasToString(text);
        assertThat(HexFormat.of().formatHex(guid.textOrder())).isEqualTo(text.replace("-", ""));
        assertThat(Guid.ofTextOrder(guid.textOrder())).isEqualTo(guid);
        BinaryReader in = BinaryReader.bigEndian("guid", HexFormat.of().parseHex(stored));
        assertThat(in.guid()).isEqualTo(guid);
        assertThat(BinaryWriter.bigEndian(16).guid(guid).toByteArray()).isEqualTo(guid.stored());
    }

    @Test
    void parse_takesUpperCase() {
        assertThat(Guid.parse("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"))
                .hasToString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
    }

    /** {@link UUID#fromString} takes shortened groups; a manifest's slip of the finger must not become another GUID. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1-2-3-4-5",
                "c12a7328-f81f-11d2-ba4b-00a0c93ec93",
                "c12a7328-f81f-11d2-ba4b-00a0c93ec93bb",
                "c12a7328f81f11d2ba4b00a0c93ec93b",
                "",
                "{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}"
            })
    void parse_refusesOtherForms(String text) {
        assertThatThrownBy(() -> Guid.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyBytes_roundTrip() {
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            assertThat(Guid.ofStored(bytes, 0).stored()).isEqualTo(bytes);
            assertThat(Guid.ofTextOrder(bytes).textOrder()).isEqualTo(bytes);
            assertThat(Guid.parse(Guid.ofStored(bytes, 0).toString()).stored()).isEqualTo(bytes);
        }
    }
}
