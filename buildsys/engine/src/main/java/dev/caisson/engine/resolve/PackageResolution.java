package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.fetch.AptRepository;
import dev.caisson.manifest.ExcludeSpec;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedFile;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.LockedRepository;
import dev.caisson.manifest.LockedSuite;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.PackageSpec;
import dev.caisson.manifest.Variant;
import dev.caisson.manifest.VersionConstraint;
import dev.caisson.repository.AptCandidates;
import dev.caisson.repository.AptPackage;
import dev.caisson.repository.RepositorySnapshot;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.DebianSemantics;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Requirement;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Resolver;
import dev.caisson.resolver.Solution;
import dev.caisson.resolver.Unsolvable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Chooses the packages of a variant from the state of its repositories. A pure function of the two. */
public final class PackageResolution {
    private PackageResolution() {}

    private record Origin(Archives.Fetched repository, RepositorySnapshot snapshot) {}

    /**
     * Resolves.
     *
     * @throws BuildException with {@link FailureCode#UNSOLVABLE} and the explanation
     */
    public static LockedArchitecture resolve(Variant variant, List<Archives.Fetched> repositories)
            throws BuildException {
        List<Candidate> candidates = new ArrayList<>();
        Map<String, Origin> origins = new HashMap<>();
        for (Archives.Fetched repository : repositories) {
            for (RepositorySnapshot snapshot : repository.snapshots()) {
                candidates.addAll(AptCandidates.of(snapshot));
                origins.put(snapshot.label(), new Origin(repository, snapshot));
            }
        }
        Resolution resolution = Resolver.resolve(problem(variant, candidates));
        if (resolution instanceof Unsolvable unsolvable) {
            throw new BuildException(
                    FailureCode.UNSOLVABLE, explain(variant, unsolvable), "", new UnsolvableException(unsolvable));
        }
        List<LockedPackage> packages = new ArrayList<>();
        for (Solution.Entry entry : ((Solution) resolution).packages()) {
            packages.add(lock(entry, origins.get(entry.candidate().repository())));
        }
        return new LockedArchitecture(Lockfile.request(variant), locked(repositories), packages);
    }

    private static dev.caisson.resolver.Problem problem(Variant variant, List<Candidate> candidates)
            throws BuildException {
        List<Dependency> requests = new ArrayList<>();
        for (PackageSpec spec : variant.packages()) {
            requests.add(request(spec));
        }
        if (!variant.kernel().packageName().isEmpty()) {
            requests.add(Dependency.of(variant.kernel().packageName()));
        }
        return dev.caisson.resolver.Problem.of(Pool.of(new DebianSemantics(), candidates), requests)
                .excluding(excluded(variant, candidates))
                .withRecommends(variant.weakDependencies())
                .forArchitectures(List.of(variant.architecture().debianName()));
    }

    private static Dependency request(PackageSpec spec) {
        if (spec.version().isEmpty()) {
            return Dependency.of(spec.name());
        }
        VersionConstraint constraint = spec.version().get();
        return new Dependency.Simple(
                Requirement.of(spec.name(), Comparison.parse(constraint.operator()), constraint.version()));
    }

    private static Set<String> excluded(Variant variant, List<Candidate> candidates) throws BuildException {
        Set<String> names = new TreeSet<>();
        for (ExcludeSpec exclude : variant.exclude()) {
            if (!exclude.name().contains("*") && !exclude.name().contains("?")) {
                names.add(exclude.name());
            } else {
                for (Candidate candidate : candidates) {
                    if (exclude.matches(candidate.name())) {
                        names.add(candidate.name());
                    }
                }
            }
        }
        for (PackageSpec spec : variant.packages()) {
            if (names.contains(spec.name())) {
                throw new BuildException(
                        FailureCode.MANIFEST,
                        spec.at() + ": the package " + spec.name() + " is both wanted and excluded",
                        "take it out of packages or out of exclude");
            }
        }
        return names;
    }

    /** One reason why packages cannot be installed together, for programs. */
    public record Problem(String message, List<String> chain) {}

    /** The reasons behind a failure with {@link FailureCode#UNSOLVABLE}; empty for other failures. */
    public static List<Problem> problems(BuildException failure) {
        List<Problem> problems = new ArrayList<>();
        if (failure.getCause() instanceof UnsolvableException cause) {
            cause.unsolvable.problems().forEach(p -> problems.add(new Problem(p.message(), p.chain())));
        }
        return problems;
    }

    /** Carries the explanation along. */
    private static final class UnsolvableException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Unsolvable unsolvable;

        UnsolvableException(Unsolvable unsolvable) {
            super("unsolvable");
            this.unsolvable = unsolvable;
        }
    }

    private static String explain(Variant variant, Unsolvable unsolvable) {
        StringBuilder text = new StringBuilder("the packages of " + variant.name() + " cannot be installed together");
        for (Unsolvable.Explanation problem : unsolvable.problems()) {
            text.append("\n  ").append(problem.message());
            for (String link : problem.chain()) {
                text.append("\n    ").append(link);
            }
        }
        return text.toString();
    }

    private static LockedPackage lock(Solution.Entry entry, Origin origin) {
        Candidate candidate = entry.candidate();
        AptPackage found = origin.snapshot
                .find(candidate.name(), candidate.version(), candidate.architecture())
                .orElseThrow(() -> new IllegalStateException(candidate + " is not in its own repository"));
        return new LockedPackage(
                found.name(),
                found.version(),
                found.architecture(),
                origin.repository.repository().name(),
                new LockedFile(found.filename(), found.sizeBytes(), found.sha256()),
                found.sourceName(),
                found.sourceVersion(),
                entry.reason().toString());
    }

    private static List<LockedRepository> locked(List<Archives.Fetched> repositories) {
        List<LockedRepository> result = new ArrayList<>();
        for (Archives.Fetched repository : repositories) {
            List<LockedSuite> suites = new ArrayList<>();
            for (RepositorySnapshot snapshot : repository.snapshots()) {
                String folder = AptRepository.folder(snapshot.suite());
                List<LockedFile> indexes = snapshot.indexes().stream()
                        .map(index -> new LockedFile(folder + index.path(), index.sizeBytes(), index.digest()))
                        .toList();
                suites.add(new LockedSuite(
                        snapshot.suite(),
                        new LockedFile(folder + "InRelease", snapshot.releaseSizeBytes(), snapshot.releaseDigest()),
                        OptionalLong.of(snapshot.date().getEpochSecond()),
                        indexes));
            }
            result.add(new LockedRepository(repository.repository().name(), suites));
        }
        return result;
    }
}
