package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The file {@code caisson.lock}: per architecture the exact packages and the metadata that they were chosen from. It holds
 * paths and digests but no address, so it is good behind any mirror. The same lock always has the same bytes.
 *
 * @param architectures by architecture
 */
public record Lockfile(Map<Arch, LockedArchitecture> architectures) {
    /** The file's name, beside the manifest. */
    public static final String FILE_NAME = "caisson.lock";

    /** The version of the form that is written and read. */
    public static final int SCHEMA = 1;

    /** Copies. */
    public Lockfile {
        EnumMap<Arch, LockedArchitecture> copy = new EnumMap<>(Arch.class);
        copy.putAll(architectures);
        architectures = Collections.unmodifiableMap(copy);
    }

    /** An empty lock. */
    public static Lockfile empty() {
        return new Lockfile(Map.of());
    }

    /** This lock with one architecture added or replaced. */
    public Lockfile with(Arch arch, LockedArchitecture locked) {
        EnumMap<Arch, LockedArchitecture> copy = new EnumMap<>(Arch.class);
        copy.putAll(architectures);
        copy.put(arch, locked);
        return new Lockfile(copy);
    }

    /** The file's bytes. */
    public byte[] toBytes() {
        return Json.prettyBytes(LockJson.write(this));
    }

    /**
     * Reads a lock. Strict: an unknown member, a missing one, a package twice, a package of a repository that the lock does
     * not list, or a path that leaves its archive is an error.
     *
     * @throws FormatException with line and column of the object that is wrong
     */
    public static Lockfile parse(byte[] bytes) throws FormatException {
        return LockJson.read(Json.parseObject(bytes));
    }

    /**
     * The digest of everything in a variant that decides which packages are chosen: repositories, packages, kernel package,
     * exclusions and weak dependencies. Addresses of repositories and the places of keyrings do not count.
     */
    public static Digest request(Variant variant) {
        JsonObject request = JsonObject.of()
                .put("architecture", variant.architecture().label())
                .put("kernel", variant.kernel().packageName())
                .put("weakDependencies", variant.weakDependencies())
                .putStrings(
                        "packages",
                        variant.packages().stream()
                                .map(PackageSpec::toString)
                                .sorted()
                                .toList())
                .putStrings(
                        "exclude",
                        variant.exclude().stream()
                                .map(ExcludeSpec::name)
                                .sorted()
                                .distinct()
                                .toList());
        JsonArray repositories = JsonArray.of();
        for (RepositorySpec repository : variant.repositories()) {
            JsonObject described = JsonObject.of()
                    .put("name", repository.name())
                    .put("type", repository.type().label())
                    .putOptional("archive", repository.archive())
                    .putStrings("suites", repository.suites())
                    .putStrings("components", repository.components())
                    .put("priority", repository.priority())
                    .putOptional("snapshot", repository.snapshot().map(Digest::toString));
            putStrings(described, "includes", repository.rpm().includes());
            putStrings(described, "excludes", repository.rpm().excludes());
            if (repository.rpm().moduleHotfixes()) {
                described.put("moduleHotfixes", true);
            }
            repositories.add(described);
        }
        putStrings(
                request,
                "packageGroups",
                variant.packageGroups().stream()
                        .map(PackageGroupSpec::toString)
                        .sorted()
                        .toList());
        putStrings(
                request,
                "modules",
                variant.modules().stream().map(ModuleSpec::toString).sorted().toList());
        return DigestAlgorithm.SHA256.of(Json.canonicalBytes(request.put("repositories", repositories)));
    }

    /** What is not there does not count, so that older locks stay good. */
    private static void putStrings(JsonObject object, String name, List<String> values) {
        if (!values.isEmpty()) {
            object.putStrings(name, values);
        }
    }
}
