package dev.caisson.cli;

import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds what a build has made, for the commands that publish it. */
final class BuiltFiles {
    private final CommonOptions options;
    private final PrintWriter err;

    BuiltFiles(CommonOptions options, PrintWriter err) {
        this.options = options;
        this.err = err;
    }

    /** The folder of a variant's last build. */
    Path folder(Variant variant) throws BuildException {
        Path folder = options.output
                .resolve(variant.name())
                .resolve(variant.architecture().label());
        if (!Files.isDirectory(folder)) {
            throw new BuildException(
                    FailureCode.USAGE,
                    variant.name() + " for " + variant.architecture() + " is not built: there is no " + folder,
                    "run 'caisson build " + variant.name() + "' first, or name its --output");
        }
        return folder;
    }

    /** The variant for the architecture asked for. */
    Variant variant(String nameOrPath) throws BuildException, IOException {
        return new VariantSource(options, err).load(nameOrPath);
    }

    /**
     * The one file with a suffix.
     *
     * @param given a file, a build's folder, or a variant
     */
    Path file(String given, String suffix) throws BuildException, IOException {
        Path path = Path.of(given);
        if (Files.isRegularFile(path) && given.endsWith(suffix)) {
            return path;
        }
        boolean built = Files.isDirectory(path) && Files.isRegularFile(path.resolve("artifacts.json"));
        Path folder = built ? path : folder(variant(given));
        List<Path> files = SortedListing.of(folder).stream()
                .filter(file -> file.getFileName().toString().endsWith(suffix))
                .toList();
        if (files.size() != 1) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "there " + (files.isEmpty() ? "is no *" : "are several *") + suffix + " in " + folder,
                    files.isEmpty()
                            ? "list the format in the variant's formats and build it again"
                            : "give the file itself, or --arch " + List.of(Arch.values()));
        }
        return files.get(0);
    }
}
