package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Sizes;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code caisson cache …}. */
@Command(
        name = "cache",
        mixinStandardHelpOptions = true,
        description = "Looks after the store that builds share.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Examples:", "  caisson cache stats", "  caisson cache gc --keep 5GiB", "  caisson cache gc --all"
        })
final class CacheCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "stats", mixinStandardHelpOptions = true, description = "Shows how much is stored, and where.")
    int stats(@Mixin CommonOptions options) throws IOException {
        Session session = Session.of(spec, options);
        ArtifactStore store = session.store();
        ArtifactStore.Stats stats = store.stats();
        if (options.json) {
            session.out()
                    .print(Json.pretty(JsonObject.of()
                            .put("folder", store.root().toString())
                            .put("objects", stats.objects())
                            .put("results", stats.actions())
                            .put("bytes", stats.bytes())));
        } else {
            session.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%s: %d objects and %d results, %.1f MB",
                            store.root(),
                            stats.objects(),
                            stats.actions(),
                            stats.bytes() / 1e6));
        }
        return 0;
    }

    @Command(
            name = "gc",
            mixinStandardHelpOptions = true,
            description =
                    "Deletes what was stored longest ago. Nothing that is deleted is lost: builds make or fetch it again.")
    int gc(
            @Mixin CommonOptions options,
            @Option(names = "--keep", paramLabel = "SIZE", description = "How much to keep; default: 10GiB.")
                    String keep,
            @Option(names = "--all", description = "Delete everything.") boolean all)
            throws BuildException, IOException {
        Session session = Session.of(spec, options);
        long bytes = all
                ? 0
                : Sizes.parse(keep == null ? "10GiB" : keep)
                        .orElseThrow(() -> new BuildException(
                                FailureCode.USAGE, "--keep " + keep + " is not a size", "write for example 5GiB"));
        long freed = session.store().collect(bytes, Clock.systemUTC().millis());
        session.out().println(String.format(Locale.ROOT, "freed %.1f MB", freed / 1e6));
        return 0;
    }
}
