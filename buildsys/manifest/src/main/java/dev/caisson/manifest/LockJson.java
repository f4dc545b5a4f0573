package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** The JSON form of a lock; reading and writing side by side, structure by structure. */
final class LockJson {
    private LockJson() {}

    static JsonObject write(Lockfile lock) {
        JsonObject architectures = JsonObject.of();
        lock.architectures().forEach((arch, locked) -> architectures.put(arch.label(), write(locked)));
        return JsonObject.of().put("schema", Lockfile.SCHEMA).put("architectures", architectures);
    }

    static Lockfile read(JsonObject object) throws FormatException {
        long schema = object.longValue("schema");
        if (schema != Lockfile.SCHEMA) {
            throw new UnsupportedFeatureException(
                    "lock", FormatException.NO_OFFSET, "schema " + schema, "schema " + Lockfile.SCHEMA);
        }
        object.requireOnly(Set.of("schema", "architectures"));
        JsonObject architectures = object.object("architectures");
        Map<Arch, LockedArchitecture> result = new EnumMap<>(Arch.class);
        for (String label : architectures.names()) {
            Arch arch = Arch.parse(label)
                    .filter(a -> a.label().equals(label))
                    .orElseThrow(() -> architectures.wrong("architecture \"" + label + "\"", "x86_64 or aarch64"));
            result.put(arch, readArchitecture(architectures.object(label)));
        }
        return new Lockfile(result);
    }

    private static JsonObject write(LockedArchitecture locked) {
        return JsonObject.of()
                .put("request", locked.request().toString())
                .put(
                        "repositories",
                        JsonArray.ofValues(locked.repositories().stream()
                                .map(LockJson::write)
                                .toList()))
                .put(
                        "packages",
                        JsonArray.ofValues(
                                locked.packages().stream().map(LockJson::write).toList()));
    }

    private static LockedArchitecture readArchitecture(JsonObject object) throws FormatException {
        object.requireOnly(Set.of("request", "repositories", "packages"));
        List<LockedRepository> repositories = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonObject repository : object.objects("repositories")) {
            repositories.add(readRepository(repository));
            if (!names.add(repository.string("name"))) {
                throw repository.wrong("repository \"" + repository.string("name") + "\" twice", "");
            }
        }
        List<LockedPackage> packages = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonObject entry : object.objects("packages")) {
            LockedPackage read = readPackage(entry);
            if (!names.contains(read.repository())) {
                throw entry.wrong("repository \"" + read.repository() + "\"", "one of the lock's repositories");
            }
            if (!seen.add(read.name() + " " + read.architecture() + " " + read.version())) {
                throw entry.wrong("package \"" + read.name() + "\" twice", "");
            }
            packages.add(read);
        }
        return new LockedArchitecture(digest(object, "request"), repositories, packages);
    }

    private static JsonObject write(LockedRepository repository) {
        return JsonObject.of()
                .put("name", repository.name())
                .put(
                        "suites",
                        JsonArray.ofValues(repository.suites().stream()
                                .map(LockJson::write)
                                .toList()));
    }

    private static LockedRepository readRepository(JsonObject object) throws FormatException {
        object.requireOnly(Set.of("name", "suites"));
        List<LockedSuite> suites = new ArrayList<>();
        for (JsonObject suite : object.objects("suites")) {
            suites.add(readSuite(suite));
        }
        return new LockedRepository(object.string("name"), suites);
    }

    private static JsonObject write(LockedSuite suite) {
        JsonObject object = JsonObject.of().put("name", suite.name()).put("release", write(suite.release()));
        suite.date().ifPresent(date -> object.put("date", date));
        return object.put(
                "indexes",
                JsonArray.ofValues(suite.indexes().stream().map(LockJson::write).toList()));
    }

    private static LockedSuite readSuite(JsonObject object) throws FormatException {
        object.requireOnly(Set.of("name", "release", "date", "indexes"));
        OptionalLong date = object.optionalLong("date");
        List<LockedFile> indexes = new ArrayList<>();
        for (JsonObject index : object.objects("indexes")) {
            index.requireOnly(Set.of("path", "size", "sha256"));
            indexes.add(readFile(index));
        }
        JsonObject release = object.object("release");
        release.requireOnly(Set.of("path", "size", "sha256"));
        return new LockedSuite(object.string("name"), readFile(release), date, indexes);
    }

    private static JsonObject write(LockedFile file) {
        return addFile(JsonObject.of(), file);
    }

    private static JsonObject addFile(JsonObject object, LockedFile file) {
        return object.put("path", file.path())
                .put("size", file.sizeBytes())
                .put("sha256", file.digest().hex());
    }

    private static LockedFile readFile(JsonObject object) throws FormatException {
        String path = object.string("path");
        if (!LockedFile.isInside(path)) {
            throw object.wrong("path \"" + path + "\"", "a path inside the archive");
        }
        String hex = object.string("sha256");
        if (!hex.matches("[0-9a-f]{64}")) {
            throw object.wrong("sha256 \"" + hex + "\"", "64 lower-case hexadecimal digits");
        }
        return new LockedFile(path, object.longValue("size", 0, Long.MAX_VALUE), Digest.sha256(hex));
    }

    private static JsonObject write(LockedPackage locked) {
        JsonObject object = JsonObject.of()
                .put("name", locked.name())
                .put("version", locked.version())
                .put("architecture", locked.architecture())
                .put("repository", locked.repository());
        return addFile(object, locked.file())
                .put("source", locked.source())
                .put("sourceVersion", locked.sourceVersion())
                .put("reason", locked.reason());
    }

    private static LockedPackage readPackage(JsonObject object) throws FormatException {
        object.requireOnly(Set.of(
                "name",
                "version",
                "architecture",
                "repository",
                "path",
                "size",
                "sha256",
                "source",
                "sourceVersion",
                "reason"));
        return new LockedPackage(
                nonEmpty(object, "name"),
                nonEmpty(object, "version"),
                nonEmpty(object, "architecture"),
                nonEmpty(object, "repository"),
                readFile(object),
                object.string("source"),
                object.string("sourceVersion"),
                object.string("reason"));
    }

    private static String nonEmpty(JsonObject object, String name) throws FormatException {
        String text = object.string(name);
        if (text.isEmpty()) {
            throw object.wrong("member \"" + name + "\" is empty", "a text");
        }
        return text;
    }

    private static Digest digest(JsonObject object, String name) throws FormatException {
        String text = object.string(name);
        try {
            Digest digest = Digest.parse(text);
            if (digest.algorithm() == DigestAlgorithm.SHA256
                    && digest.toString().equals(text)) {
                return digest;
            }
        } catch (IllegalArgumentException e) {
            throw object.wrong("member \"" + name + "\" is \"" + text + "\"", "sha256: and 64 hexadecimal digits");
        }
        throw object.wrong(
                "member \"" + name + "\" is \"" + text + "\"", "sha256: and 64 lower-case hexadecimal digits");
    }
}
