package dev.caisson.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("oracle")
class OpensslOracleTest {
    private static final byte[] CONTENT = "content\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void openssl_verifiesWhatWeSign(@TempDir Path folder) throws IOException {
        NativeTool openssl = NativeTool.find("openssl", "openssl");
        LocalSigningKey root = TestKeys.authority("CN=Root");
        LocalSigningKey leaf = TestKeys.issued(root, "CN=Leaf");
        Files.write(folder.resolve("root.crt"), Pem.write(root.certificate()));
        Files.write(folder.resolve("leaf.crt"), Pem.write(leaf.certificate()));
        Files.write(folder.resolve("leaf.key"), leaf.privateKeyPem());
        Files.write(folder.resolve("content"), CONTENT);

        assertThat(openssl.run(folder, "verify", "-no_check_time", "-CAfile", "root.crt", "leaf.crt")
                        .output())
                .contains("leaf.crt: OK");
        assertThat(openssl.run(folder, "rsa", "-in", "leaf.key", "-check", "-noout")
                        .output())
                .contains("RSA key ok");
        for (SignedAttributes attributes :
                List.of(SignedAttributes.NONE, SignedAttributes.PLAIN, SignedAttributes.PLAIN.at(TestKeys.FROM))) {
            CmsSigner signer = new CmsSigner(leaf, attributes);
            Files.write(folder.resolve("detached"), signer.signDetached(CONTENT));
            Files.write(folder.resolve("enveloping"), signer.signEnveloping(CONTENT));
            String[] common = {
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-no_check_time",
                "-purpose",
                "any",
                "-CAfile",
                "root.crt",
                "-out",
                "out",
                "-in"
            };
            assertThat(openssl.run(folder, with(common, "detached", "-content", "content"))
                            .output())
                    .containsIgnoringCase("Verification successful");
            assertThat(openssl.run(folder, with(common, "enveloping")).output())
                    .containsIgnoringCase("Verification successful");
            assertThat(Files.readAllBytes(folder.resolve("out"))).isEqualTo(CONTENT);
        }
    }

    private static String[] with(String[] first, String... more) {
        List<String> all = new java.util.ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void weVerifyWhatOpensslSigns(@TempDir Path folder) throws IOException {
        NativeTool openssl = NativeTool.find("openssl", "openssl");
        Files.write(folder.resolve("content"), CONTENT);
        for (String[] kind : List.of(
                new String[] {"rsa:2048", "sha256"}, new String[] {"rsa:2048", "sha512"}, new String[] {"ec", "sha384"
                })) {
            List<String> request = new java.util.ArrayList<>(List.of(
                    "req", "-x509", "-newkey", kind[0], "-nodes", "-keyout", "k", "-out", "c", "-subj", "/CN=O"));
            if (kind[0].equals("ec")) {
                request.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256"));
            }
            assertThat(openssl.run(folder, request.toArray(String[]::new)).status())
                    .isZero();
            openssl.run(
                    folder,
                    "cms",
                    "-sign",
                    "-binary",
                    "-md",
                    kind[1],
                    "-in",
                    "content",
                    "-signer",
                    "c",
                    "-inkey",
                    "k",
                    "-outform",
                    "DER",
                    "-out",
                    "s");

            CmsSignedData data = CmsSignedData.read(Files.readAllBytes(folder.resolve("s")));
            assertThat(data.verify(CONTENT))
                    .as("%s %s", kind[0], kind[1])
                    .allMatch(CmsSignature::valid)
                    .hasSize(1);
            assertThat(data.verify(new byte[2])).noneMatch(CmsSignature::valid);
            assertThat(data.certificates()).isEqualTo(Pem.readCertificates(Files.readAllBytes(folder.resolve("c"))));
        }
    }

    @Test
    void weReadKeysOfOpenssl(@TempDir Path folder) throws IOException {
        NativeTool openssl = NativeTool.find("openssl", "openssl");
        openssl.run(
                folder,
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "k8",
                "-out",
                "c",
                "-subj",
                "/CN=O");
        openssl.run(folder, "rsa", "-in", "k8", "-traditional", "-out", "k1");
        openssl.run(folder, "pkcs12", "-export", "-inkey", "k8", "-in", "c", "-out", "p12", "-passout", "pass:secret");
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        byte[] certificate = Files.readAllBytes(folder.resolve("c"));
        LocalSigningKey pkcs8 = LocalSigningKey.ofPem(Files.readAllBytes(folder.resolve("k8")), certificate);
        expected.writeBytes(pkcs8.sign(CONTENT));

        assertThat(new String(Files.readAllBytes(folder.resolve("k1")), StandardCharsets.US_ASCII))
                .contains("BEGIN RSA PRIVATE KEY");
        assertThat(LocalSigningKey.ofPem(Files.readAllBytes(folder.resolve("k1")), certificate)
                        .sign(CONTENT))
                .isEqualTo(expected.toByteArray());
        assertThat(LocalSigningKey.ofPkcs12(Files.readAllBytes(folder.resolve("p12")), "secret".toCharArray(), null)
                        .sign(CONTENT))
                .isEqualTo(expected.toByteArray());
    }
}
