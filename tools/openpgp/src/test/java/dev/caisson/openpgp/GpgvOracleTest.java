package dev.caisson.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gpgv must agree about our signatures, and we about GnuPG's. */
@Tag("oracle")
class GpgvOracleTest {
    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private static void need(String tool, String debianPackage) {
        boolean present = List.of("/usr/bin/", "/bin/", "/usr/local/bin/").stream()
                .anyMatch(dir -> Files.isExecutable(Path.of(dir + tool)));
        if (!present && (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES")))) {
            throw new AssertionError(tool + " is missing: install the Debian package " + debianPackage);
        }
        assumeTrue(present, tool + " is missing: install the Debian package " + debianPackage);
    }

    private int run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GNUPGHOME", folder.toString());
        builder.redirectOutput(folder.resolve("output").toFile());
        return builder.start().waitFor();
    }

    @Test
    void cleartextMessagesAgree() throws Exception {
        need("gpgv", "gpgv");
        SigningKey key = SigningKey.ed25519(MADE);
        Path keyring = Files.write(folder.resolve("keyring.gpg"), key.certificate());
        OpenPgpVerifier verifier = new OpenPgpVerifier(
                Keyring.read(key.certificate()), VerificationPolicy.at(Instant.parse("2026-01-01T00:00:00Z")));
        Random random = new Random(11);
        String base = key.clearsign("Origin: x\n-a\n\n - b\nend\n", SigningKey.SHA512, MADE.plusSeconds(5));
        List<String> messages =
                new ArrayList<>(List.of(base, base.replace("\n", "\r\n"), base.replace("end", "end  ")));
        for (int i = 0; i < 25; i++) {
            StringBuilder noisy = new StringBuilder(base);
            noisy.setCharAt(50 + random.nextInt(60), (char) (32 + random.nextInt(90)));
            messages.add(noisy.toString());
        }
        for (String message : messages) {
            boolean ours;
            try {
                verifier.verifyCleartext(ClearSignedMessage.parse(message.getBytes(StandardCharsets.UTF_8)));
                ours = true;
            } catch (IOException e) {
                ours = false;
            }
            Path file = Files.writeString(folder.resolve("message"), message);
            boolean theirs = run("gpgv", "--keyring", keyring.toString(), file.toString()) == 0;
            // Being stricter (headers, text outside) is allowed; being laxer is not.
            if (ours) {
                assertThat(theirs).as(message).isTrue();
            }
            if (message.equals(base)) {
                assertThat(ours && theirs).isTrue();
            }
        }
    }

    @Test
    void gnupgSignaturesVerify() throws Exception {
        need("gpg", "gpg");
        need("gpg-agent", "gpg-agent");
        List<String> algorithms = List.of("rsa2048", "ed25519", "nistp256");
        for (String algorithm : algorithms) {
            String user = algorithm + "@example.org";
            int made = run(
                    "gpg", "--batch", "--passphrase", "", "--quick-generate-key", user, algorithm, "cert,sign", "1d");
            assertThat(made).as(Files.readString(folder.resolve("output"))).isZero();
        }
        assertThat(run("gpg", "--batch", "--output", folder.resolve("keys").toString(), "--export"))
                .isZero();
        Path data = Files.writeString(folder.resolve("data"), "- one\nSuite: x \n\ntwo\n");
        Keyring keyring = Keyring.read(Files.readAllBytes(folder.resolve("keys")));
        assertThat(keyring.fingerprints()).hasSize(3);
        OpenPgpVerifier verifier = new OpenPgpVerifier(keyring, VerificationPolicy.at(Instant.now()));
        for (String algorithm : algorithms) {
            String user = algorithm + "@example.org";
            for (String mode : List.of("--clearsign", "--detach-sign")) {
                Path out = folder.resolve(algorithm + mode);
                assertThat(run("gpg", "--batch", "-u", user, "--output", out.toString(), mode, data.toString()))
                        .isZero();
                byte[] bytes = Files.readAllBytes(out);
                SignatureReport report = mode.equals("--clearsign")
                        ? verifier.verifyCleartext(ClearSignedMessage.parse(bytes))
                        : verifier.verifyDetached(Files.readAllBytes(data), bytes);
                assertThat(report.good()).hasSize(1);
            }
        }
        run("gpgconf", "--kill", "all");
    }
}
