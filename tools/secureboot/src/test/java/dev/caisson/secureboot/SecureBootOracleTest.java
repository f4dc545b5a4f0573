package dev.caisson.secureboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.pe.PeImage;
import dev.caisson.signing.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jsign.pe.PEFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("oracle")
class SecureBootOracleTest {
    private static final SecureBootKeys KEYS = TestKeys.KEYS;
    private static final List<X509Certificate> DB = List.of(KEYS.database().certificate());

    private static List<PeImage> images() throws IOException {
        byte[] odd = Arrays.copyOf(SyntheticPe.stub257(), SyntheticPe.stub257().length + 3);
        List<PeImage> images = new ArrayList<>(
                List.of(PeImage.read(SyntheticPe.stub252()), PeImage.read(SyntheticPe.stub257()), PeImage.read(odd)));
        if (NativeTool.stub().isPresent()) {
            images.add(PeImage.read(Files.readAllBytes(NativeTool.stub().get())));
        }
        return images;
    }

    private static void writeKeys(Path folder) throws IOException {
        Files.write(folder.resolve("db.crt"), Pem.write(KEYS.database().certificate()));
        Files.write(folder.resolve("PK.crt"), Pem.write(KEYS.platformKey().certificate()));
        Files.write(folder.resolve("db.key"), KEYS.database().privateKeyPem());
    }

    @Test
    void sbverify_acceptsOurs(@TempDir Path folder) throws IOException {
        NativeTool sbverify = NativeTool.find("sbverify", "sbsigntool");
        writeKeys(folder);
        for (PeImage image : images()) {
            PeImage twice =
                    AuthenticodeSigner.sign(AuthenticodeSigner.sign(image, KEYS.database()), KEYS.platformKey());
            Files.write(folder.resolve("x.efi"), AuthenticodeTest.bytes(twice));

            assertThat(sbverify.run(folder, "--cert", "db.crt", "x.efi").output())
                    .contains("verification OK");
            assertThat(sbverify.run(folder, "--cert", "PK.crt", "x.efi").output())
                    .contains("verification OK");
            assertThat(sbverify.run(folder, "--list", "x.efi").output())
                    .contains("signature 2", "/CN=Test Database", "/CN=Test Platform Key");
        }
    }

    @Test
    void weAcceptWhatSbsignSigned(@TempDir Path folder) throws IOException {
        NativeTool sbsign = NativeTool.find("sbsign", "sbsigntool");
        writeKeys(folder);
        for (PeImage image : images()) {
            Files.write(folder.resolve("x.efi"), AuthenticodeTest.bytes(image));
            sbsign.run(folder, "--key", "db.key", "--cert", "db.crt", "--output", "y.efi", "x.efi");

            PeImage signed = PeImage.read(Files.readAllBytes(folder.resolve("y.efi")));
            assertThat(AuthenticodeVerifier.verify(signed, DB).accepted()).isTrue();
            PeImage both = AuthenticodeSigner.sign(signed, KEYS.platformKey());
            assertThat(AuthenticodeVerifier.verify(both, DB).signatures()).hasSize(2);
            assertThat(AuthenticodeVerifier.verify(both, DB).accepted()).isTrue();
        }
    }

    @Test
    void osslsigncode_acceptsOurs(@TempDir Path folder) throws IOException {
        NativeTool osslsigncode = NativeTool.find("osslsigncode", "osslsigncode");
        writeKeys(folder);
        for (PeImage image : images()) {
            Files.write(
                    folder.resolve("x.efi"), AuthenticodeTest.bytes(AuthenticodeSigner.sign(image, KEYS.database())));
            NativeTool.Result result =
                    osslsigncode.run(folder, "verify", "-CAfile", "db.crt", "-time", "1790000000", "-in", "x.efi");
            assertThat(result.output()).contains("Signature verification: ok");
            // Prints both when they differ.
            assertThat(result.output()).doesNotContain("MISMATCH");
        }
    }

    @Test
    void jsign_agreesBothWays(@TempDir Path folder) throws Exception {
        PrivateKey key = Pem.readPrivateKey(KEYS.database().privateKeyPem());
        for (PeImage image : images()) {
            PeImage ours = AuthenticodeSigner.sign(image, KEYS.database());
            Path file = folder.resolve("x.efi");
            Files.write(file, AuthenticodeTest.bytes(ours));
            try (PEFile pe = new PEFile(file.toFile())) {
                assertThat(pe.computeDigest(net.jsign.DigestAlgorithm.SHA256))
                        .isEqualTo(AuthenticodeDigest.of(ours, DigestAlgorithm.SHA256)
                                .bytes());
                assertThat(pe.getSignatures()).hasSize(1);
            }
            Files.write(file, AuthenticodeTest.bytes(image));
            try (PEFile pe = new PEFile(file.toFile())) {
                new net.jsign.AuthenticodeSigner(new X509Certificate[] {DB.get(0)}, key)
                        .withTimestamping(false)
                        .sign(pe);
            }
            PeImage theirs = PeImage.read(Files.readAllBytes(file));
            assertThat(AuthenticodeVerifier.verify(theirs, DB).accepted()).isTrue();
            assertThat(theirs.computeCheckSum())
                    .isEqualTo(theirs.optionalHeader().checkSum());
        }
    }

    @Test
    void ovmf_emptyStoreIsThatOfThePackage() throws IOException {
        Path file = NativeTool.file("/usr/share/OVMF/OVMF_VARS_4M.fd", "ovmf");
        byte[] template = Files.readAllBytes(file);

        assertThat(VariableStore.read(ByteSource.of(template)).variables()).isEmpty();
        assertThat(written(VariableStore.emptyOvmf4m(), template.length)).isEqualTo(template);
    }

    @Test
    void aavmf_emptyStoreIsThatOfThePackageWithoutItsVariables() throws IOException {
        Path file = NativeTool.file("/usr/share/AAVMF/AAVMF_VARS.snakeoil.fd", "qemu-efi-aarch64");
        try (FileSource flash = FileSource.open(file)) {
            VariableStore store = VariableStore.read(flash);
            assertThat(store.variable("PK", SecureBootVariable.GLOBAL)).isPresent();
            byte[] theirs = written(store.withOnly(List.of()), 0xc0000);
            assertThat(Arrays.mismatch(written(VariableStore.emptyAavmf(), 0xc0000), theirs))
                    .isEqualTo(-1);
            assertThat(store.size()).isEqualTo(VariableStore.emptyAavmf().size());
        }
    }

    private static byte[] written(VariableStore store, int length) throws IOException {
        dev.caisson.bytes.ArraySink sink = new dev.caisson.bytes.ArraySink((int) store.size());
        store.writeTo(sink);
        return Arrays.copyOf(sink.toByteArray(), length);
    }
}
