package dev.caisson.engine.resolve;

import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.fetch.FetchException;
import dev.caisson.engine.fetch.RpmMdFetcher;
import dev.caisson.engine.fetch.RpmSource;
import dev.caisson.engine.folder.FolderIndexes;
import dev.caisson.engine.folder.PackageFolder;
import dev.caisson.manifest.Arch;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmMdPool;
import dev.caisson.repository.rpmmd.RpmMdRepository;
import dev.caisson.repository.rpmmd.RpmMdSettings;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.RpmSemantics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Repositories of RPM packages, known by their {@code repodata/repomd.xml}. */
final class RpmMdFormat implements RepositoryFormat {
    @Override
    public String label() {
        return "rpm-md";
    }

    @Override
    public boolean recognises(NamedRepository repository, RepositoryFiles files) throws IOException {
        return repository.suites().isEmpty()
                && (files.exists(URI.create(repository.folder() + RepomdFile.PATH), RepomdFile.MAXIMUM_BYTES)
                        || isPackageFolder(repository));
    }

    /** A folder of this machine with packages and nothing that describes them. */
    private static boolean isPackageFolder(NamedRepository repository) throws IOException {
        if (!repository.isLocal() || !Files.isDirectory(Path.of(repository.folder()))) {
            return false;
        }
        Path folder = Path.of(repository.folder());
        return !Files.exists(folder.resolve(RepomdFile.PATH))
                && !new PackageFolder(folder).rpms().isEmpty();
    }

    @Override
    public Universe read(List<NamedRepository> repositories, String architecture, RepositoryFiles files)
            throws BuildException, IOException {
        RpmMdFetcher fetcher = new RpmMdFetcher(
                files.downloader(),
                files.store(),
                // A name given here may mean another repository than the same name in a manifest.
                files.metadata().resolve("named"),
                files.now(),
                files.listener("metadata"),
                files.progress()::warning);
        List<RpmMdRepository> read = new ArrayList<>();
        for (NamedRepository repository : repositories) {
            try {
                if (isPackageFolder(repository)) {
                    read.add(folder(repository, files));
                    continue;
                }
                read.add(fetcher.fetch(source(repository, files)).repository());
            } catch (FetchException e) {
                throw Archives.failure(e);
            }
        }
        String machine = Arch.parse(architecture).map(Arch::label).orElse(architecture);
        return new Packages(RpmMdPool.of(read), RpmSemantics.compatibleWith(machine));
    }

    private static RpmMdRepository folder(NamedRepository repository, RepositoryFiles files)
            throws BuildException, IOException {
        if (repository.keyring().isPresent()) {
            throw new BuildException(
                    FailureCode.SOURCE,
                    "the repository " + repository + " has no metadata that its keyring could have signed",
                    "leave the keyring out, or make signed metadata with 'caisson repo create'");
        }
        FolderIndexes.Indexed indexed =
                new FolderIndexes(files.metadata()).read(new PackageFolder(Path.of(repository.folder())));
        return RpmMdRepository.of(
                RpmMdSettings.of(repository.name(), repository.priority()),
                indexed.rpm().orElseThrow(),
                indexed.digest());
    }

    private static RpmSource source(NamedRepository repository, RepositoryFiles files) throws BuildException {
        List<byte[]> keyring = new ArrayList<>();
        Optional<Path> file = repository.keyring();
        if (file.isPresent()) {
            try {
                keyring.add(Files.readAllBytes(file.get()));
            } catch (IOException e) {
                throw new BuildException(FailureCode.SOURCE, "the keyring " + file.get() + " cannot be read", "", e);
            }
        } else {
            files.progress().note("the repository " + repository + " is used without looking for a signature");
        }
        return RpmSource.at(
                RpmMdSettings.of(repository.name(), repository.priority()),
                List.of(repository.folder()),
                keyring,
                Optional.empty());
    }

    /** The packages of RPM repositories. */
    private record Packages(RpmMdPool pool, List<String> architectures) implements Universe {
        /** What dnf understands, see {@link RpmMdPool#requests}; with {@code @} in front a group or an environment. */
        @Override
        public List<Dependency> requests(String word) throws BuildException, IOException {
            try {
                List<Dependency> wanted =
                        word.startsWith("@") ? pool.group(word.substring(1), false) : pool.requests(word);
                if (wanted.isEmpty()) {
                    // As with a name that is not there: nothing provides it.
                    return List.of(Dependency.of(word));
                }
                return wanted;
            } catch (FormatException e) {
                throw new BuildException(
                        FailureCode.USAGE,
                        "\"" + word + "\" does not name a package: " + e.getMessage(),
                        "write NAME, NAME-VERSION-RELEASE.ARCH, \"NAME >= VERSION\", a path or a rich dependency",
                        e);
            }
        }

        @Override
        public Resolution resolve(Function<Pool, Problem> problem) throws IOException {
            return pool.resolve(problem);
        }

        @Override
        public String repository(Candidate candidate) {
            return candidate.repository();
        }
    }
}
