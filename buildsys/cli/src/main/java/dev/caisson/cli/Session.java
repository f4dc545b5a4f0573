package dev.caisson.cli;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;

/** What most commands need: where to print, the store, variants. */
record Session(
        CommonOptions options, PrintWriter out, PrintWriter err, VariantSource source, TerminalProgress progress) {
    static Session of(CommandSpec spec, CommonOptions options) {
        PrintWriter err = spec.commandLine().getErr();
        return new Session(
                options,
                spec.commandLine().getOut(),
                err,
                new VariantSource(options, err),
                new TerminalProgress(err, options.progress));
    }

    ArtifactStore store() throws IOException {
        return ArtifactStore.open(options.cacheFolder());
    }

    Archives archives(Variant variant) throws BuildException, IOException {
        return Archives.open(
                variant, store(), source.addresses(variant), Clock.systemUTC().instant(), progress);
    }
}
