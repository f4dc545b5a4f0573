package dev.caisson.cli;

import dev.caisson.engine.formats.ImageConversion;
import dev.caisson.engine.formats.OutputFormat;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson convert}. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a disk image in another format. The same disk always gives the same file, whatever it was read"
                    + " from.",
            "Formats: raw (also .raw.zst, .raw.gz, .raw.xz, .raw.lz4), qcow2, vmdk (stream-optimized), vmdk-sparse,"
                    + " vhd (fixed), vhd-dynamic, vhdx, gce (.tar.gz). Any of them may be the input, too: its content"
                    + " decides."
        },
        footer = {
            "",
            "Examples:",
            "  caisson convert out/container-host/x86_64 disk.qcow2",
            "  caisson convert disk.raw disk.vhd",
            "  caisson convert disk.vmdk disk.raw.zst --level 19",
            "  caisson convert disk.raw disk.qcow2 --compression zstd"
        })
final class ConvertCommand implements Callable<Integer>, VerboseCommand {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ImageOptions options;

    @Option(names = "--format", paramLabel = "NAME", description = "The output's format; default: by its name.")
    private String format;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            description = "none, deflate, gzip, zstd, xz or lz4, as far as the format has a choice.")
    private String compression;

    @Option(names = "--level", paramLabel = "N", description = "Level of the compression; default: by its kind.")
    private Integer level;

    @Parameters(index = "0", paramLabel = "IN", description = "A disk image, or a build's folder.")
    private Path input;

    @Parameters(index = "1", paramLabel = "OUT", description = "The new file; one that is there is replaced.")
    private Path output;

    @Override
    public boolean verbose() {
        return options.verbose;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        OutputFormat target = OutputFormat.of(
                output,
                Optional.ofNullable(format),
                Optional.ofNullable(compression),
                level == null ? OptionalInt.empty() : OptionalInt.of(level));
        long epoch = BuildCommand.sourceDateEpoch().orElse(0);
        TerminalProgress progress = new TerminalProgress(spec.commandLine().getErr(), options.progress);
        long start = System.nanoTime();
        ImageConversion.Result result;
        try (WorkPool pool = new WorkPool(options.jobs())) {
            result = new ImageConversion(pool, progress).convert(input, output, target, epoch);
        } finally {
            progress.finish();
        }
        if (options.json) {
            out.print(Json.pretty(JsonObject.of()
                    .put("input", result.input().toString())
                    .put("inputFormat", result.inputFormat())
                    .put("output", result.output().toString())
                    .put("format", target.format().formatName())
                    .put("compression", target.compression().codecName())
                    .put("diskSize", result.diskBytes())
                    .put("size", result.fileBytes())));
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%s: %d bytes for a disk of %d, from %s, %.2f s",
                    output,
                    result.fileBytes(),
                    result.diskBytes(),
                    result.inputFormat(),
                    (System.nanoTime() - start) / 1e9));
        }
        return 0;
    }
}
