package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.fetch.AptRepository;
import dev.caisson.manifest.LockedFile;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.LockedRepository;
import dev.caisson.manifest.LockedSuite;
import dev.caisson.manifest.PackageGroupSpec;
import dev.caisson.manifest.RepositoryType;
import dev.caisson.manifest.Variant;
import dev.caisson.repository.AptCandidates;
import dev.caisson.repository.AptPackage;
import dev.caisson.repository.RepositorySnapshot;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.DebianSemantics;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Resolver;
import dev.caisson.resolver.Solution;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/** Packages of Debian archives. */
record AptUniverse(
        List<Archives.Fetched> repositories,
        List<Candidate> candidates,
        Map<String, Origin> origins,
        List<String> architectures)
        implements PackageUniverse {
    /** Where a candidate's {@link Candidate#repository} is described. */
    record Origin(Archives.Fetched repository, RepositorySnapshot snapshot) {}

    static AptUniverse of(Variant variant, List<Archives.Fetched> repositories) {
        List<Candidate> candidates = new ArrayList<>();
        Map<String, Origin> origins = new HashMap<>();
        for (Archives.Fetched repository : repositories) {
            for (RepositorySnapshot snapshot : repository.snapshots()) {
                candidates.addAll(AptCandidates.of(snapshot));
                origins.put(snapshot.label(), new Origin(repository, snapshot));
            }
        }
        return new AptUniverse(
                repositories,
                candidates,
                origins,
                List.of(variant.architecture().debianName()));
    }

    @Override
    public Collection<String> names() {
        return candidates.stream().map(Candidate::name).toList();
    }

    @Override
    public Resolution resolve(Function<Pool, Problem> problem) {
        return Resolver.resolve(problem.apply(Pool.of(new DebianSemantics(), candidates)));
    }

    @Override
    public List<Dependency> group(PackageGroupSpec spec) throws BuildException {
        throw new BuildException(
                FailureCode.MANIFEST,
                spec.at() + ": " + spec + " asks for a group, which only RPM repositories have",
                "ask for a package that depends on what is wanted, such as a task-… package");
    }

    @Override
    public LockedPackage lock(Solution.Entry entry) {
        Candidate candidate = entry.candidate();
        Origin origin = origins.get(candidate.repository());
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

    @Override
    public List<LockedRepository> locked() {
        List<LockedRepository> result = new ArrayList<>();
        for (Archives.Fetched repository : repositories) {
            List<LockedSuite> suites = new ArrayList<>();
            if (repository.repository().type() == RepositoryType.DIRECTORY) {
                // It has no metadata; its packages are locked by their own digests.
                result.add(new LockedRepository(repository.repository().name(), suites));
                continue;
            }
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
