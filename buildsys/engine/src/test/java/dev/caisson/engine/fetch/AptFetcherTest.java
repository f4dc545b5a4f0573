package dev.caisson.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.SortedListing;
import dev.caisson.fixture.ArchiveKey;
import dev.caisson.repository.AptPackage;
import dev.caisson.repository.RepositorySnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.openpgp.PGPException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptFetcherTest {
    private static final Instant NOW = Instant.parse("2025-11-16T00:00:00Z");
    private static final Instant MADE = Instant.parse("2025-11-15T10:00:00Z");
    private static final byte[] DEB = "a package".getBytes(StandardCharsets.UTF_8);
    private static final String INDEX = "dists/trixie/main/binary-amd64/";

    @TempDir
    Path folder;

    private ArchiveKey key;
    private LoopbackServer server;

    @BeforeEach
    void start() throws Exception {
        key = new ArchiveKey(MADE.minus(Duration.ofDays(100)));
        server = new LoopbackServer();
        publish(key, MADE, "1.0");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static byte[] packages(String version) {
        String text = "Package: hello\nVersion: " + version + "\nArchitecture: amd64\n"
                + "Filename: pool/main/h/hello/hello_" + version + "+x~1_amd64.deb\nSize: " + DEB.length + "\nSHA256: "
                + DigestAlgorithm.SHA256.of(DEB).hex() + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String release(Instant date, byte[] packages) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'UTC'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        return "Origin: Test\nSuite: stable\nCodename: trixie\nDate: " + format.format(date) + "\nValid-Until: "
                + format.format(date.plus(Duration.ofDays(7)))
                + "\nAcquire-By-Hash: yes\nArchitectures: amd64\nComponents: main\nSHA256:\n "
                + DigestAlgorithm.SHA256.of(packages).hex() + " " + packages.length + " main/binary-amd64/Packages\n";
    }

    private void publish(ArchiveKey signer, Instant date, String version) throws IOException, PGPException {
        byte[] packages = packages(version);
        server.put("dists/trixie/InRelease", signer.inRelease(release(date, packages), date));
        server.put(INDEX + "Packages", packages);
        server.put(
                INDEX + "by-hash/SHA256/" + DigestAlgorithm.SHA256.of(packages).hex(), packages);
        server.put("pool/main/h/hello/hello_" + version + "+x~1_amd64.deb", DEB);
    }

    private AptRepository repository(Map<String, Digest> pins) throws IOException, PGPException {
        return new AptRepository(
                "debian",
                List.of("trixie"),
                List.of("main"),
                List.of("amd64"),
                List.of(key.certificate()),
                false,
                500,
                pins);
    }

    private <T> T with(boolean offline, Instant now, String mirror, Action<T> action) throws Exception {
        DownloadOptions options = new DownloadOptions(
                4,
                2,
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                offline,
                Map.of(),
                pause -> {},
                Credentials.Sources.netrc(Map.of()));
        Mirrors mirrors = Mirrors.of(List.of("debian=" + mirror), Map.of(), List.of(), folder.resolve("none"));
        try (Downloader downloader = new Downloader(folder.resolve("parts"), options)) {
            return action.run(new AptFetcher(
                    mirrors,
                    downloader,
                    new FolderStore(folder.resolve("store")),
                    folder.resolve("state"),
                    now,
                    DownloadListener.NONE));
        }
    }

    private interface Action<T> {
        T run(AptFetcher fetcher) throws Exception;
    }

    private RepositorySnapshot fetch(boolean offline, Instant now) throws Exception {
        return with(offline, now, server.base().toString(), f -> f.fetch(List.of(repository(Map.of()))))
                .get(0);
    }

    private RepositorySnapshot fetch() throws Exception {
        return fetch(false, NOW);
    }

    private FetchException.Kind failure(Instant now) {
        FetchException e = catchThrowableOfType(FetchException.class, () -> fetch(false, now));
        assertThat(e).isNotNull();
        return e.kind();
    }

    private static String version(RepositorySnapshot snapshot) {
        return snapshot.packages().map(AptPackage::version).findFirst().orElseThrow();
    }

    private List<String> paths() {
        return server.requests().stream().map(LoopbackServer.Request::path).toList();
    }

    @Test
    void aSuiteIsFetchedVerifiedAndParsed() throws Exception {
        RepositorySnapshot snapshot = fetch();
        assertThat(snapshot.label()).isEqualTo("debian/trixie");
        assertThat(snapshot.architecture()).isEqualTo("amd64");
        assertThat(snapshot.date()).isEqualTo(MADE);
        assertThat(snapshot.packageCount()).isEqualTo(1);
        assertThat(snapshot.indexDigests()).containsExactly(DigestAlgorithm.SHA256.of(packages("1.0")));
        assertThat(paths()).hasSize(2).last().asString().contains("by-hash");
    }

    @Test
    void withoutByHashThePlainNameServes() throws Exception {
        server.remove(INDEX + "by-hash/SHA256/"
                + DigestAlgorithm.SHA256.of(packages("1.0")).hex());
        assertThat(version(fetch())).isEqualTo("1.0");
        assertThat(paths()).last().isEqualTo("/" + INDEX + "Packages");
    }

    @Test
    void releaseWithDetachedSignatureServesToo() throws Exception {
        byte[] text = release(MADE, packages("1.0")).getBytes(StandardCharsets.UTF_8);
        server.remove("dists/trixie/InRelease");
        server.put("dists/trixie/Release", text);
        assertThat(failure(NOW)).isEqualTo(FetchException.Kind.NOT_FOUND);
        server.put("dists/trixie/Release.gpg", key.detached(text, MADE));
        assertThat(fetch().releaseDigest()).isEqualTo(DigestAlgorithm.SHA256.of(text));
        assertThat(version(fetch(true, NOW))).isEqualTo("1.0");
    }

    @Test
    void anUnchangedSuiteCostsOneSmallRequest() throws Exception {
        fetch();
        server.forget();
        assertThat(version(fetch())).isEqualTo("1.0");
        assertThat(server.requests()).hasSize(1);
        assertThat(server.requests().get(0).ifNoneMatch()).isNotEmpty();
        publish(key, MADE.plusSeconds(60), "1.1");
        assertThat(version(fetch())).isEqualTo("1.1");
    }

    @Test
    void foreignSignaturesAreRefused() throws Exception {
        publish(new ArchiveKey(MADE.minusSeconds(1000)), MADE, "1.0");
        assertThat(failure(NOW)).isEqualTo(FetchException.Kind.SIGNATURE);
    }

    @Test
    void changedMetadataAreRefused() throws Exception {
        String text = new String(key.inRelease(release(MADE, packages("1.0")), MADE), StandardCharsets.UTF_8);
        server.put(
                "dists/trixie/InRelease",
                text.replace("Origin: Test", "Origin: Evil").getBytes(StandardCharsets.UTF_8));
        assertThat(failure(NOW)).isEqualTo(FetchException.Kind.SIGNATURE);
        server.put("dists/trixie/InRelease", "<html>please log in</html>".getBytes(StandardCharsets.UTF_8));
        assertThat(failure(NOW)).isEqualTo(FetchException.Kind.BAD_METADATA);
        assertThat(folder.resolve("state/suites/debian/trixie/InRelease")).doesNotExist();
    }

    @Test
    void changedPackagesAreRefused() {
        byte[] wrong = packages("6.6");
        server.put(INDEX + "Packages", wrong);
        server.put(
                INDEX + "by-hash/SHA256/"
                        + DigestAlgorithm.SHA256.of(packages("1.0")).hex(),
                wrong);
        assertThat(failure(NOW)).isEqualTo(FetchException.Kind.DIGEST_MISMATCH);
    }

    @Test
    void anotherSuitesMetadataAreRefused() throws Exception {
        String text = release(MADE, packages("1.0")).replace("trixie", "sid").replace("stable", "unstable");
        server.put("dists/trixie/InRelease", key.inRelease(text, MADE));
        assertThat(failure(NOW)).isEqualTo(FetchException.Kind.BAD_METADATA);
    }

    @Test
    void validUntilIsJudgedByTheGivenTime() throws Exception {
        assertThat(failure(MADE.plus(Duration.ofDays(7)))).isEqualTo(FetchException.Kind.EXPIRED);
        fetch();
        // A server that answers "unchanged" for ever freezes nobody.
        assertThat(failure(MADE.plus(Duration.ofDays(8)))).isEqualTo(FetchException.Kind.EXPIRED);
    }

    @Test
    void archivesThatGoBackInTimeAreNoticed() throws Exception {
        publish(key, MADE.plusSeconds(60), "1.1");
        fetch();
        publish(key, MADE, "1.0");
        assertThat(failure(NOW)).isEqualTo(FetchException.Kind.DOWNGRADE);
        assertThat(version(fetch(true, NOW))).isEqualTo("1.1");
    }

    @Test
    void offlineUsesWhatIsThereAndNothingElse() throws Exception {
        FetchException e = catchThrowableOfType(FetchException.class, () -> fetch(true, NOW));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.OFFLINE);
        assertThat(server.requests()).isEmpty();
        fetch();
        server.forget();
        assertThat(version(fetch(true, MADE.plus(Duration.ofDays(300))))).isEqualTo("1.0");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void offlineStillNeedsTheSignature() throws Exception {
        fetch();
        Path seen = folder.resolve("state/suites/debian/trixie/InRelease");
        Files.writeString(seen, Files.readString(seen).replace("Origin: Test", "Origin: Evil"));
        FetchException e = catchThrowableOfType(FetchException.class, () -> fetch(true, NOW));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.SIGNATURE);
        ArchiveKey old = key;
        key = new ArchiveKey(MADE.minusSeconds(9));
        Files.writeString(seen, Files.readString(seen).replace("Origin: Evil", "Origin: Test"));
        e = catchThrowableOfType(FetchException.class, () -> fetch(true, NOW));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.SIGNATURE);
        key = old;
        assertThat(version(fetch(true, NOW))).isEqualTo("1.0");
    }

    @Test
    void damagedCachesAreRebuilt() throws Exception {
        fetch();
        Path cache = SortedListing.of(folder.resolve("state/indexes")).get(0);
        byte[] bytes = Files.readAllBytes(cache);
        bytes[bytes.length - 1]++;
        Files.write(cache, bytes);
        assertThat(version(fetch(true, NOW))).isEqualTo("1.0");
        bytes[bytes.length - 1]--;
        assertThat(cache).hasBinaryContent(bytes);
        Files.writeString(folder.resolve("state/suites/debian/trixie/validators"), "\0");
        assertThat(version(fetch())).isEqualTo("1.0");
    }

    @Test
    void localMirrorsServe() throws Exception {
        Path mirror = folder.resolve("mirror");
        byte[] packages = packages("1.0");
        Path index = mirror.resolve(INDEX + "Packages");
        Files.createDirectories(index.getParent());
        Files.write(index, packages);
        Files.write(mirror.resolve("dists/trixie/InRelease"), key.inRelease(release(MADE, packages), MADE));
        for (boolean offline : new boolean[] {false, true}) {
            List<RepositorySnapshot> snapshots =
                    with(offline, NOW, mirror.toUri().toString(), f -> f.fetch(List.of(repository(Map.of()))));
            assertThat(version(snapshots.get(0))).isEqualTo("1.0");
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void pinsHoldAndAreServedFromTheStore() throws Exception {
        Digest pin = fetch().releaseDigest();
        publish(key, MADE.plusSeconds(60), "1.1");
        fetch();
        server.forget();
        Instant later = MADE.plus(Duration.ofDays(300));
        RepositorySnapshot pinned = with(
                        false,
                        later,
                        server.base().toString(),
                        f -> f.fetch(List.of(repository(Map.of("trixie", pin)))))
                .get(0);
        assertThat(version(pinned)).isEqualTo("1.0");
        assertThat(server.requests()).isEmpty();
        Digest unknown = Digest.sha256("00".repeat(32));
        FetchException e = catchThrowableOfType(
                FetchException.class,
                () -> with(
                        false,
                        NOW,
                        server.base().toString(),
                        f -> f.fetch(List.of(repository(Map.of("trixie", unknown))))));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.PIN_MISMATCH);
    }

    @Test
    void aMirrorInTheMiddleOfAnUpdateIsAskedAgain() throws Exception {
        byte[] oldRelease = key.inRelease(release(MADE, packages("1.0")), MADE);
        server.remove(INDEX + "by-hash/SHA256/"
                + DigestAlgorithm.SHA256.of(packages("1.0")).hex());
        publish(key, MADE.plusSeconds(60), "1.1");
        server.fail("dists/trixie/InRelease", (s, exchange) -> {
            exchange.sendResponseHeaders(200, oldRelease.length);
            exchange.getResponseBody().write(oldRelease);
            exchange.getResponseBody().close();
        });
        assertThat(version(fetch())).isEqualTo("1.1");
    }

    @Test
    void packagesComeOnceAndInOrder() throws Exception {
        AptPackage hello = fetch().packages().findFirst().orElseThrow();
        PackageDownload wanted = new PackageDownload("debian", hello.filename(), hello.sizeBytes(), hello.sha256());
        List<PackageDownload> twice = List.of(wanted, wanted);
        List<Path> files = with(false, NOW, server.base().toString(), f -> f.fetchPackages(twice));
        assertThat(files).hasSize(2).allSatisfy(file -> assertThat(file).hasBinaryContent(DEB));
        server.forget();
        List<Path> again = with(true, NOW, server.base().toString(), f -> f.fetchPackages(twice));
        assertThat(again).isEqualTo(files);
        assertThat(server.requests()).isEmpty();
        PackageDownload gone = new PackageDownload("debian", "pool/gone.deb", 5, Digest.sha256("11".repeat(32)));
        FetchException e = catchThrowableOfType(
                FetchException.class,
                () -> with(false, NOW, server.base().toString(), f -> f.fetchPackages(List.of(gone))));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.NOT_FOUND);
    }

    @Test
    void pathsAreEncodedForAddresses() {
        assertThat(AptFetcher.encode("pool/a+b~c_1%3a2.deb")).isEqualTo("pool/a+b~c_1%253a2.deb");
    }

    @Test
    void flatRepositories() throws Exception {
        byte[] packages = new String(packages("1.0"), StandardCharsets.UTF_8)
                .replace("Filename: ", "Filename: ./")
                .getBytes(StandardCharsets.UTF_8);
        String release = "Date: " + release(NOW, packages).replaceAll("(?s).*\nDate: ([^\n]*)\n.*", "$1")
                + "\nSHA256:\n " + DigestAlgorithm.SHA256.of(packages).hex() + " " + packages.length + " Packages\n";
        server.put("InRelease", key.inRelease(release, NOW));
        server.put("Packages", packages);
        AptRepository flat = new AptRepository(
                "debian",
                List.of("./"),
                List.of("main"),
                List.of("amd64"),
                List.of(key.certificate()),
                false,
                500,
                Map.of());
        RepositorySnapshot snapshot = with(false, NOW, server.base().toString(), f -> f.fetch(List.of(flat)))
                .get(0);
        assertThat(snapshot.packageCount()).isEqualTo(1);
        assertThat(snapshot.packages().findFirst().orElseThrow().filename()).doesNotStartWith(".");
        server.put("InRelease", new ArchiveKey(NOW.minusSeconds(1000)).inRelease(release, NOW));
        FetchException e = catchThrowableOfType(
                FetchException.class,
                () -> with(false, NOW.plusSeconds(90_000), server.base().toString(), f -> f.fetch(List.of(flat))));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.SIGNATURE);
    }
}
