package dev.caisson.cli;

import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.resolve.LockChanges;
import dev.caisson.engine.resolve.LockStore;
import dev.caisson.engine.resolve.PackageResolution;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.ManifestResult;
import dev.caisson.manifest.Variant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caisson lock}. */
@Command(
        name = "lock",
        mixinStandardHelpOptions = true,
        description = {
            "Resolves a variant anew and writes its lock, for all its architectures or the one of --arch.",
            "Prints what changed. With --locked nothing is written: it only checks that the lock is present and current."
        },
        footer = {"", "Examples:", "  caisson lock my-host", "  caisson lock my-host --arch x86_64 --json"})
final class LockCommand implements Callable<Integer>, VerboseCommand {
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
        ManifestResult result = session.source().read(session.source().manifest(name));
        Arch wanted = options.architecture();
        JsonObject json = JsonObject.of();
        for (Variant variant : result.variants().values()) {
            if (wanted == null || wanted == variant.architecture()) {
                LockChanges changes = lock(session, variant);
                if (options.json) {
                    json.put(variant.architecture().label(), changes.json());
                } else {
                    session.out().print(changes.text(variant.architecture().label()));
                }
            }
        }
        if (options.json) {
            session.out().print(Json.pretty(json));
        }
        return 0;
    }

    private LockChanges lock(Session session, Variant variant) throws Exception {
        LockStore locks = new LockStore(variant.file());
        if (options.locked) {
            LockedArchitecture current = locks.required(variant);
            return LockChanges.between(Optional.of(current), current);
        }
        Optional<LockedArchitecture> before =
                Optional.ofNullable(locks.read().architectures().get(variant.architecture()));
        try (Archives archives = session.archives(variant)) {
            LockedArchitecture after = PackageResolution.resolve(variant, archives.metadata());
            locks.write(variant, after);
            session.progress().finish();
            return LockChanges.between(before, after);
        }
    }
}
