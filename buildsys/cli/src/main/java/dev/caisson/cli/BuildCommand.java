package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.image.Artifact;
import dev.caisson.engine.image.ImageBuild;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Variant;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson build}. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = "Builds a variant: resolves, fetches, assembles, seals and signs it.",
        footer = {
            "",
            "Examples:",
            "  caisson build container-host",
            "  caisson build ./my-host --arch aarch64 --output /srv/images",
            "  caisson build container-host --locked --offline",
            "  caisson build container-host --mirror debian=file:///srv/mirror/debian"
        })
final class BuildCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @Option(names = "--keys", paramLabel = "DIR", description = "Folder of key profiles; default: .caisson/keys.")
    private Path keys;

    @Parameters(paramLabel = "VARIANT", description = "Name of a variant, or path of its folder or manifest.")
    private String name;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        VariantSource source = new VariantSource(options, err);
        Variant variant = source.load(name);
        ArtifactStore store = ArtifactStore.open(options.cacheFolder());
        TerminalProgress progress = new TerminalProgress(err, options.progress);
        long start = System.nanoTime();
        try (WorkPool pool = new WorkPool(options.jobs())) {
            ImageBuild.Request request = new ImageBuild.Request(
                    variant,
                    options.output,
                    options.locked,
                    source.addresses(variant),
                    Optional.ofNullable(keys),
                    sourceDateEpoch(),
                    Clock.systemUTC(),
                    new SecureRandom());
            ImageBuild.Result result = new ImageBuild(request, store, pool, progress).run();
            progress.finish();
            if (options.json) {
                out.print(Json.pretty(json(result)));
            } else {
                summary(out, variant, result, (System.nanoTime() - start) / 1_000_000);
            }
        } finally {
            progress.finish();
        }
        return 0;
    }

    static OptionalLong sourceDateEpoch() throws BuildException {
        String text = System.getenv("SOURCE_DATE_EPOCH");
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.matches("\\d{1,10}") || Long.parseLong(text) > Integer.MAX_VALUE) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "SOURCE_DATE_EPOCH is \"" + text + "\"",
                    "set it to seconds since 1970, at most " + Integer.MAX_VALUE);
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private static void summary(PrintWriter out, Variant variant, ImageBuild.Result result, long millis) {
        out.println(variant.name() + " " + variant.version() + " for "
                + variant.architecture().label() + ", " + result.packages() + " packages ("
                + result.reusedLayers() + " reused)" + (result.signed() ? "" : ", NOT SIGNED")
                + (result.unchanged() ? ", nothing to do" : ""));
        if (!result.rootHash().isEmpty()) {
            out.println("root hash " + result.rootHash());
        }
        for (Artifact artifact : result.artifacts()) {
            out.println(String.format(
                    Locale.ROOT,
                    "%12d  %s  %s",
                    artifact.sizeBytes(),
                    artifact.digest().hex().substring(0, 16),
                    artifact.name()));
        }
        StringBuilder stages = new StringBuilder();
        for (ImageBuild.Stage stage : result.stages()) {
            stages.append(String.format(
                    Locale.ROOT, "%s%s %.2f", stages.isEmpty() ? "" : ", ", stage.name(), stage.millis() / 1000.0));
        }
        out.println(String.format(Locale.ROOT, "%.2f s: %s", millis / 1000.0, stages));
        out.println("in " + result.folder());
    }

    private static JsonObject json(ImageBuild.Result result) {
        JsonArray artifacts = JsonArray.of();
        for (Artifact artifact : result.artifacts()) {
            artifacts.add(JsonObject.of()
                    .put("kind", artifact.kind())
                    .put("path", artifact.path().toString())
                    .put("size", artifact.sizeBytes())
                    .put("sha256", artifact.digest().hex()));
        }
        JsonObject stages = JsonObject.of();
        result.stages().forEach(stage -> stages.put(stage.name(), stage.millis()));
        return JsonObject.of()
                .put("folder", result.folder().toString())
                .put("rootHash", result.rootHash())
                .put("packages", result.packages())
                .put("reused", result.reusedLayers())
                .put("signed", result.signed())
                .put("unchanged", result.unchanged())
                .put("artifacts", artifacts)
                .put("milliseconds", stages);
    }
}
