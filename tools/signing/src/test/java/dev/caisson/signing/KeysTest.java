package dev.caisson.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    private static KeyPair pair;
    private static LocalSigningKey key;

    @BeforeAll
    static void makeKeys() throws IOException {
        pair = Certificates.generateRsa(2048, new SecureRandom());
        key = Certificates.selfSigned(pair, TestKeys.spec("CN=Root", 5, CertificateSpec.Usage.AUTHORITY));
    }

    @Test
    void sign_isPkcs1AndDeterministic() throws IOException, GeneralSecurityException {
        byte[] message = "message".getBytes(StandardCharsets.UTF_8);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(message);

        assertThat(key.sign(message)).isEqualTo(signature.sign()).isEqualTo(key.sign(message));
    }

    @Test
    void selfSigned_saysWhatWasAsked() throws IOException {
        X509Certificate certificate = key.certificate();

        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=Root");
        assertThat(certificate.getSerialNumber()).isEqualTo(BigInteger.valueOf(5));
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(TestKeys.FROM);
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(TestKeys.TO);
        assertThat(certificate.getBasicConstraints()).isGreaterThanOrEqualTo(0);
        assertThat(Certificates.selfSigned(pair, TestKeys.spec("CN=Root", 5, CertificateSpec.Usage.AUTHORITY))
                        .certificate())
                .isEqualTo(certificate);
    }

    @Test
    void path_followsIssuers() throws IOException {
        LocalSigningKey leaf = TestKeys.issued(key, "CN=Leaf");
        LocalSigningKey other = TestKeys.authority("CN=Root");

        assertThat(leaf.certificates()).hasSize(2);
        assertThat(Certificates.path(leaf.certificate(), List.of(), List.of(key.certificate())))
                .hasValue(leaf.certificates());
        assertThat(Certificates.path(leaf.certificate(), leaf.certificates(), List.of(leaf.certificate())))
                .hasValue(List.of(leaf.certificate()));
        assertThat(Certificates.path(leaf.certificate(), leaf.certificates(), List.of(other.certificate())))
                .isEmpty();
        LocalSigningKey byLeaf = TestKeys.issued(leaf, "CN=Not allowed");
        assertThat(Certificates.path(byLeaf.certificate(), byLeaf.certificates(), List.of(key.certificate())))
                .isEmpty();
    }

    @Test
    void pem_roundTrip() throws IOException {
        LocalSigningKey leaf = TestKeys.issued(key, "CN=Leaf");
        ByteArrayOutputStream certificates = new ByteArrayOutputStream();
        for (X509Certificate certificate : leaf.certificates()) {
            certificates.writeBytes(Pem.write(certificate));
        }

        assertThat(Pem.readCertificates(certificates.toByteArray())).isEqualTo(leaf.certificates());
        assertThat(Pem.readPrivateKey(Pem.write(pair.getPrivate()))).isEqualTo(pair.getPrivate());
        LocalSigningKey loaded = LocalSigningKey.ofPem(Pem.write(pair.getPrivate()), Pem.write(key.certificate()));
        assertThat(loaded.sign(new byte[3])).isEqualTo(key.sign(new byte[3]));
        assertThatThrownBy(() -> LocalSigningKey.ofPem(Pem.write(pair.getPrivate()), certificates.toByteArray()))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void pem_badText() {
        for (String bad : List.of(
                "-----BEGIN CERTIFICATE-----\nAAAA\n",
                "-----BEGIN CERTIFICATE-----\nA?AA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN A-----\n-----BEGIN B-----\n",
                "-----BEGIN -----\n",
                "-----BEGIN ----",
                "")) {
            assertThatThrownBy(() -> Pem.readCertificates(bad.getBytes(StandardCharsets.US_ASCII)))
                    .isInstanceOf(FormatException.class);
        }
        byte[] encrypted = Pem.write("ENCRYPTED PRIVATE KEY", new byte[20]);
        assertThatThrownBy(() -> Pem.readPrivateKey(encrypted)).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void pkcs12_loaded() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = "secret".toCharArray();
        store.setKeyEntry("db", pair.getPrivate(), password, new Certificate[] {key.certificate()});
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, password);

        assertThat(LocalSigningKey.ofPkcs12(out.toByteArray(), password, null).sign(new byte[1]))
                .isEqualTo(key.sign(new byte[1]));
        assertThat(LocalSigningKey.ofPkcs12(out.toByteArray(), password, "db").certificates())
                .isEqualTo(key.certificates());
        assertThatThrownBy(() -> LocalSigningKey.ofPkcs12(out.toByteArray(), "wrong".toCharArray(), null))
                .isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> LocalSigningKey.ofPkcs12(out.toByteArray(), password, "nobody"))
                .isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> LocalSigningKey.ofPkcs12(new byte[100], password, null))
                .isInstanceOf(NotThisFormatException.class);
    }

    @Test
    void certificate_hostileBytes() throws IOException {
        byte[] der = Pem.der(key.certificate());
        Random random = new Random(1);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = Arrays.copyOf(der, round % 10 == 0 ? random.nextInt(der.length) : der.length);
            for (int i = 0; i < 3 && bytes.length > 0; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Certificates.read(bytes);
            } catch (FormatException expected) {
                // reported
            }
        }
    }

    @Test
    void privateFile_ownerOnly(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("db.key");
        PrivateFile.create(file, new byte[] {1});

        assertThat(Files.readAllBytes(file)).containsExactly(1);
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThatThrownBy(() -> PrivateFile.create(file, new byte[0])).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void arguments_areChecked() {
        assertThatThrownBy(() -> Certificates.generateRsa(1024, new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TestKeys.spec("CN=x", 0, CertificateSpec.Usage.AUTHORITY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
