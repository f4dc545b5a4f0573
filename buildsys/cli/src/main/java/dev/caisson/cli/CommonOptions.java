package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.Arch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that every command on variants understands. */
final class CommonOptions {
    @Option(names = "--arch", paramLabel = "ARCH", description = "x86_64 or aarch64; default: the variant's first.")
    String arch;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where artifacts go; default: out/ in the current folder.")
    Path output = Path.of("out");

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "The store; default: caisson in the user's cache folder.")
    Path cache;

    @Option(names = "--variants", paramLabel = "DIR", description = "Another folder in which variants are looked for.")
    List<Path> variants = new ArrayList<>();

    @Option(names = "--jobs", paramLabel = "N", description = "Threads that compute; default: the number of cores.")
    int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--offline", description = "Never touch the network.")
    boolean offline;

    @Option(names = "--locked", description = "Fail rather than resolve anew: the lock must be there and complete.")
    boolean locked;

    @Option(
            names = "--mirror",
            paramLabel = "NAME=URL",
            description = "Address of a named archive; may be given several times.")
    Map<String, String> mirrors = new LinkedHashMap<>();

    @Option(names = "--json", description = "Print results as JSON.")
    boolean json;

    @Option(names = "--progress", paramLabel = "HOW", description = "auto, plain or none; default: auto.")
    ProgressKind progress = ProgressKind.AUTO;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show more, and what is behind a failure.")
    boolean verbose;

    /** How progress is shown. */
    enum ProgressKind {
        AUTO,
        PLAIN,
        NONE
    }

    /** The store's folder. */
    Path cacheFolder() {
        if (cache != null) {
            return cache;
        }
        String configured = System.getenv("CAISSON_CACHE");
        if (configured != null && !configured.isEmpty()) {
            return Path.of(configured);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        String ownHome = System.getenv("HOME");
        Path home = Path.of(ownHome == null || ownHome.isEmpty() ? System.getProperty("user.home") : ownHome);
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (xdg != null && !xdg.isEmpty()) {
            return Path.of(xdg, "caisson");
        }
        if (os.startsWith("mac")) {
            return home.resolve("Library/Caches/caisson");
        }
        String local = System.getenv("LOCALAPPDATA");
        return os.startsWith("windows") && local != null ? Path.of(local, "caisson") : home.resolve(".cache/caisson");
    }

    /** The architecture asked for, or null for the variant's first. */
    Arch architecture() throws BuildException {
        if (arch == null) {
            return null;
        }
        return Arch.parse(arch)
                .orElseThrow(() -> new BuildException(
                        FailureCode.USAGE, "--arch " + arch + " is not an architecture", "use x86_64 or aarch64"));
    }

    /** Number of workers, checked. */
    int jobs() throws BuildException {
        if (jobs < 1 || jobs > 1024) {
            throw new BuildException(FailureCode.USAGE, "--jobs " + jobs + " is not between 1 and 1024", "");
        }
        return jobs;
    }
}
