package dev.caisson.engine.image;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.Plan;
import dev.caisson.bytes.SortedListing;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.BuildSeed;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.formats.BootParts;
import dev.caisson.engine.formats.BuildFormats;
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
import dev.caisson.verity.VerityPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Writes the artifacts of one build into a temporary folder beside their place, checking and hashing the bytes on their way, and gives them
 * their names at the very end. The list of artifacts comes last: where it is, everything that it names is complete.
 */
final class ImageFiles {
    /** The list of artifacts with their digests. */
    static final String LIST = "artifacts.json";

    /** The same in the form of sha256sum. */
    static final String SUMS = "SHA256SUMS";

    private final Variant variant;
    private final WorkPool pool;
    private final BuildFormats formats;
    private final Path folder;
    private final Path temporary;
    private final String base;

    ImageFiles(Path output, Variant variant, WorkPool pool, BuildFormats formats) {
        this.formats = formats;
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

    /** What other formats are made of besides the disk. */
    record Boot(BootParts.Boot boot, BuildSeed seed, long epochSeconds) {}

    List<Artifact> write(
            RootImage root,
            Optional<VerityPlan> verity,
            PeImage unsigned,
            PeImage signed,
            FatPlan esp,
            GptPlan table,
            byte[] inventory,
            Boot boot)
            throws Exception {
        Budget.checkSize(variant, root.plan().size());
        requireFolder();
        FolderLock lock = FolderLock.of(folder);
        List<WorkPool.Item<Artifact>> small = new ArrayList<>();
        try {
            // What is there belonged to a build that was killed.
            delete(temporary);
            Files.createDirectories(temporary);
            return writeAll(root, verity, unsigned, signed, esp, table, inventory, boot, small);
        } finally {
            // After a failure some may still write into the folder that goes.
            for (WorkPool.Item<Artifact> item : small) {
                item.finish();
            }
            try {
                delete(temporary);
            } finally {
                lock.close();
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
            byte[] inventory,
            Boot boot,
            List<WorkPool.Item<Artifact>> small)
            throws Exception {
        small.add(small("uki", ".efi", signed));
        small.add(small("uki-unsigned", ".unsigned.efi", unsigned));
        small.add(small("inventory", ".inventory.json", plan(inventory)));
        if (verity.isPresent()) {
            String hash = verity.get().tree().rootHash().hex() + "\n";
            small.add(small("root-verity", ".root.verity", verity.get()));
            small.add(small("roothash", ".roothash", plan(hash.getBytes(StandardCharsets.UTF_8))));
        }
        List<Artifact> artifacts = new ArrayList<>(disk(root, verity, esp, table, boot));
        for (WorkPool.Item<Artifact> item : small) {
            artifacts.add(item.get());
        }
        artifacts.sort(Comparator.comparing(Artifact::name));
        return publish(artifacts);
    }

    private static Plan plan(byte[] bytes) {
        return new Plan() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void writeTo(ByteSink out) throws IOException {
                out.write(bytes);
            }
        };
    }

    private WorkPool.Item<Artifact> small(String kind, String suffix, Plan plan) {
        String name = base + suffix;
        return pool.fork(() -> {
            try (FileSink sink = FileSink.create(temporary.resolve(name))) {
                DigestingSink digesting = new DigestingSink(sink, DigestAlgorithm.SHA256);
                plan.writeTo(digesting);
                return new Artifact(kind, folder.resolve(name), plan.size(), digesting.digest());
            }
        });
    }

    /** The disk and the root file system alone, in one pass over the bytes where the disk holds the root. */
    private List<Artifact> disk(RootImage root, Optional<VerityPlan> verity, FatPlan esp, GptPlan table, Boot boot)
            throws Exception {
        DiskImage.Builder builder = DiskImage.builder(table);
        partition(variant, table, PartitionContent.ESP).ifPresent(p -> builder.add(p, esp.regions()));
        DiskImage aroundRoot = builder.build();
        Optional<ByteSource> tree = Optional.empty();
        if (verity.isPresent()) {
            ArraySink bytes = new ArraySink(Math.toIntExact(verity.get().size()));
            verity.get().writeTo(bytes);
            tree = Optional.of(ByteSource.of(bytes.toByteArray()));
        }
        Optional<PlannedPartition> hashes = partition(variant, table, PartitionContent.ROOT_VERITY);
        if (hashes.isPresent() && tree.isPresent()) {
            builder.add(hashes.get(), tree.get());
        }
        Optional<PlannedPartition> place = partition(variant, table, PartitionContent.ROOT);
        place.ifPresent(p -> builder.add(p, root.content().extents()));
        Path rawFile = temporary.resolve(base + ".raw");
        Path rootFile = temporary.resolve(base + ".root.erofs");
        DiskImage disk = builder.build();
        long size = root.plan().size();
        Digest rawDigest;
        Digest rootDigest;
        if (place.isPresent()) {
            long offset = place.get().offsetBytes();
            DiskWriter.Digests digests = DiskWriter.write(
                    pool,
                    disk,
                    rawFile,
                    Optional.of(new DiskWriter.Part(offset, size, Optional.of(rootFile), root::check)));
            rawDigest = digests.whole();
            rootDigest = digests.part().orElseThrow();
        } else {
            rawDigest = DiskWriter.write(pool, disk, rawFile, Optional.empty()).whole();
            DiskWriter.Part all = new DiskWriter.Part(0, size, Optional.empty(), root::check);
            rootDigest = DiskWriter.write(pool, root.content(), rootFile, Optional.of(all))
                    .whole();
        }
        List<Artifact> artifacts = new ArrayList<>();
        artifacts.add(new Artifact("raw", folder.resolve(rawFile.getFileName()), disk.size(), rawDigest));
        artifacts.add(new Artifact("root", folder.resolve(rootFile.getFileName()), size, rootDigest));
        artifacts.addAll(formats(new BootParts(
                disk,
                aroundRoot,
                root.content(),
                offset(place),
                tree,
                offset(hashes),
                verity.map(v -> v.tree().rootHash().hex()).orElse(""),
                boot.boot,
                boot.seed,
                boot.epochSeconds)));
        return artifacts;
    }

    private static OptionalLong offset(Optional<PlannedPartition> place) {
        return place.map(p -> OptionalLong.of(p.offsetBytes())).orElseGet(OptionalLong::empty);
    }

    /** The variant's other formats. */
    private List<Artifact> formats(BootParts parts) throws Exception {
        Map<Path, String> kinds = new TreeMap<>();
        formats.write(parts, pool, (kind, suffix) -> {
            Path file = temporary.resolve(base + suffix);
            kinds.put(file, kind);
            return file;
        });
        List<Map.Entry<Path, String>> files = List.copyOf(kinds.entrySet());
        return pool.map(files.size(), i -> {
            Path file = files.get(i).getKey();
            try (FileSource source = FileSource.open(file)) {
                Digest digest = DigestAlgorithm.SHA256.of(source);
                return new Artifact(files.get(i).getValue(), folder.resolve(file.getFileName()), source.size(), digest);
            }
        });
    }

    private List<Artifact> publish(List<Artifact> artifacts) throws IOException {
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
            throw new BuildException(FailureCode.USAGE, folder + " is a file, not a folder", "choose another --output");
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            for (Path file : SortedListing.of(directory)) {
                delete(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
