package dev.caisson.cli;

import dev.caisson.bytes.Digest;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.kit.Kit;
import dev.caisson.engine.kit.KitWriter;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.repository.rpmmd.RpmMdIndex;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson kit …}. */
@Command(
        name = "kit",
        mixinStandardHelpOptions = true,
        description =
                "Makes and shows kits: RPM packages with metadata that one digest pins, as input for other variants.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  caisson kit build --name tools --version 1.2.0 --output tools.kit packages/",
            "  caisson kit show tools.kit",
            "  skopeo copy oci:tools.kit docker://HOST/tools:1.2.0       give it to others",
            "",
            "In a manifest, under repositories:",
            "  - {name: tools, type: kit, path: tools.kit, digest: \"sha256:…\"}"
        })
final class KitCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "build",
            description = {
                "Makes a kit of the RPM packages in folders. The same packages, name and version always give the same"
                        + " digest, which is printed."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:written", "2:usage", "5:a package is broken, or there is none", "6:packages contradict"})
    int build(
            @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders of RPM packages.")
                    List<Path> folders,
            @Option(names = "--name", paramLabel = "NAME", required = true, description = "The kit's name.")
                    String name,
            @Option(names = "--version", paramLabel = "VERSION", required = true, description = "The kit's version.")
                    String version,
            @Option(
                            names = "--output",
                            paramLabel = "DIR",
                            required = true,
                            description = "Where it goes: a folder that is new or empty.")
                    Path output,
            @Option(
                            names = "--arch",
                            paramLabel = "ARCH",
                            description =
                                    "x86_64 or aarch64; may be given several times. Default: those of the packages.")
                    List<String> architectures,
            @Option(
                            names = "--form",
                            paramLabel = "FORM",
                            defaultValue = "oci",
                            description =
                                    "oci (an OCI image layout) or folder (an RPM repository); default: ${DEFAULT-VALUE}.")
                    String form,
            @Option(names = "--json", description = "Print as JSON.") boolean json,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help message and exit.")
                    boolean help)
            throws BuildException, IOException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || !version.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "\"" + name + "\" and \"" + version + "\" are no name and version of a kit",
                    "use letters, digits, . _ and -");
        }
        List<Arch> archs = new ArrayList<>();
        for (String label : architectures == null ? List.<String>of() : architectures) {
            archs.add(Arch.parse(label)
                    .orElseThrow(() -> new BuildException(
                            FailureCode.USAGE,
                            "--arch " + label + " is not an architecture",
                            "use x86_64 or aarch64")));
        }
        KitWriter.Request request = new KitWriter.Request(name, version, archs, folders);
        Digest digest = switch (form) {
            case "oci" -> KitWriter.writeLayout(request, output);
            case "folder" -> KitWriter.writeFolder(request, output);
            default ->
                throw new BuildException(FailureCode.USAGE, "--form " + form + " is unknown", "use oci or folder");
        };
        if (json) {
            print(JsonObject.of()
                    .put("path", output.toString())
                    .put("name", name)
                    .put("version", version)
                    .put("digest", digest.toString()));
        } else {
            spec.commandLine().getOut().println(output + " " + digest);
        }
        return 0;
    }

    private void print(JsonObject object) {
        spec.commandLine().getOut().print(Json.pretty(object));
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a kit's digest and packages, after checking its metadata.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:shown", "5:it is damaged or no kit"})
    int show(
            @Parameters(paramLabel = "KIT", description = "The kit's folder.") Path path,
            @Option(names = "--json", description = "Print as JSON.") boolean json)
            throws BuildException, IOException {
        Kit kit = Kit.open(path);
        List<Kit.Part> parts = kit.parts();
        if (json) {
            print(JsonObject.of()
                    .put("digest", kit.digest().toString())
                    .put("form", kit.isLayout() ? "oci" : "folder")
                    .put(
                            "parts",
                            JsonArray.ofValues(
                                    parts.stream().map(KitCommand::describe).toList())));
            return 0;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("digest " + kit.digest());
        for (Kit.Part part : parts) {
            RpmMdIndex index = part.repository().packages();
            String title = (part.name() + " " + part.version() + " " + part.architecture()).strip();
            out.println((title.isEmpty() ? "folder" : title) + ": " + index.size() + " packages");
            for (int i = 0; i < index.size(); i++) {
                RpmPackageMetadata p = index.get(i);
                out.println("  " + p.name() + " " + p.evr() + " " + p.architecture());
            }
        }
        return 0;
    }

    private static JsonObject describe(Kit.Part part) {
        RpmMdIndex index = part.repository().packages();
        JsonArray packages = JsonArray.of();
        for (int i = 0; i < index.size(); i++) {
            RpmPackageMetadata p = index.get(i);
            packages.add(JsonObject.of()
                    .put("name", p.name())
                    .put("version", p.evr())
                    .put("architecture", p.architecture())
                    .put("digest", p.checksum().toString()));
        }
        return JsonObject.of()
                .put("name", part.name())
                .put("version", part.version())
                .put("architecture", part.architecture())
                .put("packages", packages);
    }
}
