package dev.caisson.engine.resolve;

import dev.caisson.bytes.FormatException;
import dev.caisson.deb.RelationParser;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.fetch.AptFetcher;
import dev.caisson.engine.fetch.AptRepository;
import dev.caisson.engine.fetch.FetchException;
import dev.caisson.engine.fetch.Mirrors;
import dev.caisson.engine.fetch.UnsignedPackages;
import dev.caisson.manifest.Arch;
import dev.caisson.repository.AptCandidates;
import dev.caisson.repository.RepositorySnapshot;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.DebianSemantics;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Requirement;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Resolver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** APT repositories: archives with suites, flat ones, folders with a Packages file, and such files themselves. */
final class AptFormat implements RepositoryFormat {
    @Override
    public String label() {
        return "APT";
    }

    /** What is of no other format: it has many shapes, and reading it says what is missing. */
    @Override
    public boolean recognises(NamedRepository repository, RepositoryFiles files) {
        return true;
    }

    @Override
    public Universe read(List<NamedRepository> repositories, String architecture, RepositoryFiles files)
            throws BuildException, IOException {
        String machine = Arch.parse(architecture).map(Arch::debianName).orElse(architecture);
        List<Candidate> candidates = new ArrayList<>();
        for (NamedRepository repository : repositories) {
            for (RepositorySnapshot snapshot : snapshots(repository, machine, files)) {
                candidates.addAll(AptCandidates.of(snapshot));
            }
        }
        return new Packages(candidates, machine);
    }

    private static List<RepositorySnapshot> snapshots(
            NamedRepository repository, String architecture, RepositoryFiles files) throws BuildException, IOException {
        try {
            if (repository.keyring().isPresent()) {
                return signed(repository, architecture, files);
            }
            return unsigned(repository, architecture, files);
        } catch (FetchException e) {
            throw Archives.failure(e);
        }
    }

    private static List<RepositorySnapshot> signed(
            NamedRepository repository, String architecture, RepositoryFiles files) throws BuildException, IOException {
        byte[] keyring;
        try {
            keyring = Files.readAllBytes(repository.keyring().get());
        } catch (IOException e) {
            throw new BuildException(
                    FailureCode.SOURCE, "the keyring " + repository.keyring().get() + " cannot be read", "", e);
        }
        Mirrors mirrors = Mirrors.of(
                List.of(repository.name() + "=" + repository.folder()), Map.of(), List.of(), Path.of("none"));
        AptFetcher fetcher = new AptFetcher(
                mirrors,
                files.downloader(),
                files.store(),
                // What was seen of a suite belongs to a name of a manifest; names given here may mean something else.
                files.metadata().resolve("named"),
                files.now(),
                files.listener("metadata"));
        return fetcher.fetch(List.of(new AptRepository(
                repository.name(),
                repository.suites().isEmpty() ? List.of("./") : repository.suites(),
                repository.components(),
                List.of(architecture),
                List.of(keyring),
                false,
                repository.priority(),
                Map.of())));
    }

    private static List<RepositorySnapshot> unsigned(
            NamedRepository repository, String architecture, RepositoryFiles files) throws IOException {
        files.progress().note("the repository " + repository + " is used without looking for a signature");
        UnsignedPackages packages =
                new UnsignedPackages(files.downloader(), files.metadata(), files.listener("metadata"));
        List<RepositorySnapshot> snapshots = new ArrayList<>();
        for (String suite : repository.suites().isEmpty() ? List.of("./") : repository.suites()) {
            boolean flat = AptRepository.isFlat(suite);
            List<RepositorySnapshot.Index> indexes = new ArrayList<>();
            for (String component : flat ? List.of("") : repository.components()) {
                URI address = flat ? flat(repository, suite) : component(repository, suite, component, architecture);
                UnsignedPackages.Fetched fetched = packages.fetch(address);
                indexes.add(new RepositorySnapshot.Index(
                        component,
                        fetched.source().getPath(),
                        Files.exists(fetched.file().file())
                                ? Files.size(fetched.file().file())
                                : 0,
                        fetched.file().sha256(),
                        fetched.packages()));
            }
            snapshots.add(new RepositorySnapshot(
                    repository.name(),
                    suite,
                    architecture,
                    repository.priority(),
                    indexes.get(0).digest(),
                    0,
                    Instant.EPOCH,
                    indexes));
        }
        return snapshots;
    }

    private static URI flat(NamedRepository repository, String suite) {
        boolean file = repository.address().getPath().matches(".*/[^/]*Packages[^/]*");
        return file ? repository.address() : repository.folder().resolve(AptRepository.folder(suite) + "Packages");
    }

    private static URI component(NamedRepository repository, String suite, String component, String architecture) {
        return repository
                .folder()
                .resolve(AptRepository.folder(suite) + component + "/binary-" + architecture + "/Packages");
    }

    /** The packages of Debian archives. */
    private record Packages(List<Candidate> candidates, String machine) implements Universe {
        /** {@code name}, {@code name=version} as APT has it, or a relation such as {@code "name (>= 2)"}. */
        @Override
        public List<Dependency> requests(String word) throws BuildException {
            int equals = word.indexOf('=');
            if (equals > 0 && word.indexOf('(') < 0) {
                return List.of(new Dependency.Simple(
                        Requirement.of(word.substring(0, equals), Comparison.parse("="), word.substring(equals + 1))));
            }
            try {
                List<Dependency> parsed = RelationParser.dependencies(word);
                if (parsed.size() == 1) {
                    return parsed;
                }
            } catch (FormatException e) {
                // Reported below.
            }
            throw new BuildException(
                    FailureCode.USAGE,
                    "\"" + word + "\" does not name a package",
                    "write NAME, NAME=VERSION or \"NAME (>= VERSION)\"");
        }

        @Override
        public List<String> architectures() {
            return List.of(machine);
        }

        @Override
        public Resolution resolve(Function<Pool, Problem> problem) {
            return Resolver.resolve(problem.apply(Pool.of(new DebianSemantics(), candidates)));
        }

        @Override
        public String repository(Candidate candidate) {
            String label = candidate.repository();
            return label.substring(0, label.indexOf('/'));
        }
    }
}
