package dev.caisson.cli;

import dev.caisson.engine.image.BuildPreview;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.resolve.LockStore;
import dev.caisson.engine.resolve.PackageResolution;
import dev.caisson.json.Json;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.Sizes;
import dev.caisson.manifest.Variant;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Shows what a build would do: packages, sizes, partitions, and what differs from the last build.",
        footer = {"", "Examples:", "  caisson plan container-host", "  caisson plan ./my-host --json"})
final class PlanCommand implements Callable<Integer>, VerboseCommand {
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
        LockedArchitecture lock = lock(session, variant);
        BuildPreview preview = BuildPreview.of(variant, lock, session.store(), options.output);
        session.progress().finish();
        if (options.json) {
            session.out().print(Json.pretty(preview.json()));
        } else {
            print(session.out(), variant, lock, preview);
        }
        return 0;
    }

    private LockedArchitecture lock(Session session, Variant variant) throws Exception {
        LockStore locks = new LockStore(variant.file());
        if (options.locked) {
            return locks.required(variant);
        }
        Optional<LockedArchitecture> current = locks.current(variant);
        if (current.isPresent()) {
            return current.get();
        }
        try (Archives archives = session.archives(variant)) {
            return PackageResolution.resolve(variant, archives.metadata());
        }
    }

    private static void print(PrintWriter out, Variant variant, LockedArchitecture lock, BuildPreview preview) {
        out.println(variant.name() + " " + variant.version() + " for "
                + variant.architecture().label());
        out.println(String.format(
                Locale.ROOT,
                "%d packages of %.1f MB, %.1f MB still to fetch",
                lock.packages().size(),
                preview.fetchBytes() / 1e6,
                preview.missingBytes() / 1e6));
        out.println("partitions:");
        for (BuildPreview.PlannedSize p : preview.partitions()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-36s %-16s %-8s %s",
                    p.label(),
                    p.type(),
                    p.asked(),
                    p.lastBytes().isPresent()
                            ? "last " + Sizes.format(p.lastBytes().getAsLong())
                            : ""));
        }
        if (!preview.comparable()) {
            out.println("there is no last build to compare with");
        } else if (preview.changes().isEmpty()) {
            out.println("the packages are those of the last build");
        } else {
            out.println("against the last build:");
            preview.changes().forEach(change -> out.println("  " + change));
        }
    }
}
