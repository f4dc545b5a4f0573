package dev.caisson.engine.fetch;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpVerificationException;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.VerificationPolicy;
import dev.caisson.repository.rpmmd.MetadataFile;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmMdCache;
import dev.caisson.repository.rpmmd.RpmMdIndex;
import dev.caisson.repository.rpmmd.RpmMdRepository;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings the metadata of rpm-md repositories: {@code repomd.xml} against the given keys, every other file against the checksum in
 * it. The last accepted {@code repomd.xml} is remembered, for work without network and so that an older one is noticed. For one
 * thread.
 */
public final class RpmMdFetcher {
    private static final long METADATA_LIMIT_BYTES = 4L << 30;
    private static final long SIGNATURE_LIMIT_BYTES = 1 << 20;
    private static final Set<FetchException.Kind> ALARMING = Set.of(
            FetchException.Kind.SIGNATURE,
            FetchException.Kind.DIGEST_MISMATCH,
            FetchException.Kind.PIN_MISMATCH,
            FetchException.Kind.DOWNGRADE);

    private final Downloader downloader;
    private final BlobStore store;
    private final Path folder;
    private final Instant now;
    private final DownloadListener listener;
    private final Consumer<String> warnings;

    /**
     * @param downloader how files come
     * @param store for metadata with a SHA-256
     * @param folder for what was last seen of each repository ({@code rpm-md/}) and parsed indexes; a cache
     * @param now the time against which keys are checked
     * @param listener is told of downloads
     * @param warnings is told, in a sentence, of mirrors that were of no use
     */
    public RpmMdFetcher(
            Downloader downloader,
            BlobStore store,
            Path folder,
            Instant now,
            DownloadListener listener,
            Consumer<String> warnings) {
        this.downloader = downloader;
        this.store = store;
        this.folder = folder.resolve("rpm-md");
        this.now = now;
        this.listener = listener;
        this.warnings = warnings;
    }

    /**
     * A repository with its description.
     *
     * @param repository ready for use
     * @param repomdBytes size of {@code repomd.xml}
     * @param bases where its packages are, in order of preference
     */
    public record Fetched(RpmMdRepository repository, long repomdBytes, List<URI> bases) {
        /** Copies the list. */
        public Fetched {
            bases = List.copyOf(bases);
        }
    }

    /** The top document, and the repository with the mirror first that gave it. */
    private record Top(byte[] document, RpmSource source) {}

    /**
     * Fetches and verifies a repository's metadata.
     *
     * @throws FetchException when something cannot be had or must not be used
     */
    public Fetched fetch(RpmSource wanted) throws IOException {
        Top top = document(wanted);
        RpmSource source = top.source;
        byte[] document = top.document;
        try {
            RepomdFile repomd = RepomdFile.parse(document);
            checkPin(source, repomd.digest());
            RepomdFile.Data primary = RpmMdRepository.primary(repomd);
            Optional<RpmMdIndex> known = readIndex(primary.checksum());
            RpmMdIndex index;
            if (known.isPresent()) {
                index = known.get();
            } else {
                index = MetadataFile.read(primary, open(source, primary), RpmMdIndex::parse);
                writeIndex(index, primary.checksum());
            }
            return new Fetched(
                    RpmMdRepository.open(source.settings(), repomd, file -> open(source, file), index),
                    document.length,
                    source.bases());
        } catch (FormatException e) {
            throw damaged(source, e);
        }
    }

    private static FetchException damaged(RpmSource source, FormatException e) {
        return new FetchException(
                FetchException.Kind.BAD_METADATA,
                title(source),
                e.getMessage(),
                "the repository is damaged or just being updated: try again later or use another mirror",
                e);
    }

    private static void checkPin(RpmSource source, Digest digest) throws FetchException {
        if (source.pinned().isPresent() && !source.pinned().get().equals(digest)) {
            throw new FetchException(
                    FetchException.Kind.PIN_MISMATCH,
                    title(source),
                    "the repository now has " + digest + ", pinned is "
                            + source.pinned().get(),
                    "update the lock");
        }
    }

    private static String title(RpmSource source) {
        return "repository " + source.name();
    }

    private Path memory(RpmSource source) {
        // Manifests of different people may give the same name to different repositories.
        Digest place = DigestAlgorithm.SHA256.of(source.place().getBytes(StandardCharsets.UTF_8));
        return folder.resolve(source.name().replaceAll("[^A-Za-z0-9._-]", "_") + "-"
                + place.hex().substring(0, 16) + ".xml");
    }

    private Top document(RpmSource source) throws IOException {
        if (source.pinned().isPresent()) {
            Optional<Path> stored = store.find(source.pinned().get());
            if (stored.isPresent()) {
                return new Top(Files.readAllBytes(stored.get()), source);
            }
        }
        boolean remote = source.bases().stream().noneMatch(base -> "file".equals(base.getScheme()));
        if (downloader.options().offline() && remote) {
            return remembered(source)
                    .map(document -> new Top(document, source))
                    .orElseThrow(() -> new FetchException(
                            FetchException.Kind.OFFLINE,
                            title(source),
                            "was never fetched and the network may not be used",
                            "build once without --offline"));
        }
        List<FetchException> failures = new ArrayList<>();
        for (URI base : source.bases()) {
            try {
                return new Top(documentFrom(source.only(base)), source.preferring(base));
            } catch (FetchException e) {
                if (source.bases().size() == 1 || e.kind() == FetchException.Kind.STORAGE) {
                    throw e;
                }
                failures.add(e);
                warnings.accept("a mirror was of no use: " + e.getMessage());
            }
        }
        throw worst(source, failures);
    }

    /** What somebody should look into rather than what goes away by itself. */
    private static FetchException worst(RpmSource source, List<FetchException> failures) {
        return failures.stream()
                .filter(e -> ALARMING.contains(e.kind()))
                .findFirst()
                .or(() -> failures.stream().findFirst())
                .orElseGet(() -> new FetchException(
                        FetchException.Kind.NO_MIRROR, title(source), "has no address", "give it one"));
    }

    private byte[] documentFrom(RpmSource source) throws IOException {
        DownloadResult.Fetched fetched = download(
                source, title(source) + " repomd.xml", RepomdFile.PATH, RepomdFile.MAXIMUM_BYTES, Optional.empty());
        try {
            byte[] document = Files.readAllBytes(fetched.file());
            check(source, document);
            if (!source.keyring().isEmpty()) {
                verify(source, document);
            }
            checkNotOlder(source, document);
            Files.createDirectories(folder);
            SuiteMemory.replace(memory(source), document);
            store.put(fetched.sha256(), fetched.file());
            return document;
        } finally {
            Files.deleteIfExists(fetched.file());
        }
    }

    /** Half a document, or another than the one that is meant, is for the next mirror to do better. */
    private static void check(RpmSource source, byte[] document) throws FetchException {
        Digest digest;
        try {
            digest = RepomdFile.parse(document).digest();
        } catch (FormatException e) {
            throw damaged(source, e);
        }
        checkPin(source, digest);
        if (source.metalink().isPresent()
                && source.metalink().get().versions().stream().noneMatch(version -> version.matches(document))) {
            throw new FetchException(
                    FetchException.Kind.DIGEST_MISMATCH,
                    FetchException.display(source.bases().get(0)),
                    "its repodata/repomd.xml is none of those that the metalink names",
                    "the mirror is behind or altered");
        }
    }

    private Optional<byte[]> remembered(RpmSource source) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(memory(source)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private void verify(RpmSource source, byte[] document) throws IOException {
        DownloadResult.Fetched signature;
        try {
            signature = download(
                    source,
                    title(source) + " repomd.xml.asc",
                    RepomdFile.SIGNATURE_PATH,
                    SIGNATURE_LIMIT_BYTES,
                    Optional.empty());
        } catch (FetchException e) {
            if (e.kind() != FetchException.Kind.NOT_FOUND) {
                throw e;
            }
            throw new FetchException(
                    FetchException.Kind.SIGNATURE,
                    title(source),
                    "its metadata are not signed (it has no " + RepomdFile.SIGNATURE_PATH + ")",
                    "if only its packages are signed, say so in the manifest with 'signatures: packages'",
                    e);
        }
        try {
            Keyring keyring = Keyring.read(source.keyring().toArray(byte[][]::new));
            RepomdFile.verify(
                    document,
                    Files.readAllBytes(signature.file()),
                    new OpenPgpVerifier(keyring, VerificationPolicy.at(now)));
        } catch (OpenPgpVerificationException e) {
            throw new FetchException(
                    FetchException.Kind.SIGNATURE,
                    title(source),
                    "the signed metadata cannot be trusted: " + e.getMessage(),
                    "check the repository's keyring and this machine's clock",
                    e);
        } finally {
            Files.deleteIfExists(signature.file());
        }
    }

    /** rpm-md has no date of its own: the youngest of its files tells. What is remembered and unreadable does not count. */
    private void checkNotOlder(RpmSource source, byte[] document) throws IOException {
        Optional<byte[]> before = remembered(source);
        if (before.isEmpty() || source.pinned().isPresent()) {
            return;
        }
        long last;
        try {
            last = RepomdFile.parse(before.get()).newestTimestamp();
        } catch (FormatException e) {
            return;
        }
        long present = RepomdFile.parse(document).newestTimestamp();
        if (present < last && !source.keyring().isEmpty()) {
            throw new FetchException(
                    FetchException.Kind.DOWNGRADE,
                    title(source),
                    "its metadata are of " + Instant.ofEpochSecond(present) + ", those seen before of "
                            + Instant.ofEpochSecond(last),
                    "the mirror is behind or an attacker replays old metadata: use another mirror");
        }
    }

    private ByteSource open(RpmSource source, RepomdFile.Data file) throws IOException {
        Optional<Digest> sha256 = Optional.of(file.checksum()).filter(d -> d.algorithm() == DigestAlgorithm.SHA256);
        if (sha256.isPresent()) {
            Optional<Path> stored = store.find(sha256.get());
            if (stored.isPresent()) {
                return FileSource.open(stored.get());
            }
        }
        DownloadResult.Fetched fetched = download(
                source,
                title(source) + " " + file.type(),
                file.base().isEmpty() ? file.location() : file.base() + "/" + file.location(),
                file.sizeBytes() >= 0 ? file.sizeBytes() : METADATA_LIMIT_BYTES,
                sha256);
        if (sha256.isPresent()) {
            return FileSource.open(store.put(fetched.sha256(), fetched.file()));
        }
        try {
            return ByteSource.of(Files.readAllBytes(fetched.file()));
        } finally {
            Files.deleteIfExists(fetched.file());
        }
    }

    private DownloadResult.Fetched download(
            RpmSource source, String name, String path, long maxBytes, Optional<Digest> sha256) throws IOException {
        List<URI> addresses = new ArrayList<>();
        for (URI base : source.bases()) {
            addresses.add(path.contains("://") ? URI.create(path) : base.resolve(AptFetcher.encode(path)));
        }
        DownloadRequest request = new DownloadRequest(name, addresses, -1, maxBytes, sha256, Optional.empty());
        return downloader.download(List.of(request), listener).get(0).fetched().orElseThrow();
    }

    /** A path within a repository as part of an address. */
    public static String encode(String path) {
        return AptFetcher.encode(path);
    }

    private Path indexFile(Digest primary) {
        return folder.resolve("indexes").resolve(primary.hex() + ".index");
    }

    private Optional<RpmMdIndex> readIndex(Digest primary) throws IOException {
        try {
            return Optional.of(RpmMdCache.read(Files.readAllBytes(indexFile(primary)), primary));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FormatException e) {
            Files.deleteIfExists(indexFile(primary));
            return Optional.empty();
        }
    }

    private void writeIndex(RpmMdIndex index, Digest primary) throws IOException {
        Files.createDirectories(indexFile(primary).getParent());
        SuiteMemory.replace(indexFile(primary), RpmMdCache.write(index, primary));
    }
}
