package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.fetch.Credentials;
import dev.caisson.engine.fetch.DownloadOptions;
import dev.caisson.engine.fetch.Downloader;
import dev.caisson.engine.fetch.FetchException;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Solution;
import dev.caisson.resolver.Unsolvable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Answers which packages some others need, from repositories given by address, without a variant. */
public final class DirectResolution {
    /** In the order in which a repository is recognised; the last one takes all. */
    private static final List<RepositoryFormat> FORMATS = List.of(new RpmMdFormat(), new AptFormat());

    private DirectResolution() {}

    /**
     * What is asked.
     *
     * @param repositories at least one
     * @param architecture such as {@code x86_64} or {@code amd64}
     * @param packages what is to be installed, in the words of the repositories' format
     * @param excluded names that are never installed
     * @param weak whether recommended packages are installed where possible
     */
    public record Question(
            List<NamedRepository> repositories,
            String architecture,
            List<String> packages,
            Set<String> excluded,
            boolean weak) {}

    /**
     * Where files come from and go to.
     *
     * @param environment for proxies and netrc
     * @param now the present, for signatures
     */
    public record Surroundings(
            ArtifactStore store, Map<String, String> environment, boolean offline, Instant now, Progress progress) {}

    /** A package of an answer. */
    public record Chosen(String name, String version, String architecture, String repository, String reason) {}

    /** The packages in order, or else the problems. */
    public record Answer(List<Chosen> packages, List<PackageResolution.Problem> problems) {
        /** Whether there is a solution. */
        public boolean solvable() {
            return problems.isEmpty();
        }
    }

    /** Answers a question. */
    public static Answer answer(Question question, Surroundings surroundings) throws BuildException, IOException {
        checkNames(question);
        checkTrust(question);
        DownloadOptions options = DownloadOptions.standard(surroundings.environment)
                .withOffline(surroundings.offline)
                .withCredentials(Credentials.Sources.netrc(surroundings.environment));
        ArtifactStore store = surroundings.store;
        try (Downloader downloader = new Downloader(store.area("downloads"), options)) {
            RepositoryFiles files = new RepositoryFiles(
                    downloader, Archives.blobs(store), store.area("metadata"), surroundings.now, surroundings.progress);
            RepositoryFormat format = format(question.repositories, files);
            RepositoryFormat.Universe universe = format.read(question.repositories, question.architecture, files);
            return answer(question, universe);
        } catch (FetchException e) {
            throw Archives.failure(e);
        }
    }

    private static void checkNames(Question question) throws BuildException {
        Set<String> names = new TreeSet<>();
        for (NamedRepository repository : question.repositories) {
            if (!names.add(repository.name())) {
                throw new BuildException(FailureCode.USAGE, "two repositories have the name " + repository.name(), "");
            }
        }
    }

    /** Before anything is asked of a server that nobody vouches for. */
    private static void checkTrust(Question question) throws BuildException {
        for (NamedRepository repository : question.repositories) {
            if (repository.keyring().isEmpty() && !repository.unsigned() && !repository.isLocal()) {
                throw new BuildException(
                        FailureCode.USAGE,
                        "the repository " + repository + " has no keyring, so nobody can tell who made it",
                        "add ,keyring=FILE with its keys, or ,unsigned to trust whoever answers");
            }
        }
    }

    private static RepositoryFormat format(List<NamedRepository> repositories, RepositoryFiles files)
            throws BuildException, IOException {
        Map<String, RepositoryFormat> found = new TreeMap<>();
        for (NamedRepository repository : repositories) {
            RepositoryFormat format = format(repository, files);
            found.put(format.label(), format);
        }
        if (found.size() != 1) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "the repositories are of several formats: " + String.join(", ", found.keySet()),
                    "ask for one format at a time");
        }
        return found.values().iterator().next();
    }

    private static RepositoryFormat format(NamedRepository repository, RepositoryFiles files)
            throws BuildException, IOException {
        for (RepositoryFormat format : FORMATS) {
            if (format.recognises(repository, files)) {
                return format;
            }
        }
        throw new IllegalStateException("the last format takes all");
    }

    private static Answer answer(Question question, RepositoryFormat.Universe universe)
            throws BuildException, IOException {
        List<Dependency> requests = new ArrayList<>();
        for (String word : question.packages) {
            requests.addAll(universe.requests(word));
        }
        Resolution resolution = universe.resolve(pool -> Problem.of(pool, requests)
                .excluding(question.excluded)
                .withRecommends(question.weak)
                .forArchitectures(universe.architectures()));
        if (resolution instanceof Unsolvable unsolvable) {
            return new Answer(
                    List.of(),
                    unsolvable.problems().stream()
                            .map(p -> new PackageResolution.Problem(p.message(), p.chain()))
                            .toList());
        }
        List<Chosen> packages = new ArrayList<>();
        for (Solution.Entry entry : ((Solution) resolution).packages()) {
            Candidate candidate = entry.candidate();
            packages.add(new Chosen(
                    candidate.name(),
                    candidate.version(),
                    candidate.architecture(),
                    universe.repository(candidate),
                    entry.reason().toString()));
        }
        return new Answer(packages, List.of());
    }
}
