package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import picocli.CommandLine.Option;

/** The options of the commands that look at finished images. */
final class ImageOptions {
    @Option(names = "--jobs", paramLabel = "N", description = "Threads that compute; default: the number of cores.")
    int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print results as JSON.")
    boolean json;

    @Option(names = "--progress", paramLabel = "HOW", description = "auto, plain or none; default: auto.")
    CommonOptions.ProgressKind progress = CommonOptions.ProgressKind.AUTO;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show what is behind a failure.")
    boolean verbose;

    /** Number of workers, checked. */
    int jobs() throws BuildException {
        if (jobs < 1 || jobs > 1024) {
            throw new BuildException(FailureCode.USAGE, "--jobs " + jobs + " is not between 1 and 1024", "");
        }
        return jobs;
    }
}
