package dev.caisson.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClearSignedMessageTest {
    private static final Instant TIME = Instant.parse("2025-01-01T00:00:00Z");
    private static final String TEXT = "Origin: Test\n-dash first\n- dash blank\n\nlast\n";

    private final SigningKey key = SigningKey.ed25519(TIME);

    private String verified(String message) throws Exception {
        ClearSignedMessage parsed = parse(message);
        new OpenPgpVerifier(Keyring.read(key.certificate()), VerificationPolicy.at(TIME)).verifyCleartext(parsed);
        return new String(parsed.text(), StandardCharsets.UTF_8);
    }

    private static ClearSignedMessage parse(String message) throws FormatException {
        return ClearSignedMessage.parse(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void textComesBackUnescaped() throws Exception {
        assertThat(verified(key.clearsign(TEXT, SigningKey.SHA512, TIME))).isEqualTo(TEXT);
    }

    @Test
    void lineEndingsAndTrailingBlanksAreNotCovered() throws Exception {
        String message = key.clearsign(TEXT, SigningKey.SHA512, TIME);
        assertThat(verified(message.replace("\n", "\r\n"))).isEqualTo(TEXT);
        assertThat(verified(message.replace("last\n", "last \t\n"))).isEqualTo(TEXT);
    }

    @Test
    void changedTextDoesNotVerify() {
        String message = key.clearsign(TEXT, SigningKey.SHA512, TIME);
        assertThatThrownBy(() -> verified(message.replace("last", "Last")))
                .isInstanceOfSatisfying(
                        OpenPgpVerificationException.class,
                        e -> assertThat(e.kind()).isEqualTo(SignatureStatus.BAD));
        assertThatThrownBy(() -> verified(message.replace("\n\nlast", "\nlast")))
                .isInstanceOf(OpenPgpVerificationException.class);
    }

    @Test
    void binarySignaturesAreNotTakenForText() {
        String text = "a\n";
        String message = SigningKey.clearsign(text, key.sign(new byte[] {'a'}, SigningKey.SHA512, TIME));
        assertThatThrownBy(() -> verified(message))
                .isInstanceOfSatisfying(
                        OpenPgpVerificationException.class,
                        e -> assertThat(e.kind()).isEqualTo(SignatureStatus.UNSUPPORTED));
    }

    @Test
    void nothingMayStandOutside() {
        String message = key.clearsign(TEXT, SigningKey.SHA512, TIME);
        assertThatThrownBy(() -> parse("Evil: yes\n" + message)).isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> parse(message + "Evil: yes\n")).isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> parse(message.replace("Hash: SHA512\n", "Hash: SHA512\nEvil: yes\n")))
                .isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> parse(message + message)).isInstanceOf(FormatException.class);
    }

    @Test
    void truncationsAndNoiseGiveFormatExceptionsOrDoNotVerify() {
        String message = key.clearsign(TEXT, SigningKey.SHA512, TIME);
        for (int length = 0; length < message.length() - 1; length++) {
            String cut = message.substring(0, length);
            assertThatThrownBy(() -> verified(cut)).isInstanceOf(FormatException.class);
        }
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            StringBuilder noisy = new StringBuilder(message);
            for (int j = random.nextInt(4); j >= 0; j--) {
                noisy.setCharAt(random.nextInt(noisy.length()), (char) random.nextInt(128));
            }
            try {
                assertThat(verified(noisy.toString()).replace("\r", "")).isEqualTo(TEXT);
            } catch (FormatException | OpenPgpVerificationException expected) {
                assertThat(expected).isNotNull();
            } catch (Exception e) {
                throw new AssertionError(noisy.toString(), e);
            }
        }
    }

    @Test
    void dashOnlyLines() throws Exception {
        String message = key.clearsign("a\n-\n--\nb\n", SigningKey.SHA512, TIME);
        assertThat(verified(message)).isEqualTo("a\n-\n--\nb\n");
        String blank = SigningKey.clearsign("x\n", new byte[] {(byte) 0xc2, 0}).replace("x\n", "- \n");
        assertThat(parse(blank).text()).isEqualTo(new byte[] {'\n'});
    }
}
