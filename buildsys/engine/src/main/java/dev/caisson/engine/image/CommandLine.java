package dev.caisson.engine.image;

import dev.caisson.bytes.Guid;
import dev.caisson.manifest.OnCorruption;
import dev.caisson.manifest.Variant;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityPlan;
import dev.caisson.verity.VerityTarget;
import java.util.ArrayList;
import java.util.Arrays;
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
        if (verity.isPresent()) {
            words.add("roothash=" + verity.get().tree().rootHash().hex());
        }
        switch (variant.initrd().type()) {
            case MINIMAL -> minimal(words, variant, verity);
            case SYSTEMD -> systemd(words, variant, verity);
            case NONE -> kernel(words, variant, verity);
        }
        words.add("ro");
        return String.join(" ", words);
    }

    private static void minimal(List<String> words, Variant variant, Optional<VerityPlan> verity) {
        words.add("caisson.root=" + DiskLayout.rootLabel(variant));
        if (verity.isPresent()) {
            words.add("caisson.hash=" + DiskLayout.verityLabel(variant));
            words.add("caisson.verity=" + table(verity.get(), variant.verity().onCorruption()));
        }
    }

    private static void systemd(List<String> words, Variant variant, Optional<VerityPlan> verity) {
        if (verity.isEmpty()) {
            words.add("root=PARTLABEL=" + DiskLayout.rootLabel(variant));
            return;
        }
        systemdOption(variant.verity().onCorruption())
                .ifPresent(option -> words.add("systemd.verity_root_options=" + option));
    }

    /** The kernel itself finds the root: it must have the drivers, EROFS and dm-verity with dm-init built in. */
    private static void kernel(List<String> words, Variant variant, Optional<VerityPlan> verity) {
        if (verity.isEmpty()) {
            words.addAll(List.of("root=PARTLABEL=" + DiskLayout.rootLabel(variant), "rootwait"));
        } else {
            byte[] hash = verity.get().tree().rootHash().bytes();
            String data = "PARTUUID=" + Guid.ofTextOrder(Arrays.copyOf(hash, Guid.SIZE));
            String tree =
                    "PARTUUID=" + Guid.ofTextOrder(Arrays.copyOfRange(hash, hash.length - Guid.SIZE, hash.length));
            VerityTarget target = new VerityTarget(
                    data,
                    tree,
                    verity.get().tree().layout(),
                    verity.get().hashStartBlock(),
                    verity.get().tree().rootHash(),
                    kernelOption(variant.verity().onCorruption()).stream().toList());
            words.add("dm-mod.waitfor=" + data + "," + tree);
            words.add("dm-mod.create=\"root,,,ro," + target + "\"");
            words.add("root=/dev/dm-0");
        }
        words.add("rootfstype=erofs");
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
                kernelOption(onCorruption).orElse("-"));
    }

    private static Optional<String> kernelOption(OnCorruption onCorruption) {
        return switch (onCorruption) {
            case PANIC -> Optional.of("panic_on_corruption");
            case RESTART -> Optional.of("restart_on_corruption");
            case EIO -> Optional.empty(); // what dm-verity does unless told otherwise
        };
    }

    private static Optional<String> systemdOption(OnCorruption onCorruption) {
        return switch (onCorruption) {
            case PANIC -> Optional.of("panic-on-corruption");
            case RESTART -> Optional.of("restart-on-corruption");
            case EIO -> Optional.empty(); // what dm-verity does unless told otherwise
        };
    }
}
