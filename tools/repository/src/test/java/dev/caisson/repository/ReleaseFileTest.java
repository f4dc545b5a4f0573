package dev.caisson.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.compression.Codec;
import dev.caisson.fixture.ArchiveKey;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpVerificationException;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.SignatureStatus;
import dev.caisson.openpgp.VerificationPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ReleaseFileTest {
    private static final Instant MADE = Instant.parse("2025-11-15T10:33:12Z");
    private static final String HEX = "ab".repeat(32);
    private static final String TEXT = """
            Origin: Debian
            Label: Debian
            Suite: stable
            Version: 13.2
            Codename: trixie
            Date: Sat, 15 Nov 2025 10:33:12 UTC
            Valid-Until: Sat, 22 Nov 2025 10:33:12 UTC
            Acquire-By-Hash: yes
            No-Support-for-Architecture-all: Packages
            Architectures: all amd64 arm64
            Components: main contrib
            Description: Debian x.y
            MD5Sum:
             00000000000000000000000000000000        5 main/binary-amd64/Packages
            SHA256:
             %1$s        5 main/binary-amd64/Packages
             %1$s        7 main/binary-amd64/Packages.gz
             %1$s        6 main/binary-amd64/Packages.xz
             %1$s        6 main/binary-all/Packages.xz
             %1$s        9 contrib/binary-arm64/Packages.xz
            """.formatted(HEX);

    private static ReleaseFile parse(String text) throws FormatException {
        return ReleaseFile.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void fieldsAreRead() throws Exception {
        ReleaseFile release = parse(TEXT);
        assertThat(release.origin()).isEqualTo("Debian");
        assertThat(release.suite()).isEqualTo("stable");
        assertThat(release.codename()).isEqualTo("trixie");
        assertThat(release.date()).isEqualTo(MADE);
        assertThat(release.validUntil()).contains(Instant.parse("2025-11-22T10:33:12Z"));
        assertThat(release.acquireByHash()).isTrue();
        assertThat(release.architectures()).containsExactly("all", "amd64", "arm64");
        assertThat(release.components()).containsExactly("main", "contrib");
        assertThat(release.architectureAllApart()).isFalse();
        assertThat(release.files()).hasSize(5);
        ReleaseEntry entry = release.files().get("main/binary-amd64/Packages.xz");
        assertThat(entry.sizeBytes()).isEqualTo(6);
        assertThat(entry.byHashPath()).isEqualTo("main/binary-amd64/by-hash/SHA256/" + HEX);
    }

    @Test
    void datesInAllWrittenForms() throws Exception {
        for (String date : List.of(
                "Sat, 15 Nov 2025 10:33:12 UTC", "Sat, 15 Nov 2025 10:33:12 +0000", "15 Nov 2025 10:33:12 GMT")) {
            assertThat(ReleaseFile.parseDate("Date", date)).isEqualTo(MADE);
        }
        assertThat(ReleaseFile.parseDate("Date", "Sun,  2 Nov 2025  9:05:00 UTC"))
                .isEqualTo(Instant.parse("2025-11-02T09:05:00Z"));
        for (String date :
                List.of("", "2025-11-15", "Sat, 31 Feb 2025 10:33:12 UTC", "Sat, 15 Nov 2025 10:33:12 CET")) {
            assertThatThrownBy(() -> ReleaseFile.parseDate("Date", date)).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void whatIsMissingOrUnsafeIsRefused() {
        assertThatThrownBy(() -> parse(TEXT.replace("SHA256:", "SHA1:")))
                .isInstanceOf(UnsupportedFeatureException.class);
        for (String bad : List.of(
                TEXT.replace("Date: Sat", "Daet: Sat"),
                TEXT.replace("contrib/binary", "../../binary"),
                TEXT.replace("contrib/binary", "/binary"),
                TEXT.replace("contrib/binary-arm64", "contrib/b?x=#"),
                TEXT.replace("        9 contrib", "        x contrib"),
                TEXT + "\nOrigin: second\n",
                "",
                TEXT.replace("       9 contrib/binary-arm64/Packages.xz", "       9 main/binary-all/Packages.xz"))) {
            assertThatThrownBy(() -> parse(bad)).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void noiseGivesFormatExceptionsOnly() {
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            StringBuilder noisy = new StringBuilder(TEXT);
            for (int j = random.nextInt(4); j >= 0; j--) {
                noisy.setCharAt(random.nextInt(noisy.length()), (char) random.nextInt(128));
            }
            try {
                assertThat(parse(noisy.toString()).files()).isNotNull();
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }

    @Test
    void planPrefersSmallFormsAndNamesWhatIsMissing() throws Exception {
        ReleaseFile release = parse(TEXT);
        AptIndexPlan plan = AptIndexPlan.of(release, List.of("main"), "amd64");
        assertThat(plan.indexes()).hasSize(1);
        AptIndexPlan.Index index = plan.indexes().get(0);
        assertThat(index.variants())
                .extracting(AptIndexPlan.Variant::codec)
                .containsExactly(Codec.XZ, Codec.GZIP, Codec.NONE);
        assertThat(index.plainSizeBytes()).isEqualTo(5);
        assertThat(index.variants().get(0).byHash()).isTrue();
        assertKind(
                RepositoryException.Kind.NO_SUCH_COMPONENT,
                () -> AptIndexPlan.of(release, List.of("nonfree"), "amd64"));
        assertKind(
                RepositoryException.Kind.NO_SUCH_ARCHITECTURE,
                () -> AptIndexPlan.of(release, List.of("main"), "riscv64"));
    }

    @Test
    void architectureAllHasItsOwnIndexWhereTheSuiteSaysSo() throws Exception {
        ReleaseFile release = parse(TEXT.replace("No-Support-for-Architecture-all: Packages\n", ""));
        assertThat(AptIndexPlan.of(release, List.of("main"), "amd64").indexes())
                .extracting(AptIndexPlan.Index::architecture)
                .containsExactly("amd64", "all");
    }

    @Test
    void flatRepositoriesHaveOneIndexAndOftenNoSuite() throws Exception {
        ReleaseFile flat = parse("Date: Sat, 15 Nov 2025 10:33:12 UTC\nSHA256:\n " + "0".repeat(64)
                + " 5 Packages.gz\n " + "1".repeat(64) + " 9 Packages\n");
        AptIndexPlan plan = AptIndexPlan.ofFlat(flat);
        assertThat(plan.indexes()).hasSize(1);
        assertThat(plan.indexes().get(0).plainSizeBytes()).isEqualTo(9);
        assertThat(plan.indexes().get(0).variants())
                .extracting(variant -> variant.entry().path())
                .containsExactly("Packages.gz", "Packages");
        assertKind(RepositoryException.Kind.WRONG_SUITE, () -> flat.checkSuite("stable"));
        assertKind(RepositoryException.Kind.WRONG_SUITE, () -> flat.checkSuite(""));
        assertKind(RepositoryException.Kind.NO_SUCH_COMPONENT, () -> AptIndexPlan.ofFlat(parse(TEXT)));
    }

    @Test
    void suiteTimeAndOrderAreChecked() throws Exception {
        ReleaseFile release = parse(TEXT);
        release.checkSuite("stable");
        release.checkSuite("trixie");
        assertKind(RepositoryException.Kind.WRONG_SUITE, () -> release.checkSuite("bookworm"));
        release.checkValidAt(MADE.plusSeconds(7 * 86_400 - 1));
        assertKind(RepositoryException.Kind.EXPIRED, () -> release.checkValidAt(MADE.plusSeconds(7 * 86_400)));
        assertKind(RepositoryException.Kind.NOT_YET_VALID, () -> release.checkValidAt(MADE.minusSeconds(90_000)));
        release.checkNotOlderThan(Optional.of(MADE));
        release.checkNotOlderThan(Optional.empty());
        assertKind(
                RepositoryException.Kind.DOWNGRADE, () -> release.checkNotOlderThan(Optional.of(MADE.plusSeconds(1))));
    }

    private static void assertKind(RepositoryException.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RepositoryException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void signaturesInBothFormsCount() throws Exception {
        ArchiveKey key = new ArchiveKey(MADE.minusSeconds(1000));
        OpenPgpVerifier verifier = new OpenPgpVerifier(Keyring.read(key.certificate()), VerificationPolicy.at(MADE));
        byte[] inRelease = key.inRelease(TEXT, MADE);
        assertThat(VerifiedRelease.fromInRelease(inRelease, verifier).release()).isEqualTo(parse(TEXT));
        byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
        VerifiedRelease detached = VerifiedRelease.fromDetached(text, key.detached(text, MADE), verifier);
        assertThat(detached.release()).isEqualTo(parse(TEXT));
        byte[] tampered = new String(inRelease, StandardCharsets.UTF_8)
                .replace(HEX, "cd".repeat(32))
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> VerifiedRelease.fromInRelease(tampered, verifier))
                .isInstanceOfSatisfying(
                        OpenPgpVerificationException.class,
                        e -> assertThat(e.kind()).isEqualTo(SignatureStatus.BAD));
    }
}
