package dev.caisson.engine.image;

import dev.caisson.manifest.InitrdType;
import dev.caisson.manifest.OnCorruption;
import dev.caisson.manifest.Variant;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityPlan;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The kernel command line: the variant's parameters, then what finds and checks the root. */
final class CommandLine {
    private CommandLine() {}

    /**
     * Makes it.
     *
     * @param verity the root's hash tree; empty without dm-verity
     */
    static String of(Variant variant, Optional<VerityPlan> verity) {
        List<String> words = new ArrayList<>(variant.kernel().parameters());
        boolean systemd = variant.initrd().type() == InitrdType.SYSTEMD;
        if (verity.isPresent()) {
            words.add("roothash=" + verity.get().tree().rootHash().hex());
            if (systemd) {
                systemdOption(variant.verity().onCorruption())
                        .ifPresent(option -> words.add("systemd.verity_root_options=" + option));
            } else {
                words.add("caisson.root=" + DiskLayout.rootLabel(variant));
                words.add("caisson.hash=" + DiskLayout.verityLabel(variant));
                words.add(
                        "caisson.verity=" + table(verity.get(), variant.verity().onCorruption()));
            }
        } else {
            words.add(
                    systemd
                            ? "root=PARTLABEL=" + DiskLayout.rootLabel(variant)
                            : "caisson.root=" + DiskLayout.rootLabel(variant));
        }
        words.add("ro");
        return String.join(" ", words);
    }

    /** What the init script needs for the device-mapper table, see sources/initrd/init. */
    private static String table(VerityPlan plan, OnCorruption onCorruption) {
        VerityParameters p = plan.tree().layout().parameters();
        return String.join(
                ",",
                Long.toString(plan.tree().layout().dataBlocks()),
                Long.toString(plan.hashStartBlock()),
                Integer.toString(p.dataBlockSize()),
                Integer.toString(p.hashBlockSize()),
                Integer.toString(p.format().number()),
                p.algorithm().label(),
                p.salt().length == 0 ? "-" : HexFormat.of().formatHex(p.salt()),
                switch (onCorruption) {
                    case PANIC -> "panic_on_corruption";
                    case RESTART -> "restart_on_corruption";
                    case EIO -> "-";
                });
    }

    private static Optional<String> systemdOption(OnCorruption onCorruption) {
        return switch (onCorruption) {
            case PANIC -> Optional.of("panic-on-corruption");
            case RESTART -> Optional.of("restart-on-corruption");
            case EIO -> Optional.empty(); // what dm-verity does unless told otherwise
        };
    }
}
