package dev.caisson.engine.resolve;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.DiskFull;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.fetch.AptFetcher;
import dev.caisson.engine.fetch.AptRepository;
import dev.caisson.engine.fetch.BlobStore;
import dev.caisson.engine.fetch.Credentials;
import dev.caisson.engine.fetch.DownloadListener;
import dev.caisson.engine.fetch.DownloadOptions;
import dev.caisson.engine.fetch.DownloadRequest;
import dev.caisson.engine.fetch.DownloadResult;
import dev.caisson.engine.fetch.Downloader;
import dev.caisson.engine.fetch.FetchException;
import dev.caisson.engine.fetch.Mirrors;
import dev.caisson.engine.fetch.PackageDownload;
import dev.caisson.engine.fetch.RpmMdFetcher;
import dev.caisson.engine.recipe.RecipeRepository;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.RepositorySignatures;
import dev.caisson.manifest.RepositorySpec;
import dev.caisson.manifest.RepositoryType;
import dev.caisson.manifest.Variant;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.VerificationPolicy;
import dev.caisson.repository.RepositorySnapshot;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmVerifier;
import dev.caisson.rpm.SignaturePolicy;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The repositories of a variant behind whatever mirrors this machine uses. Everything that comes back is verified. */
public final class Archives implements Closeable {
    private static final long SOURCE_LIMIT_BYTES = 4L << 30;

    private final Variant variant;
    private final ArtifactStore store;
    private final Mirrors mirrors;
    private final Downloader downloader;
    private final Instant now;
    private final Progress progress;
    private final RpmRepositories rpms;

    /**
     * Where a machine says that archives are.
     *
     * @param mirrors {@code NAME=URL} from the command line
     * @param environment the process's variables
     * @param mirrorFiles {@code mirrors.yaml} files, the deciding one first
     * @param aptFolder the machine's APT configuration
     * @param offline whether the network may not be used
     */
    public record Addresses(
            List<String> mirrors,
            Map<String, String> environment,
            List<Path> mirrorFiles,
            Path aptFolder,
            boolean offline) {}

    private Archives(
            Variant variant,
            ArtifactStore store,
            Mirrors mirrors,
            Downloader downloader,
            Instant now,
            Progress progress,
            Path metadataArea) {
        this.variant = variant;
        this.store = store;
        this.mirrors = mirrors;
        this.downloader = downloader;
        this.now = now;
        this.progress = progress;
        this.rpms = new RpmRepositories(
                variant, new RpmRepositories.Means(downloader, blobs(store), metadataArea, now, progress));
    }

    /**
     * Opens the archives of a variant.
     *
     * @param now the time against which signatures and Valid-Until are checked
     */
    public static Archives open(
            Variant variant, ArtifactStore store, Addresses addresses, Instant now, Progress progress)
            throws BuildException, IOException {
        List<String> given = new ArrayList<>(addresses.mirrors);
        for (RepositorySpec repository : variant.repositories()) {
            boolean overridden = given.stream().anyMatch(m -> m.startsWith(archive(repository) + "="));
            if (!overridden) {
                repository.urls().forEach(url -> given.add(archive(repository) + "=" + url));
            }
        }
        try {
            Mirrors mirrors = Mirrors.of(given, addresses.environment, addresses.mirrorFiles, addresses.aptFolder);
            Downloader downloader = new Downloader(
                    store.area("downloads"),
                    DownloadOptions.standard(addresses.environment)
                            .withOffline(addresses.offline)
                            .withCredentials(new Credentials.Sources(
                                    addresses.environment,
                                    Optional.of(addresses.aptFolder),
                                    mirrors.machineSources())));
            return new Archives(variant, store, mirrors, downloader, now, progress, store.area("metadata"));
        } catch (FetchException e) {
            throw failure(e);
        }
    }

    private static String archive(RepositorySpec repository) {
        return repository.archive().orElse(repository.name());
    }

    private AptFetcher fetcher(String what) throws IOException {
        return new AptFetcher(mirrors, downloader, blobs(store), store.area("metadata"), now, listener(what));
    }

    private DownloadListener listener(String what) {
        return state -> progress.count(what, state.bytesDone(), Math.max(state.bytesTotal(), state.bytesDone()), true);
    }

    /** The contents of a store, as downloads see them. */
    static BlobStore blobs(ArtifactStore store) {
        return new BlobStore() {
            @Override
            public Optional<Path> find(Digest sha256) {
                return store.find(sha256);
            }

            @Override
            public Path put(Digest sha256, Path temporary) throws IOException {
                return store.put(sha256, temporary);
            }
        };
    }

    /**
     * The state of one repository.
     *
     * @param snapshots APT: suite by suite
     * @param rpm RPM packages: all of it
     */
    public record Fetched(
            RepositorySpec repository, List<RepositorySnapshot> snapshots, Optional<RpmMdFetcher.Fetched> rpm) {}

    /** Fetches and verifies the metadata of all repositories. */
    public List<Fetched> metadata() throws BuildException, IOException {
        List<Fetched> all = new ArrayList<>();
        for (RepositorySpec repository : variant.repositories()) {
            all.add(
                    switch (repository.type()) {
                        case APT -> new Fetched(repository, snapshots(repository), Optional.empty());
                        case RPM_MD -> rpm(repository);
                        case DIRECTORY -> rpms.directory(repository);
                        case KIT -> rpms.kit(repository);
                        case RECIPES -> RecipeRepository.fetch(variant, repository, store, progress);
                    });
        }
        return all;
    }

    private List<RepositorySnapshot> snapshots(RepositorySpec repository) throws BuildException, IOException {
        byte[] keyring = repository.keyring().isPresent()
                ? readKeyring(repository, repository.keyring().get())
                : new byte[0];
        Map<String, Digest> pinned = repository
                .snapshot()
                .filter(digest -> repository.suites().size() == 1)
                .map(digest -> Map.of(repository.suites().get(0), digest))
                .orElse(Map.of());
        try {
            return fetcher("metadata")
                    .fetch(List.of(new AptRepository(
                            archive(repository),
                            repository.suites(),
                            repository.components(),
                            List.of(variant.architecture().debianName()),
                            List.of(keyring),
                            false,
                            // in a manifest the smaller number is preferred, for the resolver the larger
                            -repository.priority(),
                            pinned)));
        } catch (FetchException e) {
            throw failure(e);
        }
    }

    private Fetched rpm(RepositorySpec repository) throws BuildException, IOException {
        List<byte[]> keyring = new ArrayList<>();
        if (repository.signatures() == RepositorySignatures.METADATA) {
            keyring.add(readKeyring(repository, repository.keyring().orElseThrow()));
        }
        try {
            return rpms.rpmMd(repository, configured(repository), keyring);
        } catch (FetchException e) {
            throw failure(e);
        }
    }

    /** The addresses that the manifest, the command line and the machine give; a list of mirrors does without. */
    private List<URI> configured(RepositorySpec repository) throws IOException {
        boolean named = repository.archive().isPresent() || !repository.urls().isEmpty();
        return named || !RpmRepositories.hasMirrorList(repository)
                ? fetcher("metadata").bases(archive(repository))
                : List.of();
    }

    /** Whoever signs packages one by one is believed package by package. */
    private void checkSignature(RepositorySpec repository, LockedPackage locked, Path file)
            throws BuildException, IOException {
        if (repository.signatures() != RepositorySignatures.PACKAGES) {
            return;
        }
        byte[] keys = readKeyring(repository, repository.keyring().orElseThrow());
        List<String> objections;
        try (FileSource source = FileSource.open(file)) {
            OpenPgpVerifier verifier = new OpenPgpVerifier(Keyring.read(keys), VerificationPolicy.at(now));
            objections = RpmVerifier.verify(RpmPackage.open(source, RpmLimits.DEFAULT), verifier)
                    .objections(SignaturePolicy.REQUIRE);
        } catch (FormatException e) {
            objections = List.of(e.getMessage());
        }
        if (!objections.isEmpty()) {
            throw new BuildException(
                    FailureCode.SOURCE,
                    "the package " + locked.name() + " " + locked.version() + " of the repository " + repository.name()
                            + " cannot be trusted: " + String.join("; ", objections),
                    "check the repository's keyring");
        }
    }

    private static byte[] readKeyring(RepositorySpec repository, Path file) throws BuildException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BuildException(
                    FailureCode.SOURCE,
                    repository.at() + ": the keyring " + file + " cannot be read",
                    "the path is relative to the manifest that names it",
                    e);
        }
    }

    /** Fetches one package into the store, checked by size and digest. */
    public Path fetch(LockedPackage locked) throws BuildException, IOException {
        RepositorySpec repository = variant.repositories().stream()
                .filter(r -> r.name().equals(locked.repository()))
                .findFirst()
                .orElseThrow(() -> new BuildException(
                        FailureCode.SOURCE,
                        "the lock takes " + locked.name() + " from the repository " + locked.repository()
                                + ", which the variant does not have",
                        "run 'caisson lock " + variant.name() + "'"));
        Optional<Path> stored = store.find(locked.file().digest());
        Path file =
                stored.isPresent() && Files.size(stored.get()) == locked.file().sizeBytes()
                        ? stored.get()
                        : download(repository, locked);
        checkSignature(repository, locked, file);
        return file;
    }

    private Path download(RepositorySpec repository, LockedPackage locked) throws BuildException, IOException {
        if (repository.type() == RepositoryType.RECIPES) {
            return RecipeRepository.file(variant, repository, locked, store);
        }
        try {
            if (repository.type() != RepositoryType.APT) {
                boolean local = repository.type() != RepositoryType.RPM_MD;
                return rpms.fetch(repository, locked, local ? List.of() : configured(repository));
            }
            return fetcher("packages")
                    .fetchPackages(List.of(new PackageDownload(
                            archive(repository),
                            locked.file().path(),
                            locked.file().sizeBytes(),
                            locked.file().digest())))
                    .get(0);
        } catch (FetchException e) {
            if (e.kind() == FetchException.Kind.NOT_FOUND) {
                throw new BuildException(
                        FailureCode.SOURCE,
                        "the repository " + locked.repository() + " no longer serves " + locked.name() + " "
                                + locked.version() + ", which the lock names",
                        "run 'caisson lock " + variant.name() + "' to take the present versions",
                        e);
            }
            throw failure(e);
        }
    }

    /**
     * Fetches a source of a package that is built here into the store, unless it is there.
     *
     * @param what for messages
     * @param urls addresses, or {@code ARCHIVE:path} for a path in a named archive, in the order in which to try
     */
    public Path source(String what, List<String> urls, Digest sha512) throws BuildException, IOException {
        Digest key = DigestAlgorithm.SHA256.of(("source " + sha512).getBytes(StandardCharsets.UTF_8));
        Optional<byte[]> known = store.action(key);
        if (known.isPresent()) {
            Optional<Path> stored = store.findVerified(new Digest(DigestAlgorithm.SHA256, known.get()));
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        List<URI> addresses = new ArrayList<>();
        try {
            for (String url : urls) {
                addresses.addAll(addresses(url));
            }
            DownloadResult.Fetched fetched = downloader
                    .download(
                            List.of(DownloadRequest.open(what, addresses, SOURCE_LIMIT_BYTES, Optional.empty())),
                            listener("sources"))
                    .get(0)
                    .fetched()
                    .orElseThrow();
            try (FileSource file = FileSource.open(fetched.file())) {
                Digest found = DigestAlgorithm.SHA512.of(file);
                if (!found.equals(sha512)) {
                    throw new BuildException(
                            FailureCode.SOURCE,
                            what + " from " + fetched.source() + " has the SHA-512 " + found.hex() + ", expected "
                                    + sha512.hex(),
                            "if upstream has published it anew, check why before you change the recipe");
                }
            }
            Path stored = store.put(fetched.sha256(), fetched.file());
            store.putAction(key, fetched.sha256().bytes());
            return stored;
        } catch (FetchException e) {
            throw failure(e);
        }
    }

    private List<URI> addresses(String url) throws IOException, BuildException {
        if (url.matches("(https?|file):.*")) {
            return List.of(URI.create(url));
        }
        int colon = url.indexOf(':');
        List<URI> addresses = new ArrayList<>();
        for (URI base : fetcher("sources").bases(url.substring(0, colon))) {
            addresses.add(base.resolve(url.substring(colon + 1)));
        }
        return addresses;
    }

    /** A failed fetch as a build failure. */
    static BuildException failure(FetchException e) {
        if (e.kind() == FetchException.Kind.STORAGE && DiskFull.isCauseOf(e)) {
            return DiskFull.failure(e);
        }
        return new BuildException(FailureCode.SOURCE, e.getMessage(), "", e);
    }

    @Override
    public void close() throws IOException {
        downloader.close();
    }
}
