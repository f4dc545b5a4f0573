package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.inspect.Content;
import dev.caisson.engine.inspect.FileListing;
import dev.caisson.engine.inspect.ImageFile;
import dev.caisson.engine.inspect.Inspection;
import dev.caisson.engine.inspect.InspectionJson;
import dev.caisson.engine.inspect.InspectionText;
import dev.caisson.engine.inspect.InstalledPackage;
import dev.caisson.filetree.FileTree;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what is in an image: partitions and their contents, boot loader, kernel images with command line and"
                    + " signatures, files, packages. Mounts nothing and needs no privilege.",
            "Exits 9 when a part is damaged; what can be read is shown all the same."
        },
        footer = {
            "",
            "Examples:",
            "  caisson inspect out/container-host/x86_64",
            "  caisson inspect disk.raw --files '/etc/**'",
            "  caisson inspect disk.raw --files '*.service' --json",
            "  caisson inspect disk.raw --partition esp --files",
            "  caisson inspect kernel.efi"
        })
final class InspectCommand implements Callable<Integer>, VerboseCommand {
    private static final String ALL = "";

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print as JSON.")
    private boolean json;

    @Option(
            names = "--files",
            arity = "0..1",
            paramLabel = "GLOB",
            fallbackValue = ALL,
            description =
                    "List the files of the root, or of --partition; with a pattern only those: /etc/** by path, *.conf by"
                            + " name. A folder brings what is in it.")
    private String files;

    @Option(names = "--digests", description = "With --files --json: the SHA-256 of every file's content.")
    private boolean digests;

    @Option(names = "--packages", description = "List the packages that the image's inventory names.")
    private boolean packages;

    @Option(names = "--partition", paramLabel = "LABEL", description = "Only this partition, by label or number.")
    private String partition;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show what is behind a failure.")
    private boolean verbose;

    @Parameters(
            arity = "0..1",
            paramLabel = "IMAGE",
            description = "A disk image, EROFS or FAT image, EFI program, or a build's folder.")
    private Path image;

    @Override
    public boolean verbose() {
        return verbose;
    }

    @Override
    public Integer call() throws Exception {
        try (ImageFile file = ImageFile.open(image())) {
            Inspection whole = Inspection.of(file);
            Inspection shown = partition == null ? whole : onlyPartition(whole);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.print(Json.pretty(json(shown)));
            } else if (files != null || packages) {
                print(out, shown);
            } else {
                InspectionText.of(shown).forEach(out::println);
            }
            return shown.damages().isEmpty() ? 0 : FailureCode.VERIFICATION.exitCode();
        }
    }

    /** In {@code --files IMAGE} the image is taken for the pattern; that is put right here. */
    private Path image() {
        if (image == null && files != null && !files.isEmpty() && Files.exists(Path.of(files))) {
            image = Path.of(files);
            files = ALL;
        }
        if (image == null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "Missing required parameter: 'IMAGE'");
        }
        return image;
    }

    private Inspection onlyPartition(Inspection whole) throws BuildException {
        Inspection.Volume volume = whole.volume(partition)
                .orElseThrow(() -> new BuildException(
                        FailureCode.USAGE,
                        "there is no partition " + partition + " in " + whole.name(),
                        "it has: "
                                + String.join(
                                        ", ",
                                        whole.volumes().stream()
                                                .map(v -> v.number() + " " + v.label())
                                                .toList())));
        return new Inspection(whole.name(), whole.kind(), whole.sizeBytes(), whole.table(), List.of(volume));
    }

    private Optional<String> pattern() {
        return files == null || files.isEmpty() ? Optional.empty() : Optional.of(files);
    }

    private FileListing listing(Inspection inspection) throws BuildException {
        FileTree tree = inspection
                .tree()
                .orElseThrow(() -> new BuildException(
                        FailureCode.VERIFICATION,
                        "no file system can be read in " + inspection.name()
                                + (inspection.damages().isEmpty()
                                        ? ""
                                        : ": " + inspection.damages().get(0)),
                        "'caisson inspect " + image + "' shows what is there"));
        try {
            return new FileListing(tree, pattern());
        } catch (IllegalArgumentException e) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "--files " + files + ": " + e.getMessage(),
                    "write for example '/etc/**' or '*.conf'");
        }
    }

    private void print(PrintWriter out, Inspection inspection) throws BuildException, IOException {
        if (files != null) {
            listing(inspection).lines().forEach(out::println);
        }
        if (packages) {
            for (InstalledPackage entry : packages(inspection).orElseThrow(this::noInventory)) {
                out.println(entry.name() + " " + entry.version() + " " + entry.architecture());
            }
        }
    }

    private BuildException noInventory() {
        return new BuildException(
                FailureCode.VERIFICATION, image + " holds no list of packages", "only a root file system has one");
    }

    private static Optional<List<InstalledPackage>> packages(Inspection inspection) throws IOException {
        Optional<FileTree> root =
                inspection.root().map(Inspection.Volume::content).flatMap(Content::tree);
        return root.isEmpty() ? Optional.empty() : InstalledPackage.of(root.get());
    }

    private JsonObject json(Inspection inspection) throws BuildException, IOException {
        JsonObject all = InspectionJson.of(inspection);
        if (packages) {
            JsonArray array = JsonArray.of();
            packages(inspection).orElseThrow(this::noInventory).forEach(entry -> array.add(entry.json()));
            all.put("packages", array);
        }
        if (files != null) {
            all.put("files", listing(inspection).json(digests));
        }
        return all;
    }
}
