package dev.caisson.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.Test;

class OpenPgpVerifierTest {
    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant SIGNED = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2025-06-01T00:00:00Z");
    private static final byte[] DATA = "Origin: Test\nSuite: x\n".getBytes(StandardCharsets.UTF_8);

    private final SigningKey key = SigningKey.ed25519(MADE);

    private static SignatureStatus status(byte[] keyring, byte[] signature) throws Exception {
        return status(keyring, signature, VerificationPolicy.at(NOW));
    }

    private static SignatureStatus status(byte[] keyring, byte[] signature, VerificationPolicy policy)
            throws Exception {
        try {
            return new OpenPgpVerifier(Keyring.read(keyring), policy)
                    .verifyDetached(DATA, signature)
                    .signatures()
                    .get(0)
                    .status();
        } catch (OpenPgpVerificationException e) {
            return e.kind();
        }
    }

    @Test
    void goodSignatureIsReportedWithItsFacts() throws Exception {
        SignatureReport report = new OpenPgpVerifier(Keyring.read(key.certificate()), VerificationPolicy.at(NOW))
                .verifyDetached(DATA, key.sign(DATA, SigningKey.SHA512, SIGNED));
        assertThat(report.good()).hasSize(1);
        SignatureCheck check = report.good().get(0);
        assertThat(check.fingerprint()).contains(key.fingerprint());
        assertThat(check.primaryFingerprint()).contains(key.fingerprint());
        assertThat(check.keyId()).isEqualTo(key.fingerprint().substring(24));
        assertThat(check.created()).isEqualTo(SIGNED);
        assertThat(check.digestName()).isEqualTo("SHA512");
    }

    @Test
    void armoredKeyringsAndSignaturesAreTheSame() throws Exception {
        byte[] keyring = ("a comment\n" + SigningKey.armor("PUBLIC KEY BLOCK", key.certificate()))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] signature = SigningKey.armor("SIGNATURE", key.sign(DATA, SigningKey.SHA256, SIGNED))
                .getBytes(StandardCharsets.US_ASCII);
        assertThat(status(keyring, signature)).isEqualTo(SignatureStatus.GOOD);
    }

    @Test
    void everyBitOfDataAndSignatureCounts() throws Exception {
        OpenPgpVerifier verifier = new OpenPgpVerifier(Keyring.read(key.certificate()), VerificationPolicy.at(NOW));
        byte[] signature = key.sign(DATA, SigningKey.SHA256, SIGNED);
        for (int bit = 0; bit < DATA.length * 8; bit++) {
            byte[] wrong = DATA.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            OpenPgpVerificationException e = catchThrowableOfType(
                    OpenPgpVerificationException.class, () -> verifier.verifyDetached(wrong, signature));
            assertThat(e.kind()).isEqualTo(SignatureStatus.BAD);
        }
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] wrong = signature.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                SignatureCheck check =
                        verifier.verifyDetached(DATA, wrong).good().get(0);
                // The unhashed area is not covered, nor are the 16 check bits, nor the form of the header.
                assertThat(check.created()).isEqualTo(SIGNED);
                assertThat(check.fingerprint()).contains(key.fingerprint());
            } catch (OpenPgpVerificationException | FormatException expected) {
                assertThat(expected).isNotNull();
            }
        }
        for (int length = 0; length < signature.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(signature, length);
            assertThatThrownBy(() -> verifier.verifyDetached(DATA, cut))
                    .isInstanceOfAny(FormatException.class, OpenPgpVerificationException.class);
        }
    }

    @Test
    void oneGoodSignatureAmongUnknownOnesIsEnough() throws Exception {
        byte[] unknown = SigningKey.ed25519(MADE).sign(DATA, SigningKey.SHA512, SIGNED);
        byte[] good = key.sign(DATA, SigningKey.SHA512, SIGNED);
        SignatureReport report = new OpenPgpVerifier(Keyring.read(key.certificate()), VerificationPolicy.at(NOW))
                .verifyDetached(DATA, SigningKey.join(List.of(unknown, good)));
        assertThat(report.signatures())
                .extracting(SignatureCheck::status)
                .containsExactly(SignatureStatus.UNKNOWN_KEY, SignatureStatus.GOOD);
    }

    @Test
    void unknownKeyNamesItsFingerprintOrId() throws Exception {
        SigningKey other = SigningKey.ed25519(MADE);
        OpenPgpVerifier verifier = new OpenPgpVerifier(Keyring.read(key.certificate()), VerificationPolicy.at(NOW));
        byte[] signature = other.sign(DATA, SigningKey.SHA512, SIGNED);
        OpenPgpVerificationException e = catchThrowableOfType(
                OpenPgpVerificationException.class, () -> verifier.verifyDetached(DATA, signature));
        assertThat(e.kind()).isEqualTo(SignatureStatus.UNKNOWN_KEY);
        assertThat(e.fingerprints()).containsExactly(other.fingerprint().substring(24));
    }

    @Test
    void weakDigestsAreRefused() throws Exception {
        assertThat(status(key.certificate(), key.sign(DATA, SigningKey.SHA1, SIGNED)))
                .isEqualTo(SignatureStatus.WEAK_DIGEST);
    }

    @Test
    void weakSelfSignaturesNeedTheOverride() throws Exception {
        byte[] certificate = key.certificate(SigningKey.SHA1, h -> h.setKeyFlags(true, SigningKey.SIGN));
        byte[] signature = key.sign(DATA, SigningKey.SHA512, SIGNED);
        assertThat(status(certificate, signature)).isEqualTo(SignatureStatus.UNBOUND_KEY);
        assertThat(status(certificate, signature, VerificationPolicy.at(NOW).withWeakSelfSignatures()))
                .isEqualTo(SignatureStatus.GOOD);
    }

    @Test
    void expiryIsJudgedAtTheGivenTime() throws Exception {
        long life = NOW.getEpochSecond() - MADE.getEpochSecond();
        byte[] certificate = key.certificate(SigningKey.SHA512, h -> {
            h.setKeyFlags(true, SigningKey.SIGN);
            h.setKeyExpirationTime(true, life);
        });
        byte[] signature = key.sign(DATA, SigningKey.SHA512, SIGNED);
        assertThat(status(certificate, signature)).isEqualTo(SignatureStatus.EXPIRED_KEY);
        assertThat(status(certificate, signature, VerificationPolicy.at(NOW.minusSeconds(1))))
                .isEqualTo(SignatureStatus.GOOD);
        byte[] shortLived = key.sign(
                DATA,
                PGPSignature.BINARY_DOCUMENT,
                SigningKey.SHA512,
                SIGNED,
                h -> h.setSignatureExpirationTime(true, 60));
        assertThat(status(key.certificate(), shortLived)).isEqualTo(SignatureStatus.EXPIRED_SIGNATURE);
        assertThat(status(key.certificate(), shortLived, VerificationPolicy.at(SIGNED.plusSeconds(59))))
                .isEqualTo(SignatureStatus.GOOD);
    }

    @Test
    void impossibleTimesAreRefused() throws Exception {
        assertThat(status(key.certificate(), key.sign(DATA, SigningKey.SHA512, MADE.minusSeconds(1))))
                .isEqualTo(SignatureStatus.WRONG_TIME);
        assertThat(status(key.certificate(), key.sign(DATA, SigningKey.SHA512, NOW.plusSeconds(100_000))))
                .isEqualTo(SignatureStatus.WRONG_TIME);
        assertThat(status(key.certificate(), key.sign(DATA, SigningKey.SHA512, NOW.plusSeconds(600))))
                .isEqualTo(SignatureStatus.GOOD);
    }

    @Test
    void revocationsCount() throws Exception {
        byte[] signature = key.sign(DATA, SigningKey.SHA512, SIGNED);
        byte[] rest = SigningKey.join(List.of(
                key.userId(), key.selfSignature(SigningKey.SHA512, h -> h.setKeyFlags(true, SigningKey.SIGN))));
        Instant later = NOW.plusSeconds(1_000_000);
        assertThat(status(SigningKey.join(List.of(key.publicKey(), key.revocation(SIGNED, false), rest)), signature))
                .isEqualTo(SignatureStatus.REVOKED_KEY);
        assertThat(status(SigningKey.join(List.of(key.publicKey(), key.revocation(later, false), rest)), signature))
                .isEqualTo(SignatureStatus.GOOD);
        assertThat(status(SigningKey.join(List.of(key.publicKey(), key.revocation(later, true), rest)), signature))
                .isEqualTo(SignatureStatus.REVOKED_KEY);
    }

    @Test
    void aRevocationBySomebodyElseDoesNotCount() throws Exception {
        SigningKey other = SigningKey.ed25519(MADE);
        byte[] keyring = SigningKey.join(List.of(
                key.publicKey(),
                other.revocation(SIGNED, true),
                key.userId(),
                key.selfSignature(SigningKey.SHA512, h -> h.setKeyFlags(true, SigningKey.SIGN))));
        assertThat(status(keyring, key.sign(DATA, SigningKey.SHA512, SIGNED))).isEqualTo(SignatureStatus.GOOD);
    }

    @Test
    void flagsAndBindingsCount() throws Exception {
        byte[] signature = key.sign(DATA, SigningKey.SHA512, SIGNED);
        byte[] certifyOnly = key.certificate(SigningKey.SHA512, h -> h.setKeyFlags(true, SigningKey.CERTIFY));
        assertThat(status(certifyOnly, signature)).isEqualTo(SignatureStatus.NOT_A_SIGNING_KEY);
        assertThat(status(key.publicKey(), signature)).isEqualTo(SignatureStatus.UNBOUND_KEY);
        byte[] foreign = SigningKey.join(List.of(
                key.publicKey(),
                key.userId(),
                SigningKey.ed25519(MADE).selfSignature(SigningKey.SHA512, h -> h.setKeyFlags(true, SigningKey.SIGN))));
        assertThat(status(foreign, signature)).isEqualTo(SignatureStatus.UNBOUND_KEY);
    }

    @Test
    void subkeysNeedFlagBindingAndBackSignature() throws Exception {
        SigningKey subkey = SigningKey.ed25519(MADE);
        byte[] signature = subkey.sign(DATA, SigningKey.SHA512, SIGNED);
        byte[] primary = key.certificate(SigningKey.SHA512, h -> h.setKeyFlags(true, SigningKey.CERTIFY));
        byte[] good = key.binding(subkey, SigningKey.SIGN, true, h -> {});
        assertThat(status(SigningKey.join(List.of(primary, good)), signature)).isEqualTo(SignatureStatus.GOOD);
        assertThat(status(
                        SigningKey.join(List.of(primary, key.binding(subkey, SigningKey.SIGN, false, h -> {}))),
                        signature))
                .isEqualTo(SignatureStatus.UNBOUND_KEY);
        assertThat(status(SigningKey.join(List.of(primary, key.binding(subkey, 4, true, h -> {}))), signature))
                .isEqualTo(SignatureStatus.NOT_A_SIGNING_KEY);
        byte[] expired = key.binding(subkey, SigningKey.SIGN, true, h -> h.setKeyExpirationTime(true, 60));
        assertThat(status(SigningKey.join(List.of(primary, expired)), signature))
                .isEqualTo(SignatureStatus.EXPIRED_KEY);
        byte[] revoked = SigningKey.join(List.of(primary, good, key.subkeyRevocation(subkey, SIGNED)));
        assertThat(status(revoked, signature)).isEqualTo(SignatureStatus.REVOKED_KEY);
        byte[] stolen = SigningKey.ed25519(MADE).binding(subkey, SigningKey.SIGN, true, h -> {});
        assertThat(status(SigningKey.join(List.of(primary, stolen)), signature)).isEqualTo(SignatureStatus.UNBOUND_KEY);
    }

    @Test
    void criticalNotationsThatNobodyUnderstandsAreRefused() throws Exception {
        byte[] signature = key.sign(
                DATA,
                PGPSignature.BINARY_DOCUMENT,
                SigningKey.SHA512,
                SIGNED,
                h -> h.addNotationData(true, true, "x@example.org", "y"));
        assertThat(status(key.certificate(), signature)).isEqualTo(SignatureStatus.UNSUPPORTED);
    }

    @Test
    void rsaVerifiesAndShortRsaDoesNot() throws Exception {
        SigningKey rsa = SigningKey.rsa(2048, MADE);
        assertThat(status(rsa.certificate(), rsa.sign(DATA, SigningKey.SHA256, SIGNED)))
                .isEqualTo(SignatureStatus.GOOD);
        SigningKey weak = SigningKey.rsa(1024, MADE);
        assertThat(status(weak.certificate(), weak.sign(DATA, SigningKey.SHA256, SIGNED)))
                .isEqualTo(SignatureStatus.WEAK_KEY);
    }

    @Test
    void damagedKeyringsNeverThrowAnythingElse() throws Exception {
        byte[] keyring = SigningKey.join(
                List.of(key.certificate(), key.binding(SigningKey.ed25519(MADE), SigningKey.SIGN, true, h -> {})));
        byte[] signature = key.sign(DATA, SigningKey.SHA512, SIGNED);
        for (int bit = 0; bit < keyring.length * 8; bit++) {
            byte[] wrong = keyring.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            tryAll(wrong, signature);
        }
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] wrong = keyring.clone();
            for (int j = random.nextInt(6); j >= 0; j--) {
                wrong[random.nextInt(wrong.length)] = (byte) random.nextInt(256);
            }
            tryAll(java.util.Arrays.copyOf(wrong, random.nextInt(wrong.length + 1)), signature);
        }
    }

    private static void tryAll(byte[] keyring, byte[] signature) throws Exception {
        try {
            status(keyring, signature);
        } catch (FormatException expected) {
            assertThat(expected.structure()).isNotEmpty();
        }
    }

    @Test
    void secretKeysAndKeyboxesAreRefusedWithTheReason() {
        byte[] secret = {(byte) 0x95, 0, 1, 4};
        assertThatThrownBy(() -> Keyring.read(secret)).hasMessageContaining("secret key");
        byte[] keybox = "\0\0\0 \1\1\0\2KBXf".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Keyring.read(keybox)).hasMessageContaining("gpg --export");
    }

    @Test
    void absurdLengthsAreRefusedBeforeAllocation() {
        byte[] huge = {(byte) 0xc6, (byte) 0xff, 0x7f, 0, 0, 0, 4};
        assertThatThrownBy(() -> Keyring.read(huge)).isInstanceOf(FormatException.class);
        byte[] partial = {(byte) 0xc6, (byte) 0xe1, 4, 0};
        assertThatThrownBy(() -> Keyring.read(partial)).isInstanceOf(FormatException.class);
    }
}
