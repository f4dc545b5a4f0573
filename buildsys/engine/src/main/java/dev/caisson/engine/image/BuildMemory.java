package dev.caisson.engine.image;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.FileContent;
import dev.caisson.manifest.FileSpec;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.Lockfile;
import dev.caisson.manifest.Variant;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Remembers what the last build into a folder was made of, so that building again without a change costs a look at the files'
 * sizes and times. The key holds everything that the artifacts depend on: manifest, files that it names, lock, certificate,
 * epoch, and the program itself.
 */
final class BuildMemory {
    private final ArtifactStore store;
    private final Digest key;
    private final Path folder;

    private BuildMemory(ArtifactStore store, Digest key, Path folder) {
        this.store = store;
        this.key = key;
        this.folder = folder;
    }

    /** The memory of one build; empty when the program runs from class folders, which have no identity. */
    static Optional<BuildMemory> of(
            ArtifactStore store, ImageBuild.Request request, LockedArchitecture lock, byte[] certificate, Path folder)
            throws IOException {
        Optional<String> program = program();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Variant variant = request.variant();
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        add(digest, "build 1", program.get(), folder.toString(), variant.toString());
        add(digest, request.sourceDateEpoch().toString());
        digest.update(Lockfile.empty().with(variant.architecture(), lock).toBytes());
        digest.update(certificate);
        for (FileSpec file : variant.files()) {
            if (file.content() instanceof FileContent.Source source) {
                addFile(digest, source.path());
            }
        }
        return Optional.of(new BuildMemory(store, new Digest(DigestAlgorithm.SHA256, digest.digest()), folder));
    }

    private static void add(MessageDigest digest, String... texts) {
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
    }

    private static void addFile(MessageDigest digest, Path path) throws IOException {
        add(digest, path.toString());
        if (Files.isDirectory(path)) {
            for (Path child : SortedListing.of(path)) {
                addFile(digest, child);
            }
        } else if (Files.isRegularFile(path)) {
            digest.update(Files.readAllBytes(path));
        }
    }

    /** Names, sizes and times of the program's jars. */
    private static Optional<String> program() throws IOException {
        StringBuilder text = new StringBuilder(Runtime.version().toString());
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (!Files.isRegularFile(jar)) {
                return Optional.empty();
            }
            text.append(' ').append(state(jar));
        }
        return Optional.of(text.toString());
    }

    private static String state(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return file.getFileName() + ":" + attributes.size() + ":"
                + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    /** The artifacts of the last build, when nothing that they depend on and none of them has changed. */
    Optional<ImageBuild.Result> recall(List<ImageBuild.Stage> stages) throws IOException {
        Optional<byte[]> stored = store.action(key);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        JsonObject memory = Json.parseObject(stored.get());
        List<Artifact> artifacts = new ArrayList<>();
        for (JsonObject file : memory.objects("files")) {
            Path path = folder.resolve(file.string("name"));
            if (!Files.isRegularFile(path) || !state(path).equals(file.string("state"))) {
                return Optional.empty();
            }
            if (!file.string("kind").isEmpty()) {
                artifacts.add(new Artifact(
                        file.string("kind"), path, file.longValue("size"), Digest.sha256(file.string("sha256"))));
            }
        }
        int packages = (int) memory.longValue("packages");
        return Optional.of(new ImageBuild.Result(
                folder, artifacts, memory.string("rootHash"), packages, packages, memory.bool("signed"), true, stages));
    }

    /** Remembers a finished build. */
    void store(ImageBuild.Result result) throws IOException {
        JsonArray files = JsonArray.of();
        for (Artifact artifact : result.artifacts()) {
            files.add(JsonObject.of()
                    .put("name", artifact.name())
                    .put("kind", artifact.kind())
                    .put("size", artifact.sizeBytes())
                    .put("sha256", artifact.digest().hex())
                    .put("state", state(artifact.path())));
        }
        for (String name : List.of(ImageFiles.LIST, ImageFiles.SUMS)) {
            files.add(JsonObject.of().put("name", name).put("kind", "").put("state", state(folder.resolve(name))));
        }
        store.putAction(
                key,
                Json.canonicalBytes(JsonObject.of()
                        .put("rootHash", result.rootHash())
                        .put("packages", result.packages())
                        .put("signed", result.signed())
                        .put("files", files)));
    }
}
