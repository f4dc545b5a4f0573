package dev.caisson.cli;

import dev.caisson.engine.FailureCode;
import dev.caisson.engine.inspect.Difference;
import dev.caisson.engine.inspect.ImageDiff;
import dev.caisson.engine.inspect.ImageFile;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson diff}. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Compares two images by what is in them: partitions, kernel images, packages, files with attributes and contents.",
            "Lines begin with + (only in the second), - (only in the first) or ~ (in both, but not the same).",
            "Exits 0 when the images are identical, byte for byte, and 9 when they differ."
        },
        footer = {
            "",
            "Examples:",
            "  caisson diff old.raw new.raw",
            "  caisson diff out.old/container-host/x86_64 out/container-host/x86_64 --json"
        })
final class DiffCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ImageOptions options;

    @Parameters(index = "0", paramLabel = "IMAGE_A", description = "An image, or a build's folder.")
    private Path before;

    @Parameters(index = "1", paramLabel = "IMAGE_B", description = "What it is compared with.")
    private Path after;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr(), options.progress);
        List<Difference> differences;
        try (ImageFile a = ImageFile.open(before);
                ImageFile b = ImageFile.open(after);
                WorkPool pool = new WorkPool(options.jobs())) {
            differences = new ImageDiff(pool, progress).compare(a, b);
        } finally {
            progress.finish();
        }
        if (options.json) {
            JsonArray all = JsonArray.of();
            differences.forEach(difference -> all.add(difference.json()));
            out.print(Json.pretty(JsonObject.of()
                    .put("before", before.toString())
                    .put("after", after.toString())
                    .put("identical", differences.isEmpty())
                    .put("differences", all)));
        } else {
            differences.forEach(out::println);
        }
        return differences.isEmpty() ? 0 : FailureCode.VERIFICATION.exitCode();
    }
}
