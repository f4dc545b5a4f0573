package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.resolve.PackageResolution;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.Variant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson resolve}. */
@Command(
        name = "resolve",
        mixinStandardHelpOptions = true,
        description = "Shows which packages a variant would have now, and why each is there. Writes no lock.",
        footer = {"", "Examples:", "  caisson resolve container-host", "  caisson resolve container-host --json"})
final class ResolveCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions options;

    @Parameters(paramLabel = "VARIANT", description = "Name of a variant, or path of its folder or manifest.")
    private String name;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        Session session = Session.of(spec, options);
        Variant variant = session.source().load(name);
        try (Archives archives = session.archives(variant)) {
            LockedArchitecture locked = PackageResolution.resolve(variant, archives.metadata());
            session.progress().finish();
            if (options.json) {
                session.out().print(Json.pretty(json(locked)));
            } else {
                print(session, locked);
            }
            return 0;
        } catch (BuildException e) {
            if (options.json && e.code() == FailureCode.UNSOLVABLE) {
                session.out().print(Json.pretty(unsolvable(e)));
            }
            throw e;
        }
    }

    private static JsonObject unsolvable(BuildException failure) {
        JsonArray problems = JsonArray.of();
        for (PackageResolution.Problem problem : PackageResolution.problems(failure)) {
            problems.add(JsonObject.of().put("message", problem.message()).putStrings("chain", problem.chain()));
        }
        return JsonObject.of().put("solvable", false).put("problems", problems);
    }

    static JsonObject json(LockedArchitecture locked) {
        JsonArray packages = JsonArray.of();
        for (LockedPackage p : locked.packages()) {
            int colon = p.version().indexOf(':');
            String rest = p.version().substring(colon + 1);
            int dash = rest.lastIndexOf('-');
            packages.add(JsonObject.of()
                    .put("name", p.name())
                    .put("epoch", colon < 0 ? "0" : p.version().substring(0, colon))
                    .put("version", dash < 0 ? rest : rest.substring(0, dash))
                    .put("release", dash < 0 ? "" : rest.substring(dash + 1))
                    .put("arch", p.architecture())
                    .put("repository", p.repository())
                    .put("reason", p.reason()));
        }
        return JsonObject.of().put("solvable", true).put("packages", packages);
    }

    private static void print(Session session, LockedArchitecture locked) {
        long bytes = 0;
        for (LockedPackage p : locked.packages()) {
            bytes += p.file().sizeBytes();
            session.out().println(String.format(Locale.ROOT, "%-40s %-28s %s", p.name(), p.version(), p.reason()));
        }
        session.out()
                .println(String.format(
                        Locale.ROOT,
                        "%d packages, %.1f MB to fetch",
                        locked.packages().size(),
                        bytes / 1e6));
    }
}
