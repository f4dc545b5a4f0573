package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.openpgp.ClearSignedMessage;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpVerificationException;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.VerificationPolicy;
import dev.caisson.repository.ReleaseFile;
import dev.caisson.repository.RepositoryException;
import dev.caisson.repository.VerifiedRelease;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings and verifies the signed metadata of suites. */
final class ReleaseFetcher {
    /** Twenty times the largest there is. */
    private static final long MAX_RELEASE_BYTES = 64L << 20;

    private final Downloader downloader;
    private final BlobStore store;
    private final Path memoryFolder;
    private final Instant now;
    private final DownloadListener listener;

    ReleaseFetcher(Downloader downloader, BlobStore store, Path memoryFolder, Instant now, DownloadListener listener) {
        this.downloader = downloader;
        this.store = store;
        this.memoryFolder = memoryFolder;
        this.now = now;
        this.listener = listener;
    }

    /** One suite of one archive and where it may be. */
    record Suite(AptRepository repository, String name, List<URI> bases) {
        String title() {
            return repository.archive() + " " + name;
        }

        List<URI> sources(String file) {
            return bases.stream()
                    .map(base -> base.resolve(AptFetcher.encode(AptRepository.folder(name)) + file))
                    .toList();
        }

        Optional<Digest> pin() {
            return Optional.ofNullable(repository.pinned().get(name));
        }
    }

    /**
     * Signed metadata that may be used.
     *
     * @param digest of the InRelease or Release file
     */
    record FetchedRelease(ReleaseFile release, Digest digest, long sizeBytes) {}

    /**
     * The verified metadata of each suite, in order.
     *
     * @param refresh ask for the files even where what is remembered is unchanged
     */
    List<FetchedRelease> fetch(List<Suite> suites, boolean refresh) throws IOException {
        FetchedRelease[] releases = new FetchedRelease[suites.size()];
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < releases.length; i++) {
            Suite suite = suites.get(i);
            Optional<Path> pinned =
                    suite.pin().isPresent() ? store.find(suite.pin().get()) : Optional.empty();
            boolean remote = suite.bases().stream().noneMatch(base -> "file".equals(base.getScheme()));
            if (pinned.isPresent()) {
                releases[i] = verify(suite, Files.readAllBytes(pinned.get()), Optional.empty());
            } else if (downloader.options().offline() && remote) {
                releases[i] = remembered(suite);
            } else {
                open.add(i);
            }
        }
        download(suites, open, refresh, releases);
        return List.of(releases);
    }

    private SuiteMemory memory(Suite suite) {
        return new SuiteMemory(memoryFolder, suite.repository().archive(), suite.name());
    }

    /** Without network neither age nor order are judged: both were when the file came. */
    private FetchedRelease remembered(Suite suite) throws IOException {
        Optional<SuiteMemory.Seen> seen = memory(suite).read();
        if (seen.isEmpty()) {
            throw new FetchException(
                    FetchException.Kind.OFFLINE,
                    suite.title(),
                    "was never fetched and the network may not be used",
                    "build once without --offline");
        }
        FetchedRelease release = verify(suite, seen.get().main(), seen.get().signature());
        checkPin(suite, release);
        return release;
    }

    private void download(List<Suite> suites, List<Integer> open, boolean refresh, FetchedRelease[] releases)
            throws IOException {
        List<DownloadRequest> requests = new ArrayList<>();
        List<Optional<SuiteMemory.Seen>> memories = new ArrayList<>();
        for (int i : open) {
            Suite suite = suites.get(i);
            Optional<SuiteMemory.Seen> seen = memory(suite).read();
            memories.add(seen);
            Optional<DownloadRequest.Validators> validators = refresh
                    ? Optional.empty()
                    : seen.filter(s -> s.signature().isEmpty())
                            .map(SuiteMemory.Seen::validators)
                            .filter(v -> !v.isEmpty());
            requests.add(DownloadRequest.open(
                    suite.title() + " InRelease", suite.sources("InRelease"), MAX_RELEASE_BYTES, validators));
        }
        List<DownloadResult> results = downloader.tryDownload(requests, listener);
        for (int j = 0; j < open.size(); j++) {
            Suite suite = suites.get(open.get(j));
            releases[open.get(j)] = accept(suite, results.get(j), memories.get(j));
        }
    }

    private FetchedRelease accept(Suite suite, DownloadResult result, Optional<SuiteMemory.Seen> seen)
            throws IOException {
        if (result instanceof DownloadResult.Failed failed) {
            if (failed.cause().kind() != FetchException.Kind.NOT_FOUND) {
                throw failed.cause();
            }
            return acceptDetached(suite, seen, failed.cause());
        }
        if (result instanceof DownloadResult.Fetched fetched) {
            byte[] bytes = Files.readAllBytes(fetched.file());
            try {
                FetchedRelease release = checked(suite, bytes, Optional.empty(), seen);
                memory(suite).write(new SuiteMemory.Seen(bytes, Optional.empty(), fetched.validators()));
                store.put(fetched.sha256(), fetched.file());
                return release;
            } finally {
                Files.deleteIfExists(fetched.file());
            }
        }
        // Unchanged: a server that keeps saying so is judged by Valid-Until like one that sends the old file.
        return checked(suite, seen.orElseThrow().main(), Optional.empty(), Optional.empty());
    }

    private FetchedRelease acceptDetached(Suite suite, Optional<SuiteMemory.Seen> seen, FetchException noInRelease)
            throws IOException {
        List<DownloadRequest> requests = List.of(
                DownloadRequest.open(
                        suite.title() + " Release", suite.sources("Release"), MAX_RELEASE_BYTES, Optional.empty()),
                DownloadRequest.open(
                        suite.title() + " Release.gpg", suite.sources("Release.gpg"), 1 << 20, Optional.empty()));
        List<DownloadResult> results;
        try {
            results = downloader.download(requests, listener);
        } catch (FetchException e) {
            e.addSuppressed(noInRelease);
            throw e;
        }
        Path release = results.get(0).fetched().orElseThrow().file();
        Path signature = results.get(1).fetched().orElseThrow().file();
        try {
            byte[] bytes = Files.readAllBytes(release);
            Optional<byte[]> signatureBytes = Optional.of(Files.readAllBytes(signature));
            FetchedRelease verified = checked(suite, bytes, signatureBytes, seen);
            memory(suite).write(new SuiteMemory.Seen(bytes, signatureBytes, DownloadRequest.Validators.NONE));
            return verified;
        } finally {
            Files.deleteIfExists(release);
            Files.deleteIfExists(signature);
        }
    }

    private FetchedRelease checked(
            Suite suite, byte[] main, Optional<byte[]> signature, Optional<SuiteMemory.Seen> seen) throws IOException {
        FetchedRelease release = verify(suite, main, signature);
        checkPin(suite, release);
        if (suite.pin().isPresent()) {
            return release;
        }
        try {
            release.release().checkValidAt(now);
            release.release().checkNotOlderThan(seenDate(suite, seen));
        } catch (RepositoryException e) {
            throw translate(suite, e);
        }
        return release;
    }

    /** What is remembered counts as seen only if these keys signed it. */
    private Optional<Instant> seenDate(Suite suite, Optional<SuiteMemory.Seen> seen) {
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(verify(suite, seen.get().main(), seen.get().signature())
                    .release()
                    .date());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void checkPin(Suite suite, FetchedRelease release) throws FetchException {
        if (suite.pin().isPresent() && !suite.pin().get().equals(release.digest())) {
            throw new FetchException(
                    FetchException.Kind.PIN_MISMATCH,
                    suite.title(),
                    "the archive now has " + release.digest() + " of "
                            + release.release().date() + ", pinned is "
                            + suite.pin().get(),
                    "update the lock");
        }
    }

    private FetchedRelease verify(Suite suite, byte[] main, Optional<byte[]> signature) throws IOException {
        FetchedRelease release = signed(suite, main, signature);
        try {
            if (!AptRepository.isFlat(suite.name())) {
                release.release().checkSuite(suite.name());
            }
            return release;
        } catch (RepositoryException e) {
            throw translate(suite, e);
        }
    }

    private FetchedRelease signed(Suite suite, byte[] main, Optional<byte[]> signature) throws IOException {
        Digest digest = DigestAlgorithm.SHA256.of(main);
        Digest trust = suite.repository().trust();
        try {
            if (memory(suite).isVerified(digest, trust, now)) {
                byte[] text = signature.isPresent()
                        ? main
                        : ClearSignedMessage.parse(main).text();
                return new FetchedRelease(ReleaseFile.parse(text), digest, main.length);
            }
            VerificationPolicy policy = VerificationPolicy.at(now);
            OpenPgpVerifier verifier = new OpenPgpVerifier(
                    keyring(suite), suite.repository().weakSelfSignatures() ? policy.withWeakSelfSignatures() : policy);
            VerifiedRelease release = signature.isPresent()
                    ? VerifiedRelease.fromDetached(main, signature.get(), verifier)
                    : VerifiedRelease.fromInRelease(main, verifier);
            memory(suite).writeVerified(digest, trust, now);
            return new FetchedRelease(release.release(), digest, main.length);
        } catch (OpenPgpVerificationException e) {
            throw new FetchException(
                    FetchException.Kind.SIGNATURE,
                    suite.title(),
                    "the signed metadata cannot be trusted: " + e.getMessage(),
                    "check the repository's keyring and this machine's clock",
                    e);
        } catch (FormatException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_METADATA,
                    suite.title(),
                    "what the mirror serves is no intact signed Release file (" + e.getMessage() + ")",
                    "check that the mirror's address is right and that no login page is in between",
                    e);
        }
    }

    private Keyring keyring(Suite suite) throws FetchException {
        try {
            return Keyring.read(suite.repository().keyring().toArray(byte[][]::new));
        } catch (FormatException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_CONFIGURATION,
                    "keyring of archive " + suite.repository().archive(),
                    e.getMessage(),
                    "give a file of OpenPGP certificates",
                    e);
        }
    }

    static FetchException translate(Suite suite, RepositoryException e) {
        return switch (e.kind()) {
            case EXPIRED ->
                new FetchException(
                        FetchException.Kind.EXPIRED,
                        suite.title(),
                        e.getMessage(),
                        "the mirror is no longer updated: use another, or correct this machine's clock",
                        e);
            case DOWNGRADE ->
                new FetchException(
                        FetchException.Kind.DOWNGRADE,
                        suite.title(),
                        e.getMessage(),
                        "the mirror is behind or an attacker replays old metadata: use another mirror",
                        e);
            default -> new FetchException(FetchException.Kind.BAD_METADATA, suite.title(), e.getMessage(), "", e);
        };
    }
}
