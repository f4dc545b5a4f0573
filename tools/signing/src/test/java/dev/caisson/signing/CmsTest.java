package dev.caisson.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CmsTest {
    private static final byte[] CONTENT = "root hash".getBytes(StandardCharsets.US_ASCII);

    private static LocalSigningKey key;
    private static LocalSigningKey leaf;

    @BeforeAll
    static void makeKeys() throws IOException {
        key = TestKeys.authority("CN=Test Authority");
        leaf = TestKeys.issued(key, "CN=Test Leaf,O=Example");
    }

    private static List<SignedAttributes> kinds() {
        return List.of(SignedAttributes.NONE, SignedAttributes.PLAIN, SignedAttributes.PLAIN.at(TestKeys.FROM));
    }

    @Test
    void sign_verifies_andIsDeterministic() throws IOException {
        for (SignedAttributes attributes : kinds()) {
            CmsSigner signer = new CmsSigner(leaf, attributes);
            byte[] detached = signer.signDetached(CONTENT);
            byte[] bare = signer.signDetachedBare(CONTENT);

            assertThat(signer.signDetached(CONTENT)).isEqualTo(detached);
            assertThat(CmsSignedData.read(detached).content()).isEmpty();
            assertThat(CmsSignedData.read(detached).verify(CONTENT))
                    .allMatch(CmsSignature::valid)
                    .hasSize(1);
            assertThat(CmsSignedData.read(bare).verify(CONTENT))
                    .allMatch(CmsSignature::valid)
                    .hasSize(1);
            assertThat(CmsSignedData.read(detached).verify(new byte[1])).noneMatch(CmsSignature::valid);
            assertThatThrownBy(() -> CmsSignedData.read(detached).verify()).isInstanceOf(FormatException.class);

            CmsSignedData enveloping = CmsSignedData.read(signer.signEnveloping(CONTENT));
            assertThat(enveloping.content()).hasValue(CONTENT);
            assertThat(enveloping.verify()).allMatch(CmsSignature::valid);
            assertThat(enveloping.certificates()).containsExactlyInAnyOrderElementsOf(leaf.certificates());
            assertThat(enveloping.verify().get(0).signer()).hasValue(leaf.certificate());
        }
    }

    @Test
    void signStructure_hashesWithoutTagAndLength() throws IOException {
        byte[] structure = HexFormat.of().parseHex("3003020105");
        CmsSignedData data = CmsSignedData.read(
                new CmsSigner(key, SignedAttributes.PLAIN).signStructure("1.3.6.1.4.1.311.2.1.4", structure));

        assertThat(data.contentType()).isEqualTo("1.3.6.1.4.1.311.2.1.4");
        assertThat(data.contentElement()).hasValue(structure);
        assertThat(data.verify(HexFormat.of().parseHex("020105"))).allMatch(CmsSignature::valid);
    }

    @Test
    void bareSignedData_startsAsFirmwareWantsIt() throws IOException {
        byte[] bare = new CmsSigner(key, SignedAttributes.NONE).signDetachedBare(CONTENT);

        // EDK2 AuthService.c compares the SHA-256 identifier at byte 13 of a SignedData with a two-byte length.
        assertThat(bare[1]).isEqualTo((byte) 0x82);
        assertThat(Arrays.copyOfRange(bare, 11, 22)).isEqualTo(HexFormat.of().parseHex("0609608648016503040201"));
    }

    @Test
    void verify_everyFlippedBitIsNoticedOrHarmless() throws IOException {
        byte[] cms = new CmsSigner(key, SignedAttributes.PLAIN).signDetached(CONTENT);
        Random random = new Random(3);
        for (int round = 0; round < 1500; round++) {
            byte[] bytes = cms.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                CmsSignedData data = CmsSignedData.read(bytes);
                for (CmsSignature signature : data.verify(CONTENT)) {
                    // Fields outside of the signature may differ; a valid result is still one by the same public key.
                    if (signature.valid()) {
                        assertThat(signature.signer().orElseThrow().getPublicKey())
                                .isEqualTo(key.certificate().getPublicKey());
                    }
                }
            } catch (FormatException expected) {
                // reported
            }
        }
    }

    @Test
    void read_truncationsAndNoise() throws IOException {
        byte[] cms = new CmsSigner(key, SignedAttributes.PLAIN).signEnveloping(CONTENT);
        for (int length = 0; length < cms.length; length++) {
            byte[] cut = Arrays.copyOf(cms, length);
            assertThatThrownBy(() -> CmsSignedData.read(Arrays.copyOf(cut, cut.length)))
                    .isInstanceOf(FormatException.class);
        }
        Random random = new Random(5);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = cms.clone();
            for (int i = 0; i < 4; i++) {
                bytes[random.nextInt(round % 2 == 0 ? 64 : bytes.length)] = (byte) random.nextInt();
            }
            try {
                CmsSignedData.read(bytes).verify();
            } catch (FormatException expected) {
                // reported
            }
        }
    }

    @Test
    void read_deepNesting() {
        byte[] deep = new byte[2000];
        Arrays.fill(deep, (byte) 0x30);
        assertThatThrownBy(() -> CmsSignedData.read(deep)).isInstanceOf(FormatException.class);
        byte[] indefinite = new byte[2000];
        for (int i = 0; i < indefinite.length; i += 2) {
            indefinite[i] = 0x30;
            indefinite[i + 1] = (byte) 0x80;
        }
        assertThatThrownBy(() -> CmsSignedData.read(indefinite)).isInstanceOf(FormatException.class);
    }
}
