package dev.caisson.engine.resolve;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.fetch.RpmMdFetcher;
import dev.caisson.manifest.LockedFile;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.LockedRepository;
import dev.caisson.manifest.LockedSuite;
import dev.caisson.manifest.PackageGroupSpec;
import dev.caisson.manifest.RepositoryType;
import dev.caisson.manifest.Variant;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmMdPool;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.RpmSemantics;
import dev.caisson.resolver.Solution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Packages of RPM repositories. */
final class RpmUniverse implements PackageUniverse {
    private static final Pattern SOURCE = Pattern.compile("(.+)-([^-]+-[^-]+)\\.(no)?src\\.rpm");

    private final Map<String, Archives.Fetched> repositories = new LinkedHashMap<>();
    private final RpmMdPool pool;
    private final List<String> architectures;

    private RpmUniverse(List<Archives.Fetched> fetched, String machine) {
        for (Archives.Fetched repository : fetched) {
            repositories.put(
                    repository.rpm().orElseThrow().repository().settings().name(), repository);
        }
        this.pool = RpmMdPool.of(
                fetched.stream().map(r -> r.rpm().orElseThrow().repository()).toList());
        this.architectures = RpmSemantics.compatibleWith(machine);
    }

    static RpmUniverse of(Variant variant, List<Archives.Fetched> repositories) {
        return new RpmUniverse(repositories, variant.architecture().label());
    }

    @Override
    public Collection<String> names() {
        Pool all = pool.pool();
        return IntStream.range(0, all.size())
                .mapToObj(i -> all.candidate(i).name())
                .toList();
    }

    @Override
    public List<String> architectures() {
        return architectures;
    }

    @Override
    public Resolution resolve(Function<Pool, Problem> problem) throws IOException {
        return pool.resolve(problem);
    }

    @Override
    public List<Dependency> group(PackageGroupSpec spec) throws BuildException, IOException {
        List<Dependency> wanted = pool.group(spec.id(), spec.optional());
        if (wanted.isEmpty()) {
            throw new BuildException(
                    FailureCode.UNSOLVABLE,
                    spec.at() + ": no repository has the group " + spec.id() + ", or it has no package that is there",
                    "look at the groups of the repositories; a group is asked for by its identifier or name");
        }
        return wanted;
    }

    @Override
    public LockedPackage lock(Solution.Entry entry) throws BuildException {
        Candidate candidate = entry.candidate();
        Archives.Fetched origin = repositories.get(candidate.repository());
        RpmPackageMetadata found = origin.rpm()
                .orElseThrow()
                .repository()
                .find(candidate)
                .orElseThrow(() -> new IllegalStateException(candidate + " is not in its own repository"));
        Matcher source = SOURCE.matcher(found.texts().sourceRpm());
        boolean known = source.matches();
        return new LockedPackage(
                found.name(),
                found.evr(),
                found.architecture(),
                origin.repository().name(),
                file(found, origin),
                known ? source.group(1) : found.name(),
                known ? source.group(2) : found.evr(),
                entry.reason().toString());
    }

    private static LockedFile file(RpmPackageMetadata found, Archives.Fetched origin) throws BuildException {
        String why = null;
        if (!found.base().isEmpty()) {
            why = "lies elsewhere (" + found.base() + ")";
        } else if (found.checksum().algorithm() != DigestAlgorithm.SHA256) {
            why = "has no SHA-256 but only " + found.checksum().algorithm().label();
        }
        if (why == null) {
            try {
                return new LockedFile(found.location(), found.sizes().packageBytes(), found.checksum());
            } catch (IllegalArgumentException e) {
                why = e.getMessage();
            }
        }
        throw new BuildException(
                FailureCode.SOURCE,
                "the package " + found.nevra() + " of the repository "
                        + origin.repository().name() + " cannot be locked: it " + why,
                "make the repository's metadata anew with a present createrepo_c");
    }

    @Override
    public List<LockedRepository> locked() {
        List<LockedRepository> result = new ArrayList<>();
        for (Archives.Fetched fetched : repositories.values()) {
            RpmMdFetcher.Fetched rpm = fetched.rpm().orElseThrow();
            RepomdFile repomd = rpm.repository().repomd();
            if (fetched.repository().type() != RepositoryType.RPM_MD) {
                // A folder has no metadata and a kit is pinned by the manifest; packages are locked by their own
                // digests.
                result.add(new LockedRepository(fetched.repository().name(), List.of()));
                continue;
            }
            List<LockedFile> indexes = new ArrayList<>();
            for (RepomdFile.Data data : repomd.data().values()) {
                Digest checksum = data.checksum();
                if (data.type().startsWith("primary")
                        && checksum.algorithm() == DigestAlgorithm.SHA256
                        && data.sizeBytes() >= 0) {
                    indexes.add(new LockedFile(data.location(), data.sizeBytes(), checksum));
                }
            }
            result.add(new LockedRepository(
                    fetched.repository().name(),
                    List.of(new LockedSuite(
                            "",
                            new LockedFile(RepomdFile.PATH, rpm.repomdBytes(), repomd.digest()),
                            OptionalLong.of(repomd.newestTimestamp()),
                            indexes))));
        }
        return result;
    }
}
