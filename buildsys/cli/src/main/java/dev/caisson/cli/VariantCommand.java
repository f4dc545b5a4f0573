package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.ManifestLoader;
import dev.caisson.manifest.ManifestResult;
import dev.caisson.manifest.Variant;
import dev.caisson.manifest.VariantFinder;
import dev.caisson.manifest.VariantFork;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson variant …}. */
@Command(
        name = "variant",
        mixinStandardHelpOptions = true,
        description = "Lists, shows and makes variants.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  caisson variant list",
            "  caisson variant show container-host",
            "  caisson variant fork container-host ~/my-host    a variant of your own, outside of this project",
            "  caisson variant new ~/bare-host"
        })
final class VariantCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the variants that can be named.")
    int list(@Mixin CommonOptions options) throws IOException {
        Session session = Session.of(spec, options);
        JsonArray all = JsonArray.of();
        for (Map.Entry<String, Path> entry : session.source().finder().list().entrySet()) {
            ManifestResult result = ManifestLoader.load(entry.getValue());
            Variant variant = result.variants().values().stream().findFirst().orElse(null);
            String description = variant == null ? "(has errors)" : variant.description();
            if (options.json) {
                all.add(JsonObject.of()
                        .put("name", entry.getKey())
                        .put("manifest", entry.getValue().toString())
                        .put("description", description)
                        .putStrings(
                                "architectures",
                                result.variants().keySet().stream()
                                        .map(Object::toString)
                                        .toList()));
            } else {
                session.out().println(String.format(Locale.ROOT, "%-24s %s", entry.getKey(), description));
            }
        }
        if (options.json) {
            session.out().print(Json.pretty(all));
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a variant with everything that it extends.")
    int show(@Mixin CommonOptions options, @Parameters(paramLabel = "VARIANT") String name)
            throws BuildException, IOException {
        Session session = Session.of(spec, options);
        Variant variant = session.source().load(name);
        JsonObject json = VariantDescription.of(variant);
        session.out().print(options.json ? Json.pretty(json) : VariantDescription.text(json));
        return 0;
    }

    @Command(
            name = "fork",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a variant that extends another one, in a folder of its own, inside or outside of this project.")
    int fork(
            @Mixin CommonOptions options,
            @Parameters(index = "0", paramLabel = "VARIANT") String name,
            @Parameters(index = "1", paramLabel = "DIR") Path folder,
            @Option(names = "--name", description = "Its name; default: the folder's.") String newName)
            throws BuildException, IOException {
        Session session = Session.of(spec, options);
        Path parent = session.source().manifest(name);
        made(session, () -> VariantFork.fork(parent, folder.toAbsolutePath(), nameOf(folder, newName)), folder);
        return 0;
    }

    @Command(name = "new", mixinStandardHelpOptions = true, description = "Makes a variant from a template.")
    int create(
            @Mixin CommonOptions options,
            @Parameters(paramLabel = "DIR") Path folder,
            @Option(names = "--name", description = "Its name; default: the folder's.") String newName)
            throws BuildException, IOException {
        Session session = Session.of(spec, options);
        VariantFinder finder = session.source().finder();
        Optional<Path> shared = finder.find("container-host")
                .map(file -> file.toAbsolutePath().getParent().resolveSibling("shared"));
        made(session, () -> VariantFork.create(folder.toAbsolutePath(), nameOf(folder, newName), shared), folder);
        return 0;
    }

    private static String nameOf(Path folder, String given) {
        return given != null
                ? given
                : folder.toAbsolutePath().normalize().getFileName().toString();
    }

    /** Something that makes a manifest. */
    @FunctionalInterface
    private interface Maker {
        Path make() throws IOException;
    }

    private static void made(Session session, Maker maker, Path folder) throws BuildException, IOException {
        try {
            Path manifest = maker.make();
            session.out().println("made " + manifest);
            session.out().println("edit it, then: caisson build " + folder);
        } catch (FileAlreadyExistsException e) {
            throw new BuildException(
                    FailureCode.USAGE, e.getFile() + " exists already", "choose a folder that is not there yet", e);
        } catch (IllegalArgumentException e) {
            throw new BuildException(FailureCode.USAGE, e.getMessage(), "give another name with --name", e);
        }
    }
}
