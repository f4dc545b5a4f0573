package dev.caisson.engine.resolve;

import dev.caisson.engine.BuildException;
import dev.caisson.resolver.Candidate;
import dev.caisson.resolver.Dependency;
import dev.caisson.resolver.Pool;
import dev.caisson.resolver.Problem;
import dev.caisson.resolver.Resolution;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * A kind of repository metadata, for packages asked for without a variant. The repositories of one question are all of one
 * format: packages of two cannot depend on each other.
 */
interface RepositoryFormat {
    /** What it is called. */
    String label();

    /** Whether a repository has metadata of this format; looks for as little as possible. */
    boolean recognises(NamedRepository repository, RepositoryFiles files) throws IOException;

    /**
     * Reads repositories.
     *
     * @param architecture as asked for, in any distribution's name
     */
    Universe read(List<NamedRepository> repositories, String architecture, RepositoryFiles files)
            throws BuildException, IOException;

    /** All packages of some repositories. */
    interface Universe {
        /** What a word of the command line asks for: all of these. */
        List<Dependency> requests(String word) throws BuildException, IOException;

        /** The architectures whose packages can be installed, the native one first. */
        List<String> architectures();

        /** Solves a problem; it is asked for again with another pool when the answer needs metadata that were not read yet. */
        Resolution resolve(Function<Pool, Problem> problem) throws IOException;

        /** The repository that a package is from. */
        String repository(Candidate candidate);
    }
}
