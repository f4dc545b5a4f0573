package dev.caisson.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.SortedListing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
    @TempDir
    Path folder;

    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private byte[] content = new byte[300_000];
    private LoopbackServer server;
    private Downloader downloader;

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(content);
        server = new LoopbackServer();
        server.put("file", content);
        downloader = new Downloader(folder, options(false));
    }

    @AfterEach
    void stop() throws IOException {
        downloader.close();
        server.close();
    }

    private DownloadOptions options(boolean offline) {
        return new DownloadOptions(
                3,
                3,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofMillis(400),
                offline,
                Map.of(),
                pauses::add,
                Credentials.Sources.netrc(Map.of()));
    }

    private DownloadRequest request(URI... sources) {
        return DownloadRequest.exact("file", List.of(sources), content.length, DigestAlgorithm.SHA256.of(content));
    }

    private void fetchesTheContent(URI... sources) throws IOException {
        List<DownloadResult> results = downloader.download(List.of(request(sources)), DownloadListener.NONE);
        DownloadResult.Fetched fetched = results.get(0).fetched().orElseThrow();
        assertThat(fetched.file()).hasBinaryContent(content);
        assertThat(fetched.sha256()).isEqualTo(DigestAlgorithm.SHA256.of(content));
    }

    private FetchException fails(DownloadRequest request) {
        FetchException e = catchThrowableOfType(
                FetchException.class, () -> downloader.download(List.of(request), DownloadListener.NONE));
        assertThat(e).isNotNull();
        return e;
    }

    private FetchException.Kind failure(URI... sources) {
        return fails(request(sources)).kind();
    }

    private Path part() {
        return folder.resolve(DigestAlgorithm.SHA256.of(content).hex() + ".part");
    }

    private List<String> ranges() {
        return server.requests().stream().map(LoopbackServer.Request::range).toList();
    }

    @Test
    void aFileArrives() throws Exception {
        fetchesTheContent(server.uri("file"));
        assertThat(server.requests()).hasSize(1);
        assertThat(part()).doesNotExist();
    }

    @Test
    void brokenConnectionsAreGoneOnWith() throws Exception {
        server.fail("file", LoopbackServer.cut(100_000), LoopbackServer.cut(50_000));
        fetchesTheContent(server.uri("file"));
        assertThat(ranges()).hasSize(3);
        assertThat(ranges().get(1)).startsWith("bytes=");
        assertThat(ranges().get(2)).startsWith("bytes=").isNotEqualTo(ranges().get(1));
    }

    @Test
    void aKilledRunIsGoneOnWith() throws Exception {
        Files.write(part(), Arrays.copyOf(content, 123_456));
        fetchesTheContent(server.uri("file"));
        assertThat(ranges()).containsExactly("bytes=123456-");
    }

    @Test
    void aRunThatWasKilledAtTheVeryEndNeedsNoNetwork() throws Exception {
        Files.write(part(), content);
        fetchesTheContent(server.uri("file"));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aDamagedPartIsThrownAway() throws Exception {
        Files.write(part(), new byte[1000]);
        fetchesTheContent(server.uri("file"));
        assertThat(ranges()).containsExactly("bytes=1000-", "");
        Files.write(part(), new byte[content.length + 7]);
        fetchesTheContent(server.uri("file"));
    }

    @Test
    void serversWithoutRangesStartAgain() throws Exception {
        server.ignoreRanges();
        server.fail("file", LoopbackServer.cut(100_000));
        fetchesTheContent(server.uri("file"));
    }

    @Test
    void wrongBytesAreRefusedAndLeaveNothing() throws Exception {
        byte[] wrong = content.clone();
        wrong[77]++;
        server.put("file", wrong);
        assertThat(failure(server.uri("file"))).isEqualTo(FetchException.Kind.DIGEST_MISMATCH);
        assertThat(server.requests()).hasSize(2);
        assertThat(SortedListing.of(folder).stream().filter(p -> p.toString().endsWith(".done")))
                .isEmpty();
        assertThat(Files.size(part())).isZero();
        server.put("other", content);
        fetchesTheContent(server.uri("file"), server.uri("other"));
    }

    @Test
    void wrongSizesAreRefused() {
        server.put("file", Arrays.copyOf(content, content.length + 1));
        assertThat(failure(server.uri("file"))).isEqualTo(FetchException.Kind.SIZE_MISMATCH);
        server.put("file", Arrays.copyOf(content, content.length - 1));
        assertThat(failure(server.uri("file"))).isEqualTo(FetchException.Kind.SIZE_MISMATCH);
    }

    @Test
    void aMissingFileIsNotAskedForAgain() throws Exception {
        assertThat(failure(server.uri("none"))).isEqualTo(FetchException.Kind.NOT_FOUND);
        assertThat(server.requests()).hasSize(1);
        assertThat(pauses).isEmpty();
        fetchesTheContent(server.uri("none"), server.uri("file"));
    }

    @Test
    void errorsOfTheServerAreWaitedOutWithBackOff() throws Exception {
        server.fail("file", LoopbackServer.status(503), LoopbackServer.status(500));
        fetchesTheContent(server.uri("file"));
        assertThat(pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
        pauses.clear();
        server.fail("file", LoopbackServer.retryAfter(7));
        fetchesTheContent(server.uri("file"));
        assertThat(pauses).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void attemptsEnd() {
        LoopbackServer.Fault busy = LoopbackServer.status(503);
        server.fail("file", busy, busy, busy, busy);
        assertThat(failure(server.uri("file"))).isEqualTo(FetchException.Kind.NETWORK);
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void refusalsAreTold() {
        server.fail("file", LoopbackServer.status(403));
        assertThat(failure(server.uri("file"))).isEqualTo(FetchException.Kind.FORBIDDEN);
    }

    @Test
    void aSilentServerIsLeftAndTheRestFetched() throws Exception {
        server.fail("file", LoopbackServer.hang(100_000));
        fetchesTheContent(server.uri("file"));
        assertThat(ranges()).hasSize(2);
        assertThat(ranges().get(1)).startsWith("bytes=");
        LoopbackServer.Fault silent = LoopbackServer.hang(0);
        server.fail("file", silent, silent, silent);
        assertThat(failure(server.uri("file"))).isEqualTo(FetchException.Kind.NETWORK);
    }

    @Test
    void redirectsAreFollowedUpToALimit() throws Exception {
        server.fail("old", LoopbackServer.redirect("/file"));
        fetchesTheContent(server.uri("old"));
        LoopbackServer.Fault[] loop = new LoopbackServer.Fault[20];
        Arrays.fill(loop, LoopbackServer.redirect("loop"));
        server.fail("loop", loop);
        server.forget();
        assertThat(failure(server.uri("loop"))).isEqualTo(FetchException.Kind.NETWORK);
        assertThat(server.requests()).hasSize(11);
        server.fail("evil", LoopbackServer.redirect("file:///etc/passwd"));
        assertThat(failure(server.uri("evil"))).isEqualTo(FetchException.Kind.NETWORK);
    }

    @Test
    void nobodyListens() {
        URI dead = server.uri("file");
        server.close();
        assertThat(failure(dead)).isEqualTo(FetchException.Kind.NETWORK);
    }

    @Test
    void offlineTouchesNoNetwork() throws Exception {
        try (Downloader offline = new Downloader(folder, options(true))) {
            FetchException e = catchThrowableOfType(
                    FetchException.class,
                    () -> offline.download(List.of(request(server.uri("file"))), DownloadListener.NONE));
            assertThat(e.kind()).isEqualTo(FetchException.Kind.OFFLINE);
            assertThat(server.requests()).isEmpty();
            Path local = Files.write(folder.resolve("local"), content);
            assertThat(offline.download(List.of(request(local.toUri())), DownloadListener.NONE))
                    .hasSize(1);
        }
    }

    @Test
    void localFilesAreCheckedTheSameWay() throws Exception {
        Path local = Files.write(folder.resolve("local"), content);
        fetchesTheContent(local.toUri());
        assertThat(local).exists();
        assertThat(failure(folder.resolve("none").toUri())).isEqualTo(FetchException.Kind.NOT_FOUND);
        Files.write(local, new byte[content.length]);
        assertThat(failure(local.toUri())).isEqualTo(FetchException.Kind.DIGEST_MISMATCH);
    }

    @Test
    void unchangedFilesAreNotSentAgain() throws Exception {
        DownloadRequest open = DownloadRequest.open("file", List.of(server.uri("file")), 1 << 20, Optional.empty());
        DownloadResult.Fetched first = downloader
                .download(List.of(open), DownloadListener.NONE)
                .get(0)
                .fetched()
                .orElseThrow();
        assertThat(first.validators().etag()).isNotEmpty();
        DownloadRequest again =
                DownloadRequest.open("file", List.of(server.uri("file")), 1 << 20, Optional.of(first.validators()));
        assertThat(downloader.download(List.of(again), DownloadListener.NONE).get(0))
                .isInstanceOf(DownloadResult.NotModified.class);
        server.put("file", new byte[] {1});
        assertThat(downloader
                        .download(List.of(again), DownloadListener.NONE)
                        .get(0)
                        .fetched())
                .isPresent();
        DownloadRequest small = DownloadRequest.open("file", List.of(server.uri("big")), 10, Optional.empty());
        server.put("big", content);
        assertThat(fails(small).kind()).isEqualTo(FetchException.Kind.SIZE_MISMATCH);
    }

    @Test
    void changedFilesOfUnknownDigestAreNeverMixed() throws Exception {
        byte[] other = new byte[content.length];
        LoopbackServer.Fault cutAndChange = (s, exchange) -> {
            LoopbackServer.cut(100_000).answer(s, exchange);
            s.put("file", other);
        };
        server.fail("file", cutAndChange);
        DownloadRequest open = DownloadRequest.open("file", List.of(server.uri("file")), 1 << 20, Optional.empty());
        DownloadResult.Fetched fetched = downloader
                .download(List.of(open), DownloadListener.NONE)
                .get(0)
                .fetched()
                .orElseThrow();
        assertThat(fetched.file()).hasBinaryContent(other);
    }

    @Test
    void batchesKeepTheirOrderAndTellTheirProgress() throws Exception {
        List<DownloadRequest> requests = new ArrayList<>();
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] bytes = Arrays.copyOf(content, 1000 * i);
            server.put("f" + i, bytes);
            digests.add(DigestAlgorithm.SHA256.of(bytes));
            requests.add(DownloadRequest.exact("f" + i, List.of(server.uri("f" + i)), bytes.length, digests.get(i)));
        }
        List<DownloadListener.Progress> events = new ArrayList<>();
        List<DownloadResult> results = downloader.download(requests, events::add);
        assertThat(results).extracting(r -> r.fetched().orElseThrow().sha256()).isEqualTo(digests);
        DownloadListener.Progress last = events.get(events.size() - 1);
        assertThat(last.filesDone()).isEqualTo(20);
        assertThat(last.bytesDone()).isEqualTo(190_000).isEqualTo(last.bytesTotal());
    }

    @Test
    void oneFailureEndsTheBatchAtOnce() {
        List<DownloadRequest> requests = new ArrayList<>();
        requests.add(request(server.uri("file")));
        for (int i = 0; i < 30; i++) {
            requests.add(DownloadRequest.open("none" + i, List.of(server.uri("none" + i)), 10, Optional.empty()));
        }
        LoopbackServer.Fault silent = LoopbackServer.hang(0);
        server.fail("file", silent, silent, silent);
        FetchException e =
                catchThrowableOfType(FetchException.class, () -> downloader.download(requests, DownloadListener.NONE));
        assertThat(e.kind()).isEqualTo(FetchException.Kind.NOT_FOUND);
        assertThat(server.requests()).hasSizeLessThan(31);
    }

    @Test
    void tryDownloadReportsEachFailure() throws Exception {
        List<DownloadResult> results = downloader.tryDownload(
                List.of(request(server.uri("none")), request(server.uri("file"))), DownloadListener.NONE);
        assertThat(results.get(0)).isInstanceOf(DownloadResult.Failed.class);
        assertThat(results.get(1).fetched()).isPresent();
    }

    @Test
    void credentialsAreSentButNeverShown() throws Exception {
        URI secret = URI.create(server.base().toString().replace("//", "//user:s3cret@"));
        fetchesTheContent(secret.resolve("file"));
        assertThat(server.requests().get(0).authorization()).isEqualTo("Basic dXNlcjpzM2NyZXQ=");
        FetchException e = fails(request(secret.resolve("none")));
        assertThat(e.getMessage()).doesNotContain("s3cret").doesNotContain("user");
        assertThat(e.location()).contains("127.0.0.1").endsWith("/none");
    }

    @Test
    void twoDownloadersShareAFolder() throws Exception {
        try (Downloader other = new Downloader(folder, options(false))) {
            server.fail("file", LoopbackServer.hang(1000));
            Thread thread = new Thread(() -> {
                try {
                    fetchesTheContent(server.uri("file"));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            while (server.requests().isEmpty()) {
                Thread.sleep(5);
            }
            assertThat(other.download(List.of(request(server.uri("file"))), DownloadListener.NONE)
                            .get(0)
                            .fetched())
                    .isPresent();
            thread.join();
        }
    }

    @Test
    void aFolderThatCannotBeUsedIsAStorageError() throws Exception {
        Path file = Files.write(folder.resolve("plain"), new byte[1]);
        try (Downloader broken = new Downloader(file.resolve("below"), options(false))) {
            FetchException e = catchThrowableOfType(
                    FetchException.class,
                    () -> broken.download(List.of(request(server.uri("file"))), DownloadListener.NONE));
            assertThat(e.kind()).isEqualTo(FetchException.Kind.STORAGE);
        }
    }

    @Test
    void proxiesAreUsedWhereTheVariablesSaySo() throws Exception {
        URI address = server.base();
        DownloadOptions throughProxy = new DownloadOptions(
                1,
                1,
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                false,
                Map.of("HTTP_PROXY", address.toString()),
                pauses::add,
                Credentials.Sources.netrc(Map.of()));
        try (Downloader proxied = new Downloader(folder, throughProxy)) {
            List<DownloadResult> results = proxied.download(
                    List.of(request(URI.create("http://archive.invalid/file"))), DownloadListener.NONE);
            assertThat(results.get(0).fetched()).isPresent();
        }
    }

    private Path large() {
        content = Arrays.copyOf(content, 2 << 20);
        server.put("file", content);
        return folder.resolve(DigestAlgorithm.SHA256.of(content).hex() + ".from");
    }

    /** What a killed run left, when it has come from this server. */
    private void interrupted(int bytes) throws IOException {
        server.fail("file", LoopbackServer.cut(bytes), LoopbackServer.status(404));
        assertThat(failure(server.uri("file"))).isEqualTo(FetchException.Kind.NOT_FOUND);
        server.forget();
    }

    @Test
    void aLaterRunAsksForTheRestOfTheSameVersion() throws Exception {
        Path note = large();
        interrupted(500_000);
        assertThat(note).exists();
        fetchesTheContent(server.uri("file"));
        assertThat(server.requests()).hasSize(1);
        assertThat(ranges().get(0)).startsWith("bytes=");
        assertThat(server.requests().get(0).ifRange()).isNotEmpty();
        assertThat(note).doesNotExist();
    }

    @Test
    void aLaterRunGetsAnotherVersionWhole() throws Exception {
        large();
        byte[] right = content.clone();
        byte[] old = content.clone();
        old[7] ^= 1;
        server.put("file", old);
        interrupted(500_000);
        server.put("file", right);
        fetchesTheContent(server.uri("file"));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void whatWasNotedOfOneServerIsNotAskedOfAnother() throws Exception {
        large();
        interrupted(500_000);
        server.put("other", content);
        fetchesTheContent(server.uri("other"));
        assertThat(server.requests().get(0).ifRange()).isEmpty();
        assertThat(ranges().get(0)).startsWith("bytes=");
    }

    @Test
    void notesHoldNoAddress_andDamagedOnesAreIgnored() throws Exception {
        Path note = large();
        interrupted(500_000);
        assertThat(Files.readString(note)).doesNotContain("127.0.0.1");
        Files.write(note, new byte[] {(byte) 0xff, 10, 10, 0});
        fetchesTheContent(server.uri("file"));
    }

    @Test
    void netrcIsForTheServerItNames() throws Exception {
        Path netrc = Files.writeString(folder.resolve("netrc"), "machine 127.0.0.1 login me password hidden");
        downloader.close();
        downloader = new Downloader(
                folder, options(false).withCredentials(Credentials.Sources.netrc(Map.of("NETRC", netrc.toString()))));
        server.fail(
                "moved",
                LoopbackServer.redirect("http://localhost:" + server.base().getPort() + "/file"));
        fetchesTheContent(server.uri("moved"));
        assertThat(server.requests())
                .extracting(LoopbackServer.Request::authorization)
                .containsExactly("Basic bWU6aGlkZGVu", "");
    }
}
