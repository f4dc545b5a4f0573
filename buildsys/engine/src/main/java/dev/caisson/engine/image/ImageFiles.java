package dev.caisson.engine.image;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.Plan;
import dev.caisson.bytes.SortedListing;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.diskimage.RawDisk;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.fat.FatPlan;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.PlannedPartition;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.PartitionContent;
import dev.caisson.manifest.PartitionSpec;
import dev.caisson.manifest.Variant;
import dev.caisson.pe.PeImage;
import dev.caisson.verity.VerityMismatch;
import dev.caisson.verity.VerityPlan;
import dev.caisson.verity.VerityVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes the artifacts of one build into a temporary folder beside their place, reads back what must be right, and gives them
 * their names at the very end. The list of artifacts comes last: where it is, everything that it names is complete.
 */
final class ImageFiles {
    /** The list of artifacts with their digests. */
    static final String LIST = "artifacts.json";

    /** The same in the form of sha256sum. */
    static final String SUMS = "SHA256SUMS";

    private static final int RANGE_BYTES = 8 << 20;

    private final Variant variant;
    private final WorkPool pool;
    private final Path folder;
    private final Path temporary;
    private final String base;
    private final Map<String, String> kinds = new TreeMap<>();

    ImageFiles(Path output, Variant variant, WorkPool pool) {
        this.variant = variant;
        this.pool = pool;
        this.folder = folder(output, variant);
        this.temporary = folder.resolve(".building");
        this.base = variant.name() + "-" + variant.version() + "-"
                + variant.architecture().label();
    }

    Path folder() {
        return folder;
    }

    /** Where a variant's artifacts go. */
    static Path folder(Path output, Variant variant) {
        return output.resolve(variant.name())
                .resolve(variant.architecture().label())
                .toAbsolutePath()
                .normalize();
    }

    /** The planned partition with a content; the layout and the table have the same order. */
    static Optional<PlannedPartition> partition(Variant variant, GptPlan table, PartitionContent content) {
        List<PartitionSpec> specs = new DiskLayout(variant).partitions();
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).content() == content) {
                return Optional.of(table.partitions().get(i));
            }
        }
        return Optional.empty();
    }

    private Path file(String kind, String suffix) {
        String name = base + suffix;
        kinds.put(name, kind);
        return temporary.resolve(name);
    }

    List<Artifact> write(
            RootImage root,
            Optional<VerityPlan> verity,
            PeImage unsigned,
            PeImage signed,
            FatPlan esp,
            GptPlan table,
            byte[] inventory)
            throws Exception {
        Budget.checkSize(variant, root.plan().size());
        requireFolder();
        try (FolderLock lock = FolderLock.of(folder)) {
            try {
                return writeAll(root, verity, unsigned, signed, esp, table, inventory);
            } catch (Exception e) {
                discard(e);
                throw e;
            }
        }
    }

    private List<Artifact> writeAll(
            RootImage root,
            Optional<VerityPlan> verity,
            PeImage unsigned,
            PeImage signed,
            FatPlan esp,
            GptPlan table,
            byte[] inventory)
            throws Exception {
        // What is there belonged to a build that was killed.
        delete(temporary);
        Files.createDirectories(temporary);
        Path rootFile = file("root", ".root.erofs");
        writeParallel(root.content(), rootFile);
        Path verityFile = temporary.resolve(base + ".root.verity");
        if (verity.isPresent()) {
            write(verity.get(), file("root-verity", ".root.verity"));
            Files.writeString(
                    file("roothash", ".roothash"), verity.get().tree().rootHash().hex() + "\n");
            check(rootFile, verityFile, verity.get(), root);
        }
        write(signed, file("uki", ".efi"));
        write(unsigned, file("uki-unsigned", ".unsigned.efi"));
        Files.write(file("inventory", ".inventory.json"), inventory);
        writeDisk(rootFile, verity.map(v -> verityFile), esp, table, file("raw", ".raw"));
        List<Artifact> artifacts = publish();
        delete(temporary);
        return artifacts;
    }

    private void discard(Exception failure) {
        try {
            delete(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void writeDisk(Path rootFile, Optional<Path> verityFile, FatPlan esp, GptPlan table, Path target)
            throws Exception {
        DiskImage.Builder disk = DiskImage.builder(table);
        partition(variant, table, PartitionContent.ESP).ifPresent(p -> disk.add(p, esp.regions()));
        List<FileSource> open = new ArrayList<>();
        try {
            FileSource rootSource = FileSource.open(rootFile);
            open.add(rootSource);
            partition(variant, table, PartitionContent.ROOT).ifPresent(p -> disk.add(p, rootSource));
            if (verityFile.isPresent()) {
                FileSource veritySource = FileSource.open(verityFile.get());
                open.add(veritySource);
                partition(variant, table, PartitionContent.ROOT_VERITY).ifPresent(p -> disk.add(p, veritySource));
            }
            writeParallel(disk.build(), target);
        } finally {
            for (FileSource source : open) {
                source.close();
            }
        }
    }

    private void writeParallel(DiskImage image, Path target) throws Exception {
        RawDisk disk = RawDisk.create(image, target);
        List<RawDisk.Range> ranges = disk.ranges(RANGE_BYTES);
        pool.map(ranges.size(), i -> {
            disk.copy(ranges.get(i));
            return null;
        });
    }

    private static void write(Plan plan, Path target) throws IOException {
        try (FileSink sink = FileSink.create(target)) {
            plan.writeTo(sink);
        }
    }

    /** Reads back every block: what the store gave and what the disk took is what the root hash says. */
    private void check(Path rootFile, Path verityFile, VerityPlan plan, RootImage root) throws Exception {
        try (FileSource data = FileSource.open(rootFile);
                FileSource hashes = FileSource.open(verityFile)) {
            VerityVerifier verifier =
                    VerityVerifier.open(data, hashes, 0, plan.tree().rootHash());
            long blocks = plan.tree().layout().dataBlocks();
            long step = RANGE_BYTES / plan.tree().layout().parameters().dataBlockSize();
            int count = (int) ((blocks + step - 1) / step);
            List<Optional<VerityMismatch>> found =
                    pool.map(count, i -> verifier.verifyData(i * step, Math.min(step, blocks - i * step)));
            Optional<VerityMismatch> first =
                    found.stream().flatMap(Optional::stream).findFirst();
            if (first.isPresent()) {
                throw new DamagedStoreException(first.get().offsetBytes(), root.plan());
            }
        }
    }

    private List<Artifact> publish() throws Exception {
        List<String> names = new ArrayList<>(kinds.keySet());
        List<Artifact> artifacts = pool.map(names.size(), i -> {
            Path file = temporary.resolve(names.get(i));
            try (FileSource source = FileSource.open(file)) {
                Digest digest = DigestAlgorithm.SHA256.of(source);
                return new Artifact(kinds.get(names.get(i)), folder.resolve(names.get(i)), source.size(), digest);
            }
        });
        Files.deleteIfExists(folder.resolve(LIST));
        Files.writeString(temporary.resolve(SUMS), sums(artifacts));
        Files.write(temporary.resolve(LIST), list(artifacts));
        for (Artifact artifact : artifacts) {
            move(artifact.name());
        }
        move(SUMS);
        move(LIST);
        return artifacts;
    }

    private void move(String name) throws IOException {
        Files.move(
                temporary.resolve(name),
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static String sums(List<Artifact> artifacts) {
        StringBuilder text = new StringBuilder();
        artifacts.forEach(artifact -> text.append(artifact.digest().hex())
                .append("  ")
                .append(artifact.name())
                .append('\n'));
        return text.toString();
    }

    private byte[] list(List<Artifact> artifacts) {
        JsonArray all = JsonArray.of();
        for (Artifact artifact : artifacts) {
            all.add(JsonObject.of()
                    .put("name", artifact.name())
                    .put("kind", artifact.kind())
                    .put("size", artifact.sizeBytes())
                    .put("sha256", artifact.digest().hex()));
        }
        return Json.prettyBytes(JsonObject.of()
                .put("variant", variant.name())
                .put("version", variant.version())
                .put("architecture", variant.architecture().label())
                .put("artifacts", all));
    }

    private void requireFolder() throws BuildException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BuildException(
                    FailureCode.USAGE, folder + " is a file, not a folder", "choose another --output");
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            for (Path file : SortedListing.of(directory)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        }
    }
}
