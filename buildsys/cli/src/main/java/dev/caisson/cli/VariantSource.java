package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Diagnostic;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.ManifestResult;
import dev.caisson.manifest.Severity;
import dev.caisson.manifest.Variant;
import dev.caisson.manifest.VariantFinder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the words of the command line to a variant and the addresses of its archives. */
final class VariantSource {
    private final CommonOptions options;
    private final PrintWriter err;

    VariantSource(CommonOptions options, PrintWriter err) {
        this.options = options;
        this.err = err;
    }

    /** Finds variants: in the current folder and upwards, in --variants, and among the tool's own. */
    VariantFinder finder() {
        List<Path> folders = new ArrayList<>(options.variants);
        String home = System.getenv("CAISSON_HOME");
        if (home != null && !home.isEmpty()) {
            folders.add(Path.of(home, "variants"));
        }
        return new VariantFinder(Path.of("").toAbsolutePath(), folders);
    }

    /** The manifest file of a variant by name or path. */
    Path manifest(String nameOrPath) throws BuildException, IOException {
        Optional<Path> file = finder().find(nameOrPath);
        if (file.isPresent()) {
            return file.get();
        }
        String suggestion = finder().suggestion(nameOrPath)
                .map(name -> "did you mean " + name + "? ")
                .orElse("");
        throw new BuildException(
                FailureCode.USAGE,
                "there is no variant " + nameOrPath,
                suggestion + "looked in " + finder().searched() + "; 'caisson variant list' shows all");
    }

    /**
     * A variant with the manifest files that it was read from.
     *
     * @param remarks whether the manifest gave warnings
     */
    record Loaded(Variant variant, List<Path> inputs, boolean remarks) {}

    /** Loads a variant for the architecture asked for. */
    Variant load(String nameOrPath) throws BuildException, IOException {
        return load(nameOrPath, manifest(nameOrPath)).variant();
    }

    /** Loads a variant from a manifest, for the architecture asked for. */
    Loaded load(String nameOrPath, Path manifest) throws BuildException, IOException {
        ManifestResult result = read(manifest);
        Map<Arch, Variant> variants = result.variants();
        Arch wanted = options.architecture();
        Variant variant = wanted == null ? variants.values().iterator().next() : variants.get(wanted);
        if (variant == null) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    nameOrPath + " is not made for " + wanted,
                    "its architectures are " + variants.keySet());
        }
        return new Loaded(variant, result.inputs(), !result.diagnostics().isEmpty());
    }

    /** Reads a manifest; all its errors together are the failure. */
    ManifestResult read(Path manifest) throws BuildException {
        ManifestResult result = ManifestLoader.load(manifest);
        for (Diagnostic diagnostic : result.diagnostics()) {
            if (diagnostic.severity() != Severity.ERROR) {
                err.println(diagnostic.text());
            }
        }
        if (!result.ok() || result.variants().isEmpty()) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    result.errors().size() + " error" + (result.errors().size() == 1 ? "" : "s") + " in the manifest\n"
                            + Diagnostic.text(result.errors()),
                    "");
        }
        return result;
    }

    /** Where this machine finds archives. */
    Archives.Addresses addresses(Variant variant) {
        List<String> mirrors = new ArrayList<>();
        options.mirrors.forEach((name, url) -> mirrors.add(name + "=" + url));
        List<Path> files = new ArrayList<>();
        Path folder = variant.file().toAbsolutePath().getParent();
        for (Path at = folder; at != null; at = at.getParent()) {
            files.add(at.resolve("mirrors.yaml"));
            files.add(at.resolve(".caisson").resolve("mirrors.yaml"));
        }
        files.add(userFolder(System.getenv()).resolve("mirrors.yaml"));
        return new Archives.Addresses(mirrors, System.getenv(), files, Path.of("/etc/apt"), options.offline);
    }

    /** The user's configuration folder. */
    static Path userFolder(Map<String, String> environment) {
        String xdg = environment.get("XDG_CONFIG_HOME");
        return (xdg != null && !xdg.isEmpty() ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".config"))
                .resolve("caisson");
    }
}
