package dev.caisson.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Does what usual commands do, for the launcher to record in its archive of classes: builds a tiny image in a temporary folder,
 * then again without a change, and loads what else the program consists of. What is not loaded here costs time at every start.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        CaissonCommand.tree().getUsageMessage();
        Path folder = Files.createTempDirectory("caisson-warm-up");
        try {
            SampleVariant sample = SampleVariant.write(folder);
            // Profiled, then with another manifest, then unchanged: the paths that users wait for.
            int first = build(
                    sample,
                    "--profile",
                    "--profile-trace",
                    folder.resolve("trace.json").toString());
            sample.change();
            int second = build(sample);
            int third = build(sample);
            OwnClasses.load();
            return Math.max(first, Math.max(second, third));
        } finally {
            delete(folder);
        }
    }

    private static int build(SampleVariant sample, String... options) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        String[] words = new String[options.length + 5];
        words[0] = "build";
        words[1] = sample.folder().toString();
        words[2] = "--output=" + sample.folder().resolve("out");
        words[3] = "--cache=" + sample.folder().resolve("cache");
        words[4] = "--offline";
        System.arraycopy(options, 0, words, 5, options.length);
        return Main.run(words, nowhere, nowhere);
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            for (Path child : dev.caisson.bytes.SortedListing.of(path)) {
                delete(child);
            }
        }
        Files.deleteIfExists(path);
    }
}
