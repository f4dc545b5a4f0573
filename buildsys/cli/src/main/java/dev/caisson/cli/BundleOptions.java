package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.formats.ImageConversion;
import dev.caisson.engine.keys.KeyProfiles;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Variant;
import dev.caisson.publish.bundle.CloudImage;
import dev.caisson.publish.bundle.UploadBundle;
import dev.caisson.secureboot.SecureBootKeys;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands that make upload bundles have in common. */
final class BundleOptions {
    @Mixin
    private CommonOptions options;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "The new folder; default: CLOUD in the build's folder.")
    private Path bundle;

    @Option(names = "--keys", paramLabel = "DIR", description = "Folder of key profiles; default: .caisson/keys.")
    private Path keys;

    @Parameters(paramLabel = "VARIANT", description = "A variant that was built.")
    private String name;

    /** Makes one kind of bundle. */
    @FunctionalInterface
    interface Maker {
        UploadBundle make(CloudImage image, Path disk, Path folder, ImageConversion conversion, long epochSeconds)
                throws Exception;
    }

    boolean verbose() {
        return options.verbose;
    }

    /** Makes the bundle and says what is in it. */
    int run(CommandSpec spec, String cloud, Maker maker) throws Exception {
        BuiltFiles files = new BuiltFiles(options, spec.commandLine().getErr());
        Variant variant = files.variant(name);
        Path built = files.folder(variant);
        Path folder = bundle == null ? built.resolve(cloud) : bundle;
        Files.createDirectories(folder);
        long epoch = BuildCommand.sourceDateEpoch().orElse(0);
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr(), options.progress);
        UploadBundle made;
        try (WorkPool pool = new WorkPool(options.jobs())) {
            made = maker.make(image(variant), built, folder, new ImageConversion(pool, progress), epoch);
        } finally {
            progress.finish();
        }
        print(spec.commandLine().getOut(), made);
        return 0;
    }

    private void print(PrintWriter out, UploadBundle made) throws Exception {
        if (options.json) {
            out.print(Json.pretty(made.json().put("folder", made.folder().toString())));
        } else {
            made.files().forEach(file -> out.println(made.folder().resolve(file)));
            out.println("now run, or read, " + made.folder().resolve(UploadBundle.SCRIPT) + ":");
            made.commands().forEach(command -> out.println("  " + command.line()));
        }
        out.flush();
    }

    private CloudImage image(Variant variant) throws BuildException {
        Optional<SecureBootKeys> found = Optional.empty();
        if (variant.signing().secureBoot()) {
            Path profile = new KeyProfiles(variant.file().toAbsolutePath().getParent(), Optional.ofNullable(keys))
                    .find(variant.signing().profile())
                    .orElseThrow(() -> new BuildException(
                            FailureCode.SIGNING,
                            "there is no key profile " + variant.signing().profile(),
                            "the image is signed with it: give its folder with --keys"));
            found = Optional.of(KeyProfiles.read(profile));
        }
        return new CloudImage(
                variant.name(),
                variant.version(),
                variant.architecture() == Arch.AARCH64,
                variant.description().isEmpty() ? variant.name() + " " + variant.version() : variant.description(),
                found);
    }
}
