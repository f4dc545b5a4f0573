package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.fetch.BlobStore;
import dev.caisson.engine.fetch.DownloadListener;
import dev.caisson.engine.fetch.DownloadRequest;
import dev.caisson.engine.fetch.Downloader;
import dev.caisson.engine.fetch.FetchException;
import dev.caisson.engine.fetch.RpmMdFetcher;
import dev.caisson.engine.fetch.RpmMirrors;
import dev.caisson.engine.fetch.RpmSource;
import dev.caisson.engine.folder.FolderIndexes;
import dev.caisson.engine.folder.PackageFolder;
import dev.caisson.engine.kit.Kit;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.ModuleSpec;
import dev.caisson.manifest.RepositorySpec;
import dev.caisson.manifest.RepositoryType;
import dev.caisson.manifest.Variant;
import dev.caisson.repository.RepositorySnapshot;
import dev.caisson.repository.rpmmd.ModulePolicy;
import dev.caisson.repository.rpmmd.PackageFilter;
import dev.caisson.repository.rpmmd.RpmMdRepository;
import dev.caisson.repository.rpmmd.RpmMdSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The repositories of a variant that are not Debian archives: rpm-md behind mirrors, folders of packages, kits. */
final class RpmRepositories {
    private final Variant variant;
    private final Means means;
    /** Where the mirrors of a repository are, once they are known. Packages are fetched by several threads. */
    private final Map<String, RpmMirrors.Found> found = new HashMap<>();

    /**
     * What it works with.
     *
     * @param metadata folder for what is remembered
     * @param now the time against which keys are checked
     */
    record Means(Downloader downloader, BlobStore store, Path metadata, Instant now, Progress progress) {
        DownloadListener listener(String what) {
            return state ->
                    progress.count(what, state.bytesDone(), Math.max(state.bytesTotal(), state.bytesDone()), true);
        }
    }

    RpmRepositories(Variant variant, Means means) {
        this.variant = variant;
        this.means = means;
    }

    /**
     * Where a repository's files are, in order of preference.
     *
     * @param configured addresses that the manifest, the command line and the machine give, in this order
     */
    synchronized RpmMirrors.Found addresses(RepositorySpec repository, List<URI> configured) throws IOException {
        RpmMirrors.Found known = found.get(repository.name());
        if (known == null) {
            known = find(repository, configured);
            found.put(repository.name(), known);
        }
        return known;
    }

    private RpmMirrors.Found find(RepositorySpec repository, List<URI> configured) throws IOException {
        RpmMirrors mirrors =
                new RpmMirrors(means.downloader, means.metadata, means.listener("metadata"), means.progress::warning);
        List<URI> bases = new ArrayList<>(configured);
        RpmMirrors.Found last = new RpmMirrors.Found(List.of(), Optional.empty());
        if (repository.rpm().metalink().isPresent()) {
            last = mirrors.metalink(
                    repository.name(), URI.create(repository.rpm().metalink().get()));
            bases.addAll(last.bases());
        }
        if (repository.rpm().mirrorlist().isPresent()) {
            bases.addAll(mirrors.mirrorList(
                            repository.name(),
                            URI.create(repository.rpm().mirrorlist().get()))
                    .bases());
        }
        return new RpmMirrors.Found(bases.stream().distinct().toList(), last.metalink());
    }

    /** Whether its addresses come from a list that has to be fetched. */
    static boolean hasMirrorList(RepositorySpec repository) {
        return repository.rpm().mirrorlist().isPresent()
                || repository.rpm().metalink().isPresent();
    }

    /** The state of an rpm-md repository. */
    Archives.Fetched rpmMd(RepositorySpec repository, List<URI> configured, List<byte[]> keyring) throws IOException {
        RpmMirrors.Found place = addresses(repository, configured);
        String identity = hasMirrorList(repository)
                ? repository.rpm().metalink().orElse("") + " "
                        + repository.rpm().mirrorlist().orElse("") + " " + configured
                : configured.toString();
        RpmMdFetcher fetcher = new RpmMdFetcher(
                means.downloader,
                means.store,
                means.metadata,
                means.now,
                means.listener("metadata"),
                means.progress::warning);
        RpmMdFetcher.Fetched fetched = fetcher.fetch(new RpmSource(
                settings(repository), place.bases(), identity, place.metalink(), keyring, repository.snapshot()));
        synchronized (this) {
            // Packages are asked of the mirror first that had the metadata.
            found.put(repository.name(), new RpmMirrors.Found(fetched.bases(), place.metalink()));
        }
        return new Archives.Fetched(repository, List.of(), Optional.of(fetched));
    }

    private RpmMdSettings settings(RepositorySpec repository) {
        Map<String, String> enabled = new HashMap<>();
        Set<String> disabled = new HashSet<>();
        for (ModuleSpec module : variant.modules()) {
            if (module.disabled()) {
                disabled.add(module.name());
            } else {
                enabled.put(module.name(), module.stream());
            }
        }
        return new RpmMdSettings(
                repository.name(),
                // in a manifest the smaller number is preferred, for the resolver the larger
                -repository.priority(),
                new PackageFilter(repository.rpm().includes(), repository.rpm().excludes()),
                new ModulePolicy(enabled, disabled, repository.rpm().moduleHotfixes()));
    }

    /** The state of a folder of packages. */
    Archives.Fetched directory(RepositorySpec repository) throws BuildException, IOException {
        Path folder = repository.directory().orElseThrow();
        FolderIndexes.Indexed indexed = new FolderIndexes(means.metadata).read(new PackageFolder(folder));
        if (indexed.deb().isPresent()) {
            return new Archives.Fetched(repository, List.of(snapshot(repository, indexed)), Optional.empty());
        }
        RpmMdRepository packages =
                RpmMdRepository.of(settings(repository), indexed.rpm().orElseThrow(), indexed.digest());
        return local(repository, packages);
    }

    private RepositorySnapshot snapshot(RepositorySpec repository, FolderIndexes.Indexed indexed) {
        return new RepositorySnapshot(
                repository.name(),
                "",
                variant.architecture().debianName(),
                -repository.priority(),
                indexed.digest(),
                0,
                Instant.EPOCH,
                List.of(new RepositorySnapshot.Index(
                        "", "Packages", 0, indexed.digest(), indexed.deb().orElseThrow())));
    }

    /** The state of a kit. */
    Archives.Fetched kit(RepositorySpec repository) throws BuildException, IOException {
        Kit kit = kitOf(repository);
        return local(repository, kit.repository(variant.architecture(), settings(repository)));
    }

    private static Kit kitOf(RepositorySpec repository) throws BuildException, IOException {
        return Kit.open(
                repository.directory().orElseThrow(), repository.snapshot().orElseThrow());
    }

    private static Archives.Fetched local(RepositorySpec repository, RpmMdRepository packages) {
        URI base = repository.directory().orElseThrow().toUri();
        return new Archives.Fetched(
                repository, List.of(), Optional.of(new RpmMdFetcher.Fetched(packages, 0, List.of(base))));
    }

    /** Brings a package into the store. */
    Path fetch(RepositorySpec repository, LockedPackage locked, List<URI> configured)
            throws BuildException, IOException {
        String path = locked.file().path();
        List<URI> bases;
        if (repository.type() == RepositoryType.KIT) {
            path = kitOf(repository).location(path, locked.file().digest());
            bases = List.of(repository.directory().orElseThrow().toUri());
        } else if (repository.type() == RepositoryType.DIRECTORY) {
            bases = List.of(repository.directory().orElseThrow().toUri());
        } else {
            bases = addresses(repository, configured).bases();
        }
        String encoded = RpmMdFetcher.encode(path);
        List<URI> sources = bases.stream().map(base -> base.resolve(encoded)).toList();
        DownloadRequest request = DownloadRequest.exact(
                locked.file().path().substring(locked.file().path().lastIndexOf('/') + 1),
                sources,
                locked.file().sizeBytes(),
                locked.file().digest());
        var result = means.downloader
                .download(List.of(request), means.listener("packages"))
                .get(0)
                .fetched()
                .orElseThrow(
                        () -> new FetchException(FetchException.Kind.NOT_FOUND, locked.name(), "was not fetched", ""));
        return means.store.put(result.sha256(), result.file());
    }
}
