package dev.caisson.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RemoteResultTest {
    private static final Digest KEY = DigestAlgorithm.SHA256.of("key".getBytes(StandardCharsets.UTF_8));
    private static final Digest CONTENT = DigestAlgorithm.SHA256.of("content".getBytes(StandardCharsets.UTF_8));

    private static final RemoteResult RESULT = RemoteResult.of(
            KEY,
            "layer 1",
            List.of("package sha256:ab", "format x"),
            List.of(new RemoteResult.Content("layer", CONTENT, 7), new RemoteResult.Content("blocks", KEY, 1L << 40)));

    private static void assertSame(RemoteResult actual, RemoteResult expected) {
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void bytes_areThoseOfProtobuf() {
        RemoteResult small = RemoteResult.of(KEY, "s", List.of(), List.of(new RemoteResult.Content("n", CONTENT, 300)));
        String hash = HexFormat.of().formatHex(CONTENT.hex().getBytes(StandardCharsets.US_ASCII));
        String digest = "0a40" + hash + "10ac02";
        String file = "0a016e" + "1245" + digest;
        String text = "caisson result 1\nkey " + KEY.hex() + "\nstep s\n";
        assertThat(HexFormat.of().formatHex(small.encode()))
                .isEqualTo("124a" + file + "2a" + HexFormat.of().toHexDigits((byte) text.length())
                        + HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void roundTrip() throws Exception {
        assertSame(RemoteResult.parse(RESULT.encode()), RESULT);
        RemoteResult signed = RESULT.withCode(new byte[] {1, 2, 3});
        assertSame(RemoteResult.parse(signed.encode()), signed);
        assertThat(signed.signedBytes()).isEqualTo(RESULT.encode());
    }

    @Test
    void fieldsOfOthers_arePassedOver() throws Exception {
        byte[] message = RESULT.encode();
        byte[] more = HexFormat.of().parseHex("2000" + "4a03010203" + "51" + "0102030405060708" + "5d" + "01020304");
        byte[] all = Arrays.copyOf(message, message.length + more.length);
        System.arraycopy(more, 0, all, message.length, more.length);
        assertSame(RemoteResult.parse(all), RESULT);
    }

    @Test
    void everyTruncation_isFound() {
        byte[] message = RESULT.encode();
        for (int i = 0; i < message.length; i++) {
            byte[] cut = Arrays.copyOf(message, i);
            assertThatThrownBy(() -> RemoteResult.parse(cut)).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void everyBitFlip_isFoundOrSeen() {
        byte[] message = RESULT.encode();
        for (int bit = 0; bit < message.length * 8; bit++) {
            byte[] flipped = message.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                RemoteResult parsed = RemoteResult.parse(flipped);
                assertThat(parsed.encode()).isNotEqualTo(message);
            } catch (FormatException e) {
                // found
            }
        }
    }

    @Test
    void anyBytes_giveAResultOrAFormatException() {
        Random random = new Random(3);
        byte[] message = RESULT.encode();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = message.clone();
            for (int n = random.nextInt(4) + 1; n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                RemoteResult.parse(bytes);
            } catch (FormatException e) {
                // as it should be
            }
        }
        assertThatThrownBy(() -> RemoteResult.parse(new byte[RemoteResult.MAX_BYTES + 1]))
                .isInstanceOf(FormatException.class);
    }
}
