package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.LockedRepository;
import dev.caisson.manifest.PackageGroupSpec;
import dev.caisson.manifest.Variant;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import dev.caisson.resolver.Solution;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** All packages of a variant's repositories, in the terms of their format. */
sealed interface PackageUniverse permits AptUniverse, RpmUniverse {
    /**
     * The packages of fetched repositories.
     *
     * @throws BuildException when they are of several formats: packages of two cannot depend on each other
     */
    static PackageUniverse of(Variant variant, List<Archives.Fetched> repositories) throws BuildException {
        boolean rpm = repositories.stream().anyMatch(r -> r.rpm().isPresent());
        boolean apt = repositories.stream().anyMatch(r -> r.rpm().isEmpty());
        if (rpm && apt) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    variant.name() + " has repositories of RPM and of Debian packages, which cannot be mixed",
                    "use repositories of one format");
        }
        return rpm ? RpmUniverse.of(variant, repositories) : AptUniverse.of(variant, repositories);
    }

    /** The names of all packages, some more than once. */
    Collection<String> names();

    /** The architectures whose packages can be installed, the native one first. */
    List<String> architectures();

    /**
     * Solves a problem, which is asked for again with another pool when the answer needs metadata that were not read yet.
     *
     * @throws IOException when these cannot be had
     */
    Resolution resolve(Function<Pool, Problem> problem) throws IOException;

    /**
     * What asking for a group of packages asks for.
     *
     * @throws BuildException when there is no such group
     */
    List<Dependency> group(PackageGroupSpec spec) throws BuildException, IOException;

    /** A package of the answer. */
    LockedPackage lock(Solution.Entry entry) throws BuildException;

    /** The metadata that were used. */
    List<LockedRepository> locked();
}
