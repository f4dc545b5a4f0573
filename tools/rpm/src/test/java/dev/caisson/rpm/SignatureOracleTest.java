package dev.caisson.rpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.compression.Codec;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpSigner;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.SignatureStatus;
import dev.caisson.openpgp.VerificationPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages signed by rpmsign with keys of GnuPG, and packages that we sign, judged by rpmkeys. */
@Tag("oracle")
class SignatureOracleTest {
    @TempDir
    static Path folder;

    private static Path home;

    @BeforeAll
    static void home() throws Exception {
        Oracle.require("rpmsign", "rpm");
        Oracle.require("gpg", "gnupg");
        // Sockets of the agent need a short path.
        home = Files.createTempDirectory(
                Path.of("/tmp"),
                "g",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @AfterAll
    static void stopAgent() throws Exception {
        if (home != null) {
            Oracle.run(folder, "gpgconf", "--homedir", home.toString(), "--kill", "all");
            Oracle.run(folder, "rm", "-rf", home.toString());
        }
    }

    private static String gpg(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of("gpg", "--homedir", home.toString(), "--batch", "--quiet", "--passphrase", ""));
        command.addAll(List.of(arguments));
        return Oracle.run(folder, command.toArray(String[]::new));
    }

    private static byte[] export(String name) throws Exception {
        Path file = folder.resolve(name + ".gpg");
        Files.deleteIfExists(file);
        gpg("--output", file.toString(), "--export", name);
        return Files.readAllBytes(file);
    }

    private static Path signed(String name, boolean payload) throws Exception {
        Path file = Files.write(folder.resolve(name + ".rpm"), Samples.write(Samples.small(), Codec.ZSTD));
        List<String> command = new java.util.ArrayList<>(List.of(
                "rpmsign",
                "--define",
                "_gpg_name " + name,
                "--define",
                "_gpg_path " + home,
                "--define",
                "__gpg /usr/bin/gpg",
                "--addsign",
                file.toString()));
        if (payload) {
            command.add(1, "--rpmv3");
        }
        Oracle.run(folder, command.toArray(String[]::new));
        return file;
    }

    private static RpmPackage open(Path file) throws Exception {
        return RpmPackage.open(ByteSource.of(Files.readAllBytes(file)), RpmLimits.DEFAULT);
    }

    private static VerificationPolicy policy() {
        return VerificationPolicy.at(Instant.now()).withLegacyForms();
    }

    private static RpmVerification verify(Path file, byte[]... keys) throws Exception {
        return RpmVerifier.verify(open(file), new OpenPgpVerifier(Keyring.read(keys), policy()));
    }

    private static List<SignatureStatus> statuses(RpmVerification verification) {
        return verification.signatures().stream().map(s -> s.check().status()).toList();
    }

    @ParameterizedTest
    @CsvSource({"rsa2048,RSAHEADER,PGP", "ed25519,DSAHEADER,GPG", "dsa2048,DSAHEADER,GPG"})
    void rpmsign_everyAlgorithm(String algorithm, String headerTag, String payloadTag) throws Exception {
        gpg("--quick-generate-key", algorithm, algorithm, "sign", "never");
        byte[] key = export(algorithm);
        Path file = signed(algorithm, true);
        RpmVerification good = verify(file, key);
        assertThat(statuses(good)).containsOnly(SignatureStatus.GOOD);
        assertThat(good.signatures()).extracting(s -> s.signature().name()).containsExactly(headerTag, payloadTag);
        assertThat(good.objections(SignaturePolicy.REQUIRE)).isEmpty();

        RpmVerification unknown = verify(file);
        assertThat(statuses(unknown)).containsOnly(SignatureStatus.UNKNOWN_KEY);
        assertThat(unknown.objections(SignaturePolicy.CHECK)).isEmpty();
        assertThat(unknown.objections(SignaturePolicy.REQUIRE)).hasSize(1);

        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        RpmVerification bad = RpmVerifier.verify(
                RpmPackage.open(ByteSource.of(bytes), RpmLimits.DEFAULT),
                new OpenPgpVerifier(Keyring.read(key), policy()));
        assertThat(bad.isIntact()).isFalse();
        assertThat(statuses(bad)).containsExactly(SignatureStatus.GOOD, SignatureStatus.BAD);
        assertThat(bad.isSigned()).isFalse();
    }

    /** rpmsign 4.18 refuses ECDSA ("Unsupported PGP signature"), so gpg signs the header. */
    @ParameterizedTest
    @ValueSource(strings = {"nistp256", "nistp384", "brainpoolP256r1"})
    void gpg_ecdsa(String curve) throws Exception {
        gpg("--quick-generate-key", curve, curve, "sign", "never");
        RpmPlan plan = RpmPlanner.plan(Samples.small(), Samples.options(Codec.ZSTD));
        Path header = Files.write(folder.resolve(curve + ".header"), plan.header());
        gpg("--local-user", curve, "--detach-sign", header.toString());
        byte[] packet = Files.readAllBytes(folder.resolve(curve + ".header.sig"));
        Path file =
                Files.write(folder.resolve(curve + ".rpm"), Samples.bytes(plan.withSignature(RpmTag.SIG_DSA, packet)));
        assertThat(statuses(verify(file, export(curve)))).containsExactly(SignatureStatus.GOOD);
    }

    /** No rpm here writes v6 packages: the package is ours, the signatures of its header are gpg's. */
    @Test
    void gpg_severalSignaturesOfAV6Package() throws Exception {
        byte[] unsigned = RpmPackageTest.v6(false);
        byte[] header = RpmPackage.open(ByteSource.of(unsigned), RpmLimits.DEFAULT)
                .header()
                .bytes();
        List<String> signatures = new java.util.ArrayList<>();
        List<byte[]> keys = new java.util.ArrayList<>();
        for (String algorithm : List.of("rsa3072", "ed25519", "nistp256")) {
            String name = "six" + algorithm;
            gpg("--quick-generate-key", name, algorithm, "sign", "never");
            Path file = Files.write(folder.resolve(name), header);
            gpg("--local-user", name, "--detach-sign", file.toString());
            signatures.add(
                    java.util.Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve(name + ".sig"))));
            keys.add(export(name));
        }
        Path signed =
                Files.write(folder.resolve("six.rpm"), RpmPackageTest.v6(false, signatures.toArray(String[]::new)));
        RpmVerification all = verify(signed, keys.toArray(byte[][]::new));
        assertThat(statuses(all)).containsOnly(SignatureStatus.GOOD).hasSize(3);
        assertThat(all.objections(SignaturePolicy.REQUIRE)).isEmpty();
        RpmVerification one = verify(signed, keys.get(1));
        assertThat(statuses(one)).contains(SignatureStatus.GOOD).doesNotContain(SignatureStatus.BAD);
        assertThat(one.objections(SignaturePolicy.REQUIRE)).isEmpty();
        Path other = Files.write(folder.resolve("other.rpm"), RpmPackageTest.v6(false, signatures.get(0)));
        assertThat(statuses(verify(other, keys.get(1)))).doesNotContain(SignatureStatus.GOOD);
    }

    @Test
    void dsa_isUnsupportedUnlessAllowed() throws Exception {
        gpg("--quick-generate-key", "strictdsa", "dsa2048", "sign", "never");
        RpmVerification verification = RpmVerifier.verify(
                open(signed("strictdsa", false)),
                new OpenPgpVerifier(Keyring.read(export("strictdsa")), VerificationPolicy.at(Instant.now())));
        assertThat(statuses(verification)).containsExactly(SignatureStatus.UNSUPPORTED);
    }

    @Test
    void rpmsign_subkey() throws Exception {
        gpg("--quick-generate-key", "subkey", "rsa2048", "cert", "never");
        String fingerprint = fingerprint("subkey");
        gpg("--quick-add-key", fingerprint, "ed25519", "sign", "never");
        RpmVerification verification = verify(signed("subkey", false), export("subkey"));
        assertThat(statuses(verification)).containsExactly(SignatureStatus.GOOD);
        assertThat(verification.signatures().get(0).check().primaryFingerprint())
                .contains(fingerprint);
        assertThat(verification.signatures().get(0).check().fingerprint())
                .isNotEqualTo(java.util.Optional.of(fingerprint));
    }

    private static String fingerprint(String name) throws Exception {
        return gpg("--with-colons", "--list-keys", name)
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .findFirst()
                .orElseThrow()
                .split(":", -1)[9];
    }

    @Test
    void expiredAndRevokedKeys() throws Exception {
        gpg("--quick-generate-key", "shortlived", "ed25519", "sign", "2d");
        Path file = signed("shortlived", false);
        byte[] key = export("shortlived");
        assertThat(statuses(verify(file, key))).containsExactly(SignatureStatus.GOOD);
        VerificationPolicy later = VerificationPolicy.at(Instant.now().plusSeconds(3 * 86400));
        RpmVerification expired = RpmVerifier.verify(open(file), new OpenPgpVerifier(Keyring.read(key), later));
        assertThat(statuses(expired)).containsExactly(SignatureStatus.EXPIRED_KEY);
        assertThat(expired.objections(SignaturePolicy.CHECK)).hasSize(1);

        Path revocation = home.resolve("openpgp-revocs.d/" + fingerprint("shortlived") + ".rev");
        Path usable = Files.writeString(
                folder.resolve("revocation"), Files.readString(revocation).replace(":-----BEGIN", "-----BEGIN"));
        gpg("--import", usable.toString());
        assertThat(statuses(verify(file, export("shortlived")))).containsExactly(SignatureStatus.REVOKED_KEY);
    }

    /** Signature by us with a key from gpg, judged by rpmkeys. */
    @ParameterizedTest
    @ValueSource(strings = {"rsa2048", "ed25519"})
    void ourSignatures_areGoodToRpm(String algorithm) throws Exception {
        String name = "own" + algorithm;
        gpg("--quick-generate-key", name, algorithm, "sign", "never");
        Path secret = folder.resolve(name + ".secret");
        gpg("--armor", "--output", secret.toString(), "--export-secret-keys", name);
        OpenPgpSigner signer = OpenPgpSigner.read(Files.readAllBytes(secret), new char[0]);
        assertThat(signer.fingerprint()).isEqualTo(fingerprint(name));
        Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
        RpmPlan plan = RpmPlanner.plan(Samples.small(), Samples.options(Codec.ZSTD));
        byte[] bytes = Samples.bytes(RpmPlanner.sign(plan, signer, now));
        assertThat(Samples.bytes(RpmPlanner.sign(plan, signer, now))).isEqualTo(bytes);
        Path file = Files.write(folder.resolve(name + ".rpm"), bytes);

        RpmVerification ours = verify(file, signer.certificate());
        assertThat(statuses(ours)).containsExactly(SignatureStatus.GOOD);
        assertThat(ours.objections(SignaturePolicy.REQUIRE)).isEmpty();

        Path database = folder.resolve("keys-" + name);
        Path key = Files.writeString(
                folder.resolve(name + ".asc"), signer.armoredCertificate(), StandardCharsets.US_ASCII);
        Oracle.run(folder, "rpmkeys", "--dbpath", database.toString(), "--import", key.toString());
        assertThat(Oracle.run(folder, "rpmkeys", "--dbpath", database.toString(), "-Kv", file.toString()))
                .containsPattern("Header V4 (RSA|EdDSA)/SHA256 Signature, key ID [0-9a-f]+: OK")
                .doesNotContain("BAD", "NOKEY");
    }
}
