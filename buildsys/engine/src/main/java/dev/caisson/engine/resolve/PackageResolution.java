package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.ExcludeSpec;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.PackageGroupSpec;
import dev.caisson.manifest.PackageSpec;
import dev.caisson.manifest.Variant;
import dev.caisson.manifest.VersionConstraint;
import dev.caisson.resolver.Comparison;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Requirement;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Solution;
import dev.caisson.resolver.Unsolvable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Chooses the packages of a variant from the state of its repositories. A pure function of the two. */
public final class PackageResolution {
    private PackageResolution() {}

    /**
     * Resolves.
     *
     * @throws BuildException with {@link FailureCode#UNSOLVABLE} and the explanation
     * @throws IOException when metadata that only the answer asks for cannot be had
     */
    public static LockedArchitecture resolve(Variant variant, List<Archives.Fetched> repositories)
            throws BuildException, IOException {
        PackageUniverse universe = PackageUniverse.of(variant, repositories);
        List<Dependency> requests = new ArrayList<>();
        for (PackageSpec spec : variant.packages()) {
            requests.add(request(spec));
        }
        for (PackageGroupSpec group : variant.packageGroups()) {
            requests.addAll(universe.group(group));
        }
        if (!variant.kernel().packageName().isEmpty()) {
            requests.add(Dependency.of(variant.kernel().packageName()));
        }
        Set<String> excluded = excluded(variant, universe.names());
        Resolution resolution = universe.resolve(pool -> dev.caisson.resolver.Problem.of(pool, requests)
                .excluding(excluded)
                .withRecommends(variant.weakDependencies())
                .forArchitectures(universe.architectures()));
        if (resolution instanceof Unsolvable unsolvable) {
            throw new BuildException(
                    FailureCode.UNSOLVABLE, explain(variant, unsolvable), "", new UnsolvableException(unsolvable));
        }
        List<LockedPackage> packages = new ArrayList<>();
        for (Solution.Entry entry : ((Solution) resolution).packages()) {
            packages.add(universe.lock(entry));
        }
        return new LockedArchitecture(Lockfile.request(variant), universe.locked(), packages);
    }

    private static Dependency request(PackageSpec spec) {
        if (spec.version().isEmpty()) {
            return Dependency.of(spec.name());
        }
        VersionConstraint constraint = spec.version().get();
        return new Dependency.Simple(
                Requirement.of(spec.name(), Comparison.parse(constraint.operator()), constraint.version()));
    }

    private static Set<String> excluded(Variant variant, Collection<String> candidates) throws BuildException {
        Set<String> names = new TreeSet<>();
        for (ExcludeSpec exclude : variant.exclude()) {
            if (!exclude.name().contains("*") && !exclude.name().contains("?")) {
                names.add(exclude.name());
            } else {
                candidates.stream().filter(exclude::matches).forEach(names::add);
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
}
