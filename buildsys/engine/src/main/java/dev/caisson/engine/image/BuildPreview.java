package dev.caisson.engine.image;

import dev.caisson.bytes.FileSource;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.gpt.GptEntry;
import dev.caisson.gpt.GptReader;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.PartitionSpec;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a build would do, without doing it: the packages, what is still to be fetched, the partitions, and what differs from
 * the last build into the same folder.
 */
public final class BuildPreview {
    private final Variant variant;
    private final LockedArchitecture lock;
    private final Map<String, String> before;
    private final List<GptEntry> partitionsBefore;
    private final long fetchBytes;
    private final long missingBytes;

    private BuildPreview(
            Variant variant,
            LockedArchitecture lock,
            Map<String, String> before,
            List<GptEntry> partitionsBefore,
            long fetchBytes,
            long missingBytes) {
        this.variant = variant;
        this.lock = lock;
        this.before = before;
        this.partitionsBefore = partitionsBefore;
        this.fetchBytes = fetchBytes;
        this.missingBytes = missingBytes;
    }

    /** Looks at the lock, the store and the last build. */
    public static BuildPreview of(Variant variant, LockedArchitecture lock, ArtifactStore store, Path output)
            throws IOException {
        long all = 0;
        long missing = 0;
        for (LockedPackage p : lock.packages()) {
            all += p.file().sizeBytes();
            missing += store.find(p.file().digest()).isPresent() ? 0 : p.file().sizeBytes();
        }
        Path folder = ImageFiles.folder(output, variant);
        String base = variant.name() + "-" + variant.version() + "-"
                + variant.architecture().label();
        return new BuildPreview(
                variant,
                lock,
                inventory(folder.resolve(base + ".inventory.json")),
                partitions(folder.resolve(base + ".raw")),
                all,
                missing);
    }

    private static Map<String, String> inventory(Path file) throws IOException {
        Map<String, String> versions = new TreeMap<>();
        if (Files.isRegularFile(file)) {
            for (JsonObject entry : Json.parseObject(Files.readAllBytes(file)).objects("Content")) {
                String epoch = entry.string("Epoch");
                String release = entry.string("Release");
                versions.put(
                        entry.string("Name"),
                        (epoch.equals("0") ? "" : epoch + ":")
                                + entry.string("Version")
                                + (release.isEmpty() ? "" : "-" + release));
            }
        }
        return versions;
    }

    private static List<GptEntry> partitions(Path disk) throws IOException {
        if (!Files.isRegularFile(disk)) {
            return List.of();
        }
        try (FileSource source = FileSource.open(disk)) {
            return new ArrayList<>(
                    GptReader.read(source).intactTable().entries().values());
        }
    }

    /** Lines such as {@code + name version}, {@code ~ name old -> new}, {@code - name version}. */
    public List<String> changes() {
        Map<String, String> gone = new TreeMap<>(before);
        List<String> lines = new ArrayList<>();
        for (LockedPackage p : lock.packages()) {
            String was = gone.remove(p.name());
            if (was == null) {
                lines.add("+ " + p.name() + " " + p.version());
            } else if (!was.equals(p.version())) {
                lines.add("~ " + p.name() + " " + was + " -> " + p.version());
            }
        }
        gone.forEach((name, version) -> lines.add("- " + name + " " + version));
        return lines;
    }

    /** Whether there is a last build to compare with. */
    public boolean comparable() {
        return !before.isEmpty();
    }

    /** Bytes of all packages. */
    public long fetchBytes() {
        return fetchBytes;
    }

    /** Bytes of packages that the store does not have. */
    public long missingBytes() {
        return missingBytes;
    }

    /** The partitions as asked for, with their sizes in the last build where there is one. */
    public List<PlannedSize> partitions() {
        List<PlannedSize> sizes = new ArrayList<>();
        List<PartitionSpec> specs = new DiskLayout(variant).partitions();
        for (int i = 0; i < specs.size(); i++) {
            OptionalLong last = i < partitionsBefore.size()
                    ? OptionalLong.of(partitionsBefore.get(i).sizeBytes())
                    : OptionalLong.empty();
            sizes.add(new PlannedSize(
                    specs.get(i).label(),
                    specs.get(i).type(),
                    specs.get(i).size().toString(),
                    last));
        }
        return sizes;
    }

    /**
     * One partition.
     *
     * @param asked its size in the manifest's terms
     * @param lastBytes its size in the last build
     */
    public record PlannedSize(String label, String type, String asked, OptionalLong lastBytes) {}

    /** Everything for programs. */
    public JsonObject json() {
        JsonArray partitions = JsonArray.of();
        for (PlannedSize p : partitions()) {
            JsonObject object =
                    JsonObject.of().put("label", p.label).put("type", p.type).put("size", p.asked);
            p.lastBytes.ifPresent(bytes -> object.put("lastBytes", bytes));
            partitions.add(object);
        }
        return JsonObject.of()
                .put("variant", variant.name())
                .put("version", variant.version())
                .put("architecture", variant.architecture().label())
                .put("packages", lock.packages().size())
                .put("packageBytes", fetchBytes)
                .put("bytesToFetch", missingBytes)
                .put("partitions", partitions)
                .put("comparedWithLastBuild", comparable())
                .putStrings("changes", changes());
    }
}
