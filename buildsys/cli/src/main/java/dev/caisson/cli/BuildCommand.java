package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.image.Artifact;
import dev.caisson.engine.image.BuildMemory;
import dev.caisson.engine.image.ImageBuild;
import dev.caisson.engine.profile.BuildProfile;
import dev.caisson.engine.profile.ChromeTrace;
import dev.caisson.engine.profile.ProcessUsage;
import dev.caisson.engine.profile.ProfileReport;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
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
            "  caisson build container-host --mirror debian=file:///srv/mirror/debian",
            "  caisson build container-host --remote-cache https://cache.example.org/caisson"
        })
final class BuildCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @Mixin
    private RemoteCacheOptions remoteCache;

    @Option(names = "--keys", paramLabel = "DIR", description = "Folder of key profiles; default: .caisson/keys.")
    private Path keys;

    @Option(names = "--profile", description = "Print where time went, per step and package.")
    private boolean profile;

    @Option(
            names = "--profile-trace",
            paramLabel = "FILE",
            description = "Write where time went as trace events (JSON, for Perfetto or chrome://tracing).")
    private Path trace;

    @Parameters(paramLabel = "VARIANT", description = "Name of a variant, or path of its folder or manifest.")
    private String name;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        options.jobs(); // what is wrong is wrong even when there is nothing to do
        PrintWriter err = spec.commandLine().getErr();
        TerminalProgress terminal = new TerminalProgress(err, options.progress);
        Optional<BuildProfile> profiled =
                profile || trace != null ? Optional.of(new BuildProfile(terminal)) : Optional.empty();
        profiled.ifPresent(recorder -> recorder.begin("look for changes"));
        VariantSource source = new VariantSource(options, err);
        Path manifest = source.manifest(name);
        ArtifactStore store = ArtifactStore.open(options.cacheFolder());
        OptionalLong epoch = sourceDateEpoch();
        Optional<BuildMemory> memory = BuildMemory.of(
                store,
                new BuildMemory.Asked(
                        manifest,
                        options.architecture() == null
                                ? ""
                                : options.architecture().label(),
                        options.output,
                        Optional.ofNullable(keys),
                        epoch,
                        System.currentTimeMillis()));
        Optional<BuildMemory.Recalled> before =
                memory.isPresent() ? memory.get().recall() : Optional.empty();
        profiled.ifPresent(recorder -> recorder.end("look for changes"));
        if (before.isPresent()) {
            terminal.finish();
            BuildMemory.Recalled last = before.get();
            print(last.variant(), last.version(), last.architecture(), last.result(), start);
            report(profiled);
            return 0;
        }
        VariantSource.Loaded loaded = source.load(name, manifest);
        // What a manifest is warned of is said at every build.
        try {
            build(
                    loaded,
                    source,
                    store,
                    loaded.remarks() ? Optional.empty() : memory,
                    epoch,
                    start,
                    terminal,
                    profiled);
        } finally {
            terminal.finish();
        }
        report(profiled);
        return 0;
    }

    private void build(
            VariantSource.Loaded loaded,
            VariantSource source,
            ArtifactStore store,
            Optional<BuildMemory> memory,
            OptionalLong epoch,
            long start,
            TerminalProgress terminal,
            Optional<BuildProfile> profiled)
            throws Exception {
        Variant variant = loaded.variant();
        Progress progress = profiled.isPresent() ? profiled.get() : terminal;
        try (WorkPool pool = new WorkPool(options.jobs(), profiled.map(recorder -> recorder));
                RemoteCacheOptions.Connection remote =
                        remoteCache.connect(options.offline, System.getenv(), progress)) {
            ImageBuild.Request request = new ImageBuild.Request(
                    variant,
                    loaded.inputs(),
                    options.output,
                    options.locked,
                    source.addresses(variant),
                    Optional.ofNullable(keys),
                    memory,
                    epoch,
                    Clock.systemUTC(),
                    new SecureRandom());
            ImageBuild.Result result = new ImageBuild(request, remote.behind(store), pool, progress).run();
            terminal.finish();
            print(variant.name(), variant.version(), variant.architecture().label(), result, start);
        }
    }

    private void report(Optional<BuildProfile> profiled) throws IOException {
        if (profiled.isEmpty()) {
            return;
        }
        BuildProfile recorded = profiled.get();
        if (profile) {
            // With --json standard output is for the one document.
            PrintWriter to = options.json
                    ? spec.commandLine().getErr()
                    : spec.commandLine().getOut();
            to.print(ProfileReport.of(recorded, ProcessUsage.now(), options.verbose));
            to.flush();
        }
        if (trace != null) {
            Files.write(trace, ChromeTrace.of(recorded));
        }
    }

    private void print(String variant, String version, String architecture, ImageBuild.Result result, long start) {
        PrintWriter out = spec.commandLine().getOut();
        if (options.json) {
            out.print(Json.pretty(json(result)));
        } else {
            summary(out, variant + " " + version + " for " + architecture, result, millisSince(start));
        }
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
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

    private static void summary(PrintWriter out, String title, ImageBuild.Result result, long millis) {
        StringBuilder text = new StringBuilder(1 << 10);
        text.append(title + ", " + result.packages() + " packages (" + result.reusedLayers() + " reused)"
                + (result.signed() ? "" : ", NOT SIGNED") + (result.unchanged() ? ", nothing to do" : "") + "\n");
        if (!result.rootHash().isEmpty()) {
            text.append("root hash " + result.rootHash() + "\n");
        }
        for (Artifact artifact : result.artifacts()) {
            String size = Long.toString(artifact.sizeBytes());
            text.append(" ".repeat(Math.max(0, 12 - size.length())) + size + "  "
                    + artifact.digest().hex().substring(0, 16) + "  " + artifact.name() + "\n");
        }
        text.append(seconds(millis) + " s");
        String before = ": ";
        for (ImageBuild.Stage stage : result.stages()) {
            text.append(before + stage.name() + " " + seconds(stage.millis()));
            before = ", ";
        }
        out.print(text.append("\nin " + result.folder() + "\n"));
        out.flush();
    }

    /** Seconds with two digits behind the point. Formatters would cost more than an unchanged build's check. */
    private static String seconds(long millis) {
        long hundredths = (millis + 5) / 10;
        return hundredths / 100 + (hundredths % 100 < 10 ? ".0" : ".") + hundredths % 100;
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
