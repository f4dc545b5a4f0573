package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.filetree.FileTree;
import dev.caisson.gpt.GptAttributes;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.PartitionTable;
import dev.caisson.uki.UkiSection;
import dev.caisson.uki.UnifiedKernelImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares two images by what is in them: partition tables, kernel images, packages, files with all attributes and contents.
 * Images of the same bytes are the same; those that differ only where none of that looks differ in their bytes. For one use.
 */
public final class ImageDiff {
    private static final int PIECE_BYTES = 1 << 20;
    private static final String NONE = "none";

    private final ParallelReads reads;
    private final List<Difference> differences = new ArrayList<>();

    /**
     * @param pool where the long reads run
     * @param progress hears how many bytes were read
     */
    public ImageDiff(WorkPool pool, Progress progress) {
        this.reads = new ParallelReads(pool, progress, "compared");
    }

    /** All differences; empty when the images are the same. */
    public List<Difference> compare(ImageFile a, ImageFile b) throws Exception {
        OptionalLong bytes = firstDifference(a.source(), b.source());
        if (bytes.isEmpty() && a.source().size() == b.source().size()) {
            return List.of();
        }
        Inspection left = Inspection.of(a);
        Inspection right = Inspection.of(b);
        changed("image", "kind", left.kind().label(), right.kind().label());
        changed("image", "size", left.sizeBytes() + " bytes", right.sizeBytes() + " bytes");
        changed("image", "damage", String.join("; ", left.damages()), String.join("; ", right.damages()));
        tables(left, right);
        kernels(left, right);
        packages(left, right);
        trees(
                "file",
                left.root().flatMap(v -> v.content().tree()),
                right.root().flatMap(v -> v.content().tree()));
        trees("esp file", fat(left), fat(right));
        if (differences.isEmpty()) {
            String at = "first at offset 0x" + Long.toHexString(bytes.orElse(-1)) + place(left, bytes.orElse(-1));
            differences.add(Difference.changed("image", "bytes that no file and no table shows", at, "other bytes"));
        }
        return List.copyOf(differences);
    }

    private static String place(Inspection image, long offset) {
        return image.volumes().stream()
                .filter(volume -> volume.entry().isPresent())
                .filter(volume -> {
                    long from = volume.entry().get().first().offsetBytes();
                    return offset >= from && offset < from + volume.sizeBytes();
                })
                .findFirst()
                .map(volume -> ", in partition " + volume.number() + " " + volume.label())
                .orElse("");
    }

    /** Compares as many bytes as both have. */
    private OptionalLong firstDifference(ByteSource a, ByteSource b) throws Exception {
        if (a.size() != b.size()) {
            return OptionalLong.empty();
        }
        List<WorkPool.Item<OptionalLong>> items =
                reads.forkRanges(a.size(), 1, (first, count) -> firstDifference(reads.counted(a), b, first, count));
        OptionalLong result = OptionalLong.empty();
        for (WorkPool.Item<OptionalLong> item : items) {
            OptionalLong found = item.get();
            result = result.isEmpty() ? found : result;
        }
        return result;
    }

    private static OptionalLong firstDifference(ByteSource a, ByteSource b, long from, long length) throws IOException {
        int piece = (int) Math.min(PIECE_BYTES, Math.max(1, length));
        byte[] left = new byte[piece];
        byte[] right = new byte[piece];
        for (long at = from; at < from + length; at += piece) {
            int count = (int) Math.min(piece, from + length - at);
            a.readFully(at, ByteBuffer.wrap(left, 0, count));
            b.readFully(at, ByteBuffer.wrap(right, 0, count));
            int index = Arrays.mismatch(left, 0, count, right, 0, count);
            if (index >= 0) {
                return OptionalLong.of(at + index);
            }
        }
        return OptionalLong.empty();
    }

    private void changed(String area, String what, String before, String after) {
        if (!before.equals(after)) {
            differences.add(
                    Difference.changed(area, what, before.isEmpty() ? NONE : before, after.isEmpty() ? NONE : after));
        }
    }

    private void tables(Inspection left, Inspection right) {
        if (left.table().isPresent() && right.table().isPresent()) {
            PartitionTable a = left.table().get().table();
            PartitionTable b = right.table().get().table();
            changed("disk", "GUID", a.diskGuid().toString(), b.diskGuid().toString());
            changed(
                    "disk",
                    "sector size",
                    "" + a.sectorSize().bytes(),
                    "" + b.sectorSize().bytes());
            changed(
                    "disk",
                    "last usable sector",
                    a.lastUsable().toString(),
                    b.lastUsable().toString());
        }
        Map<Integer, Inspection.Volume> before = byNumber(left);
        Map<Integer, Inspection.Volume> after = byNumber(right);
        SortedSet<Integer> numbers = new TreeSet<>(before.keySet());
        numbers.addAll(after.keySet());
        for (int number : numbers) {
            Inspection.Volume a = before.get(number);
            Inspection.Volume b = after.get(number);
            if (a == null) {
                differences.add(Difference.added("partition", number + " " + b.label(), describe(b)));
            } else if (b == null) {
                differences.add(Difference.removed("partition", number + " " + a.label(), describe(a)));
            } else {
                partition(number + " " + a.label(), a, b);
            }
        }
    }

    private static Map<Integer, Inspection.Volume> byNumber(Inspection inspection) {
        Map<Integer, Inspection.Volume> volumes = new TreeMap<>();
        inspection.volumes().stream()
                .filter(volume -> volume.entry().isPresent())
                .forEach(volume -> volumes.put(volume.number(), volume));
        return volumes;
    }

    private static String describe(Inspection.Volume volume) {
        GptEntry entry = volume.entry().orElseThrow();
        return InspectionJson.typeName(entry) + ", " + entry.sizeBytes() + " bytes at "
                + entry.first().offsetBytes();
    }

    private void partition(String what, Inspection.Volume before, Inspection.Volume after) {
        GptEntry a = before.entry().orElseThrow();
        GptEntry b = after.entry().orElseThrow();
        changed("partition", what + ", label", a.name(), b.name());
        changed("partition", what + ", type", InspectionJson.typeName(a), InspectionJson.typeName(b));
        changed(
                "partition",
                what + ", PARTUUID",
                a.unique().toString(),
                b.unique().toString());
        changed(
                "partition",
                what + ", offset",
                "" + a.first().offsetBytes(),
                "" + b.first().offsetBytes());
        changed("partition", what + ", size", "" + a.sizeBytes(), "" + b.sizeBytes());
        changed(
                "partition",
                what + ", attributes",
                String.join(" ", GptAttributes.names(a.attributes())),
                String.join(" ", GptAttributes.names(b.attributes())));
        changed("partition", what + ", content", kind(before.content()), kind(after.content()));
        if (before.content() instanceof Content.Erofs one && after.content() instanceof Content.Erofs two) {
            changed(
                    "partition",
                    what + ", EROFS UUID",
                    one.image().superblock().uuid().toString(),
                    two.image().superblock().uuid().toString());
        }
        if (before.content() instanceof Content.Verity one && after.content() instanceof Content.Verity two) {
            changed("partition", what + ", verity", verity(one), verity(two));
        }
    }

    private static String verity(Content.Verity verity) {
        return verity.superblock().uuid() + ", " + verity.superblock().layout().parameters() + ", "
                + verity.superblock().layout().dataBlocks() + " data blocks";
    }

    private static String kind(Content content) {
        return content instanceof Content.Other other
                ? other.name()
                : content.getClass().getSimpleName();
    }

    private void kernels(Inspection left, Inspection right) throws IOException {
        List<EfiProgram> before = kernelImages(left);
        List<EfiProgram> after = kernelImages(right);
        // The version and the boot counter are in the file's name, so kernel images are paired by their order.
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            if (i >= before.size()) {
                differences.add(Difference.added("kernel image", after.get(i).path(), ""));
            } else if (i >= after.size()) {
                differences.add(Difference.removed("kernel image", before.get(i).path(), ""));
            } else {
                kernel(before.get(i), after.get(i));
            }
        }
    }

    private static List<EfiProgram> kernelImages(Inspection inspection) {
        return inspection.programs().stream()
                .filter(program -> program.kernelImage().isPresent())
                .toList();
    }

    private void kernel(EfiProgram before, EfiProgram after) throws IOException {
        String path = before.path();
        changed("kernel image", path + ", path", path, after.path());
        UnifiedKernelImage a = before.kernelImage().orElseThrow();
        UnifiedKernelImage b = after.kernelImage().orElseThrow();
        for (UkiSection section : UkiSection.values()) {
            boolean text = List.of(UkiSection.CMDLINE, UkiSection.UNAME, UkiSection.OSREL)
                    .contains(section);
            changed(
                    "kernel image",
                    path + ", " + section.sectionName(),
                    value(a, section, text),
                    value(b, section, text));
        }
        changed("kernel image", path + ", signatures", signers(before), signers(after));
    }

    private static String value(UnifiedKernelImage image, UkiSection section, boolean text) throws IOException {
        if (text) {
            return image.text(section).orElse("").strip().replace("\n", " | ");
        }
        Optional<ByteSource> content = image.content(section);
        return content.isEmpty() ? "" : content.get().size() + " bytes, " + DigestAlgorithm.SHA256.of(content.get());
    }

    private static String signers(EfiProgram program) throws IOException {
        return String.join(
                "; ",
                InspectionJson.signaturesOf(program.image().orElseThrow()).stream()
                        .map(s -> s.signer().map(EfiVerifier::subject).orElse("somebody unnamed")
                                + (s.digestMatches() && s.problem().isEmpty() ? "" : " (does not hold)"))
                        .toList());
    }

    private void packages(Inspection left, Inspection right) throws IOException {
        Map<String, InstalledPackage> before = packages(left);
        Map<String, InstalledPackage> after = packages(right);
        SortedSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            InstalledPackage a = before.get(name);
            InstalledPackage b = after.get(name);
            if (a == null) {
                differences.add(Difference.added("package", name, b.version()));
            } else if (b == null) {
                differences.add(Difference.removed("package", name, a.version()));
            } else {
                changed("package", name, a.version(), b.version());
                changed("package", name + ", architecture", a.architecture(), b.architecture());
            }
        }
    }

    private Map<String, InstalledPackage> packages(Inspection inspection) throws IOException {
        Map<String, InstalledPackage> packages = new TreeMap<>();
        Optional<FileTree> root =
                inspection.root().flatMap(volume -> volume.content().tree());
        if (root.isPresent()) {
            try {
                InstalledPackage.of(root.get())
                        .ifPresent(all -> all.forEach(entry -> packages.put(entry.name(), entry)));
            } catch (dev.caisson.bytes.FormatException e) {
                differences.add(Difference.changed("image", "inventory of " + inspection.name(), e.getMessage(), ""));
            }
        }
        return packages;
    }

    private static Optional<FileTree> fat(Inspection inspection) {
        return inspection.volumes().stream()
                .filter(volume -> volume.content() instanceof Content.Fat)
                .findFirst()
                .flatMap(volume -> volume.content().tree());
    }

    private void trees(String area, Optional<FileTree> before, Optional<FileTree> after) throws Exception {
        if (before.isPresent() && after.isPresent()) {
            differences.addAll(new TreeDiff(area, before.get(), after.get(), reads).compare());
        } else if (before.isPresent() != after.isPresent()) {
            String there = "a file system";
            differences.add(
                    before.isPresent() ? Difference.removed(area, "all", there) : Difference.added(area, "all", there));
        }
    }
}
