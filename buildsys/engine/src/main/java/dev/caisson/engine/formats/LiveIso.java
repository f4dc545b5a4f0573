package dev.caisson.engine.formats;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.Guid;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.fat.FatPlan;
import dev.caisson.fat.FatPlanException;
import dev.caisson.fat.FatPlanner;
import dev.caisson.fat.FatVolume;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.DoesNotFitException;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.GptPlanner;
import dev.caisson.gpt.PartitionLayout;
import dev.caisson.gpt.PartitionSize;
import dev.caisson.gpt.PartitionSpec;
import dev.caisson.gpt.PlannedPartition;
import dev.caisson.iso.IsoFile;
import dev.caisson.iso.IsoPlan;
import dev.caisson.iso.IsoVolume;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Variant;
import dev.caisson.pe.PeImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A medium for bare metal, CD and USB stick in one (buildsys/decisions/0016). It runs the system from itself, or installs it.
 *
 * <pre>
 *   0       protective MBR, GUID partition table
 *  32 KiB   ISO 9660 descriptors and directories
 *   1 MiB   live-root      the root file system          images/root.erofs
 *           live-hash      its dm-verity tree            images/root.verity
 *           live-install   the disk's other parts        images/install.img
 *           live-esp       FAT, boots the medium         images/esp.img, El Torito
 *   end     backup of the partition table
 * </pre>
 *
 * The kernel scans no partitions of CDs, so the initrd is told the places in the signed command line, and finds the medium by the
 * volume's identifier, which holds the root hash. The ESP comes last because its kernel image holds those places.
 */
final class LiveIso {
    private static final int SECTOR = 512;

    private final Variant variant;
    private final BootParts parts;
    private final DiskCopies copies;

    LiveIso(Variant variant, BootParts parts) {
        this.variant = variant;
        this.parts = parts;
        this.copies = DiskCopies.of(parts.aroundRoot());
    }

    /** The whole medium. */
    DiskImage image() throws BuildException, IOException {
        GptPlan first = layout(SECTOR);
        FileTree tree = espTree(parts.boot().images().of(commandLine(first), initrd()));
        try {
            long size = FatPlanner.minimumSize(tree, FatVolume.of(0, 0, "LIVE"));
            GptPlan table = layout(size);
            FatPlan esp = FatPlanner.plan(
                    tree,
                    new FatVolume(
                            partition(table, "live-esp").sizeBytes(),
                            SECTOR,
                            parts.seed().number("live esp"),
                            "LIVE",
                            Optional.empty()));
            return image(table, esp.regions());
        } catch (FatPlanException e) {
            throw new BuildException(FailureCode.DOES_NOT_FIT, "ESP of the iso: " + e.getMessage(), "", e);
        }
    }

    private ByteSource initrd() {
        return ByteSource.of(parts.boot().initrd().orElseThrow());
    }

    private GptPlan layout(long espBytes) {
        Guid data = DiscoverablePartitionTypes.LINUX_GENERIC;
        List<PartitionSpec> specs = new ArrayList<>();
        specs.add(spec("live-root", data, parts.root().size()));
        parts.hashTree().ifPresent(tree -> specs.add(spec("live-hash", data, tree.size())));
        specs.add(spec("live-install", data, copies.blocks() * DiskCopies.BLOCK));
        specs.add(spec("live-esp", DiscoverablePartitionTypes.ESP, espBytes));
        try {
            return GptPlanner.plan(PartitionLayout.ofSmallest(parts.seed().uuid("live disk"), specs));
        } catch (DoesNotFitException e) {
            throw new IllegalStateException("a disk of any size", e);
        }
    }

    private PartitionSpec spec(String label, Guid type, long bytes) {
        return new PartitionSpec(label, type, parts.seed().uuid(label), bytes, new PartitionSize.Minimal(), 0);
    }

    private static PlannedPartition partition(GptPlan table, String label) {
        return table.partition(label).orElseThrow();
    }

    /** The volume's identifier: the same medium, the same root. */
    private String identifier() {
        String id = parts.rootHash().isEmpty()
                ? parts.seed().uuid("live volume").toString().replace("-", "")
                : parts.rootHash();
        return "CAISSON_" + id.substring(0, 24).toUpperCase(Locale.ROOT);
    }

    private String commandLine(GptPlan table) throws BuildException {
        PlannedPartition root = partition(table, "live-root");
        Optional<PlannedPartition> hash = table.partition("live-hash");
        String live = "caisson.live=" + identifier() + "," + root.offsetBytes() / SECTOR + ","
                + root.sizeBytes() / SECTOR + ","
                + hash.map(p -> p.offsetBytes() / SECTOR).orElse(0L) + ","
                + hash.map(p -> p.sizeBytes() / SECTOR).orElse(0L);
        return LiveCommandLine.of(variant, parts.boot(), "iso", live + installation(table));
    }

    /** What an installation copies where; nothing when the disk has no place for the root. */
    private String installation(GptPlan table) {
        if (parts.rootOffset().isEmpty()) {
            return "";
        }
        List<String> words = copies.words(partition(table, "live-install").offsetBytes() / DiskCopies.BLOCK);
        List<String> all = new ArrayList<>(List.of(
                Long.toString(parts.disk().size() / DiskCopies.BLOCK),
                Long.toString(parts.root().size() / DiskCopies.BLOCK),
                Long.toString(parts.rootOffset().getAsLong() / DiskCopies.BLOCK)));
        all.addAll(words);
        table.partition("live-hash").ifPresent(hash -> {
            if (parts.hashOffset().isPresent()) {
                all.add(hash.offsetBytes() / DiskCopies.BLOCK + ":" + hash.sizeBytes() / DiskCopies.BLOCK + ":"
                        + parts.hashOffset().getAsLong() / DiskCopies.BLOCK);
            }
        });
        return " caisson.copies=" + String.join(",", all);
    }

    private FileTree espTree(PeImage kernelImage) throws IOException {
        Attributes attributes = Attributes.ofRoot(0755, parts.epochSeconds());
        ArraySink bytes = new ArraySink((int) kernelImage.size());
        kernelImage.writeTo(bytes);
        String name = variant.architecture() == Arch.X86_64 ? "BOOTX64.EFI" : "BOOTAA64.EFI";
        return FileTree.builder(attributes)
                .file("/EFI/BOOT/" + name, attributes, bytes.toByteArray())
                .build();
    }

    private DiskImage image(GptPlan table, List<Extent> esp) {
        DiskImage.Builder out = DiskImage.builder(table)
                .add(partition(table, "live-root"), parts.root().extents())
                .add(
                        partition(table, "live-install"),
                        copies.packed(parts.aroundRoot()).extents())
                .add(partition(table, "live-esp"), esp);
        parts.hashTree().ifPresent(tree -> out.add(partition(table, "live-hash"), tree));
        List<IsoFile> files = new ArrayList<>();
        files.add(file(table, "live-root", "images/root.erofs"));
        if (parts.hashTree().isPresent()) {
            files.add(file(table, "live-hash", "images/root.verity"));
        }
        files.add(file(table, "live-install", "images/install.img"));
        files.add(file(table, "live-esp", "images/esp.img"));
        PlannedPartition boot = partition(table, "live-esp");
        IsoVolume volume = new IsoVolume(
                identifier(),
                "CAISSON",
                table.diskSizeBytes(),
                parts.epochSeconds(),
                Optional.of(new IsoVolume.BootImage(boot.offsetBytes(), boot.sizeBytes())));
        return out.addAll(0, IsoPlan.of(volume, files).extents()).build();
    }

    private static IsoFile file(GptPlan table, String label, String path) {
        PlannedPartition place = partition(table, label);
        return new IsoFile(path, place.offsetBytes(), place.sizeBytes());
    }
}
