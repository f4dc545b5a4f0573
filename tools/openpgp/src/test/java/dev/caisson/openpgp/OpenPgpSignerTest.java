package dev.caisson.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OpenPgpSignerTest {
    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant SIGNED = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2025-06-01T00:00:00Z");
    private static final ByteSource DATA = ByteSource.of("data".getBytes(StandardCharsets.US_ASCII));

    private static LocalSigningKey rsa;

    @BeforeAll
    static void makeKey() throws IOException {
        rsa = Certificates.selfSigned(
                Certificates.generateRsa(2048, new SecureRandom()),
                new CertificateSpec(
                        "CN=Test",
                        BigInteger.ONE,
                        MADE,
                        MADE.plusSeconds(1_000_000_000),
                        CertificateSpec.Usage.CODE_SIGNING));
    }

    private static SignatureStatus check(
            OpenPgpSigner signer, ByteSource data, byte[] signature, VerificationPolicy policy) throws IOException {
        return new OpenPgpVerifier(Keyring.read(signer.certificate()), policy)
                .check(data, signature)
                .get(0)
                .status();
    }

    @Test
    void keyFromOutside_signsAndCertifiesItself() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.of(rsa, MADE, "Test <test@example.org>");
        byte[] signature = signer.sign(DATA, SIGNED);
        assertThat(signer.sign(DATA, SIGNED)).isEqualTo(signature);
        assertThat(OpenPgpSigner.of(rsa, MADE, "Test <test@example.org>").certificate())
                .isEqualTo(signer.certificate());
        assertThat(check(signer, DATA, signature, VerificationPolicy.at(NOW))).isEqualTo(SignatureStatus.GOOD);
        assertThat(check(signer, ByteSource.zeros(4), signature, VerificationPolicy.at(NOW)))
                .isEqualTo(SignatureStatus.BAD);
        assertThat(Keyring.read(signer.armoredCertificate().getBytes(StandardCharsets.US_ASCII))
                        .fingerprints())
                .containsExactly(signer.fingerprint());
        byte[] armored = OpenPgpSigner.armored(signature).getBytes(StandardCharsets.US_ASCII);
        assertThat(check(signer, DATA, armored, VerificationPolicy.at(NOW))).isEqualTo(SignatureStatus.GOOD);
    }

    @Test
    void dataOfAnySize_isSignedInPieces() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.of(rsa, MADE, "Test");
        byte[] random = new byte[200_001];
        new Random(1).nextBytes(random);
        for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 200_001}) {
            ByteSource data = ByteSource.of(random).slice(0, size);
            assertThat(check(signer, data, signer.sign(data, SIGNED), VerificationPolicy.at(NOW)))
                    .isEqualTo(SignatureStatus.GOOD);
        }
    }

    private static byte[] secretKey(SigningKey key, char[] passphrase) throws Exception {
        PGPSecretKey secret = new PGPSecretKey(
                key.pair().getPrivateKey(),
                key.pair().getPublicKey(),
                new BcPGPDigestCalculatorProvider().get(2),
                true,
                passphrase.length == 0
                        ? null
                        : new BcPBESecretKeyEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256).build(passphrase));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(secret.getEncoded());
        out.writeBytes(key.userId());
        out.writeBytes(
                key.selfSignature(SigningKey.SHA512, h -> h.setKeyFlags(true, SigningKey.SIGN | SigningKey.CERTIFY)));
        return out.toByteArray();
    }

    @Test
    void secretKeyFile_isRead() throws Exception {
        assertThat(PGPEncryptedData.AES_256).isEqualTo(SymmetricKeyAlgorithmTags.AES_256);
        for (char[] passphrase : List.of(new char[0], "secret".toCharArray())) {
            byte[] file = secretKey(SigningKey.ed25519(MADE), passphrase);
            OpenPgpSigner signer = OpenPgpSigner.read(file, passphrase);
            assertThat(signer.isRsa()).isFalse();
            assertThat(check(signer, DATA, signer.sign(DATA, SIGNED), VerificationPolicy.at(NOW)))
                    .isEqualTo(SignatureStatus.GOOD);
        }
        byte[] locked = secretKey(SigningKey.ed25519(MADE), "secret".toCharArray());
        assertThatThrownBy(() -> OpenPgpSigner.read(locked, "wrong".toCharArray()))
                .isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> OpenPgpSigner.read(SigningKey.ed25519(MADE).certificate(), new char[0]))
                .isInstanceOf(FormatException.class);
    }

    /** RFC 4880 §5.2.2: what rpm made of packages until about 2013. */
    @Test
    void v3Signature_countsWhereAllowed() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.of(rsa, MADE, "Test");
        ByteBuffer hashed = ByteBuffer.allocate(5).put((byte) 0).putInt((int) SIGNED.getEpochSecond());
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(DATA.readAll(100));
        message.writeBytes(hashed.array());
        byte[] number = rsa.sign(message.toByteArray());
        byte[] mpi = new BigInteger(1, number).toByteArray();
        int skip = mpi[0] == 0 ? 1 : 0;
        ByteBuffer body = ByteBuffer.allocate(1 + 1 + 5 + 8 + 2 + 2 + 2 + mpi.length - skip)
                .put((byte) 3)
                .put((byte) 5)
                .put(hashed.array())
                .putLong(Long.parseUnsignedLong(signer.fingerprint().substring(24), 16))
                .put((byte) 1)
                .put((byte) 8);
        byte[] digest = dev.caisson.bytes.DigestAlgorithm.SHA256
                .of(message.toByteArray())
                .bytes();
        body.put(digest, 0, 2).putShort((short) new BigInteger(1, number).bitLength());
        body.put(mpi, skip, mpi.length - skip);
        byte[] packet = new Packet(Packet.SIGNATURE, 0, body.array()).encoded();

        VerificationPolicy strict = VerificationPolicy.at(NOW);
        assertThat(check(signer, DATA, packet, strict)).isEqualTo(SignatureStatus.UNSUPPORTED);
        assertThat(check(signer, DATA, packet, strict.withLegacyForms())).isEqualTo(SignatureStatus.GOOD);
        assertThat(check(signer, ByteSource.zeros(4), packet, strict.withLegacyForms()))
                .isEqualTo(SignatureStatus.BAD);
        Instant before = SIGNED.minusSeconds(100_000);
        assertThat(check(signer, DATA, packet, VerificationPolicy.at(before).withLegacyForms()))
                .isEqualTo(SignatureStatus.WRONG_TIME);
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = packet.clone();
            damaged[6 + random.nextInt(damaged.length - 6)] = (byte) random.nextInt(256);
            if (!java.util.Arrays.equals(damaged, packet)) {
                List<SignatureCheck> checks = new OpenPgpVerifier(
                                Keyring.read(signer.certificate()), strict.withLegacyForms())
                        .check(DATA, damaged);
                // The two digest bytes are a hint that verifiers need not look at.
                assertThat(checks).hasSize(1);
            }
        }
    }

    @Test
    void sha1_countsWhereAllowed() throws Exception {
        SigningKey key = SigningKey.rsa(2048, MADE);
        byte[] signature = key.sign(DATA.readAll(100), SigningKey.SHA1, SIGNED);
        OpenPgpVerifier strict = new OpenPgpVerifier(
                Keyring.read(key.certificate()), VerificationPolicy.at(NOW).withLegacyForms());
        OpenPgpVerifier lax = new OpenPgpVerifier(
                Keyring.read(key.certificate()), VerificationPolicy.at(NOW).withWeakSignatures());
        assertThat(strict.check(DATA, signature).get(0).status()).isEqualTo(SignatureStatus.WEAK_DIGEST);
        assertThat(lax.check(DATA, signature).get(0).status()).isEqualTo(SignatureStatus.GOOD);
    }
}
