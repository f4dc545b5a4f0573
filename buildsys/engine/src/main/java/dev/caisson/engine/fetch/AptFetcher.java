package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.repository.AptIndexPlan;
import dev.caisson.repository.PackagesIndex;
import dev.caisson.repository.ReleaseEntry;
import dev.caisson.repository.RepositoryException;
import dev.caisson.repository.RepositorySnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Brings verified suites and packages of APT archives into the store: signatures against the given keys only, every other byte
 * against a digest that a signature covers. For one thread; the downloader runs the downloads side by side.
 */
public final class AptFetcher {
    private final Mirrors mirrors;
    private final Downloader downloader;
    private final BlobStore store;
    private final Path folder;
    private final Instant now;
    private final DownloadListener listener;
    private final ParsedIndexes indexes;

    /**
     * @param mirrors where archives are
     * @param downloader how files come
     * @param store for metadata and packages
     * @param folder for what was last seen of each suite ({@code suites/}) and parsed indexes ({@code indexes/}); a cache
     * @param now the time against which keys and Valid-Until are checked
     * @param listener is told of downloads
     */
    public AptFetcher(
            Mirrors mirrors,
            Downloader downloader,
            BlobStore store,
            Path folder,
            Instant now,
            DownloadListener listener) {
        this.mirrors = mirrors;
        this.downloader = downloader;
        this.store = store;
        this.folder = folder;
        this.now = now;
        this.listener = listener;
        this.indexes = new ParsedIndexes(folder);
    }

    /**
     * Fetches and verifies suites.
     *
     * @return one snapshot per repository, suite and architecture, in that order
     * @throws FetchException when something cannot be had or must not be used
     */
    public List<RepositorySnapshot> fetch(List<AptRepository> repositories) throws IOException {
        List<ReleaseFetcher.Suite> suites = new ArrayList<>();
        for (AptRepository repository : repositories) {
            List<URI> bases = bases(repository.archive());
            repository.suites().forEach(suite -> suites.add(new ReleaseFetcher.Suite(repository, suite, bases)));
        }
        ReleaseFetcher fetcher = new ReleaseFetcher(downloader, store, folder.resolve("suites"), now, listener);
        List<ReleaseFetcher.FetchedRelease> releases = fetcher.fetch(suites, false);
        try {
            return snapshots(suites, releases);
        } catch (FetchException e) {
            // A mirror that is being updated serves new indexes with old signatures for a moment, or the reverse.
            if (downloader.options().offline() || !mayBeUpdate(e.kind())) {
                throw e;
            }
            List<ReleaseFetcher.FetchedRelease> again = fetcher.fetch(suites, true);
            if (digests(again).equals(digests(releases))) {
                throw e;
            }
            return snapshots(suites, again);
        }
    }

    private static boolean mayBeUpdate(FetchException.Kind kind) {
        return kind == FetchException.Kind.DIGEST_MISMATCH
                || kind == FetchException.Kind.SIZE_MISMATCH
                || kind == FetchException.Kind.NOT_FOUND;
    }

    private static List<Digest> digests(List<ReleaseFetcher.FetchedRelease> releases) {
        return releases.stream().map(ReleaseFetcher.FetchedRelease::digest).toList();
    }

    /** Where an archive is. Offline, one without any address is fine as long as the store has everything. */
    public List<URI> bases(String archive) throws FetchException {
        try {
            return mirrors.resolve(archive);
        } catch (FetchException e) {
            if (downloader.options().offline() && e.kind() == FetchException.Kind.NO_MIRROR) {
                return List.of();
            }
            throw e;
        }
    }

    /** One index to have, and how far the search for it is. */
    private static final class Pending {
        private final ReleaseFetcher.Suite suite;
        private final AptIndexPlan.Index index;
        private int variant;
        private PackagesIndex packages;

        Pending(ReleaseFetcher.Suite suite, AptIndexPlan.Index index) {
            this.suite = suite;
            this.index = index;
        }

        AptIndexPlan.Variant variant() {
            return index.variants().get(variant);
        }

        DownloadRequest request() {
            ReleaseEntry entry = variant().entry();
            List<URI> sources = new ArrayList<>();
            for (URI base : suite.bases()) {
                String dists = encode(AptRepository.folder(suite.name()));
                if (variant().byHash()) {
                    sources.add(base.resolve(dists + encode(entry.byHashPath())));
                }
                sources.add(base.resolve(dists + encode(entry.path())));
            }
            String name = suite.title() + " " + entry.path();
            return DownloadRequest.exact(name, sources, entry.sizeBytes(), entry.sha256());
        }
    }

    private List<RepositorySnapshot> snapshots(
            List<ReleaseFetcher.Suite> suites, List<ReleaseFetcher.FetchedRelease> releases) throws IOException {
        Map<RepositorySnapshot, List<Pending>> plans = new LinkedHashMap<>();
        List<Pending> all = new ArrayList<>();
        for (int i = 0; i < suites.size(); i++) {
            for (String architecture : suites.get(i).repository().architectures()) {
                List<Pending> pending = plan(suites.get(i), releases.get(i), architecture);
                all.addAll(pending);
                plans.put(empty(suites.get(i), releases.get(i), architecture), pending);
            }
        }
        load(all);
        List<RepositorySnapshot> snapshots = new ArrayList<>();
        plans.forEach((snapshot, pending) -> snapshots.add(filled(snapshot, pending)));
        return snapshots;
    }

    private static List<Pending> plan(
            ReleaseFetcher.Suite suite, ReleaseFetcher.FetchedRelease release, String architecture)
            throws FetchException {
        try {
            AptIndexPlan plan = AptRepository.isFlat(suite.name())
                    ? AptIndexPlan.ofFlat(release.release())
                    : AptIndexPlan.of(release.release(), suite.repository().components(), architecture);
            return plan.indexes().stream()
                    .map(index -> new Pending(suite, index))
                    .toList();
        } catch (RepositoryException e) {
            throw ReleaseFetcher.translate(suite, e);
        }
    }

    private static RepositorySnapshot empty(
            ReleaseFetcher.Suite suite, ReleaseFetcher.FetchedRelease release, String architecture) {
        return new RepositorySnapshot(
                suite.repository().archive(),
                suite.name(),
                architecture,
                suite.repository().priority(),
                release.digest(),
                release.sizeBytes(),
                release.release().date(),
                List.of());
    }

    private static RepositorySnapshot filled(RepositorySnapshot empty, List<Pending> pending) {
        List<RepositorySnapshot.Index> indexes = pending.stream()
                .map(p -> new RepositorySnapshot.Index(
                        p.index.component(),
                        p.variant().entry().path(),
                        p.variant().entry().sizeBytes(),
                        p.variant().entry().sha256(),
                        p.packages))
                .toList();
        return new RepositorySnapshot(
                empty.name(),
                empty.suite(),
                empty.architecture(),
                empty.priority(),
                empty.releaseDigest(),
                empty.releaseSizeBytes(),
                empty.date(),
                indexes);
    }

    /** From the parsed form, else from the store, else from the mirrors; a form that is not served gives way to the next. */
    private void load(List<Pending> all) throws IOException {
        List<Pending> missing = new ArrayList<>();
        for (Pending pending : all) {
            if (!loadLocal(pending)) {
                missing.add(pending);
            }
        }
        while (!missing.isEmpty()) {
            List<DownloadResult> results = downloader.tryDownload(
                    missing.stream().map(Pending::request).toList(), listener);
            List<Pending> next = new ArrayList<>();
            for (int i = 0; i < missing.size(); i++) {
                Pending pending = missing.get(i);
                if (results.get(i) instanceof DownloadResult.Failed failed) {
                    boolean last =
                            pending.variant + 1 == pending.index.variants().size();
                    if (failed.cause().kind() != FetchException.Kind.NOT_FOUND || last) {
                        throw failed.cause();
                    }
                    pending.variant++;
                    next.add(pending);
                } else {
                    DownloadResult.Fetched fetched = results.get(i).fetched().orElseThrow();
                    parse(pending, store.put(fetched.sha256(), fetched.file()));
                }
            }
            missing = next;
        }
    }

    private boolean loadLocal(Pending pending) throws IOException {
        for (int i = 0; i < pending.index.variants().size(); i++) {
            pending.variant = i;
            Digest digest = pending.variant().entry().sha256();
            Optional<PackagesIndex> cached = indexes.read(digest);
            if (cached.isPresent()) {
                pending.packages = cached.get();
                return true;
            }
            Optional<Path> stored = store.find(digest);
            if (stored.isPresent()) {
                parse(pending, stored.get());
                return true;
            }
        }
        pending.variant = 0;
        return false;
    }

    private void parse(Pending pending, Path file) throws IOException {
        AptIndexPlan.Variant variant = pending.variant();
        long size = pending.index.plainSizeBytes();
        try (InputStream in = Files.newInputStream(file)) {
            pending.packages = PackagesIndex.readFrom(in, variant.codec(), size);
        } catch (FormatException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_METADATA,
                    pending.suite.title() + " " + variant.entry().path(),
                    e.getMessage(),
                    "the archive itself is damaged",
                    e);
        }
        indexes.write(pending.packages, variant.entry().sha256());
    }

    /**
     * Brings package files into the store, those first that are not there.
     *
     * @return where each is, in the order of the request
     * @throws FetchException when one cannot be had
     */
    public List<Path> fetchPackages(List<PackageDownload> packages) throws IOException {
        Map<Digest, DownloadRequest> requests = new LinkedHashMap<>();
        Map<Digest, Path> found = new LinkedHashMap<>();
        for (PackageDownload wanted : packages) {
            Optional<Path> stored = store.find(wanted.sha256());
            if (stored.isPresent()) {
                found.put(wanted.sha256(), stored.get());
            } else if (!requests.containsKey(wanted.sha256())) {
                List<URI> sources = bases(wanted.archive()).stream()
                        .map(base -> base.resolve(encode(wanted.path())))
                        .toList();
                requests.put(
                        wanted.sha256(),
                        DownloadRequest.exact(wanted.fileName(), sources, wanted.sizeBytes(), wanted.sha256()));
            }
        }
        for (DownloadResult result : downloader.download(List.copyOf(requests.values()), listener)) {
            DownloadResult.Fetched fetched = result.fetched().orElseThrow();
            found.put(fetched.sha256(), store.put(fetched.sha256(), fetched.file()));
        }
        return packages.stream().map(wanted -> found.get(wanted.sha256())).toList();
    }

    /** A path as part of an address: everything but unreserved characters, slashes and a few marks in percent form. */
    static String encode(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~/+".indexOf(c) >= 0;
            encoded.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
