package dev.caisson.engine.recipe;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.image.FolderLock;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.root.AccountsTransform;
import dev.caisson.engine.root.AlternativesTransform;
import dev.caisson.engine.root.FilesTransform;
import dev.caisson.engine.root.LayerMerge;
import dev.caisson.engine.root.LdSoCacheTransform;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.root.RemoveTransform;
import dev.caisson.engine.root.TreeTransform;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.filetree.FileTree;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.Variant;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The folder that source recipes are built in: Debian packages, merged as an image's are, on disk. It is made once for its
 * packages and manifest, kept below the store ({@code buildroots/}) and used by any number of builds, none of which can change it.
 *
 * @param folder becomes {@code /}
 * @param key what it was made of; part of the key of everything built in it
 */
public record BuildRoot(Path folder, Digest key) {
    private static final String VERSION = "build root 1";
    private static final String AREA = "buildroots";
    private static final String COMPLETE = "complete";
    private static final int KEPT = 2;
    private static final Duration UNUSED = Duration.ofDays(7);
    private static final String SOURCES_ONLY = "sources-only";

    /** The packages that are in the root: all but those that only recipes' sources are taken from. */
    private static List<LockedPackage> unpacked(Variant sdk, LockedArchitecture lock) throws IOException {
        List<String> sources = sdk.extras().has(SOURCES_ONLY) ? sdk.extras().strings(SOURCES_ONLY) : List.of();
        return lock.packages().stream()
                .filter(locked -> !sources.contains(locked.name()))
                .toList();
    }

    /** What a root of these packages would be called. */
    static Digest key(Variant sdk, LockedArchitecture lock, List<Path> manifests) throws IOException {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        KeyText key = new KeyText(digest).add(VERSION).add(sdk.architecture().label());
        unpacked(sdk, lock).stream()
                .sorted(LockedPackage.ORDER)
                .forEach(locked ->
                        key.add(locked.name()).add(locked.file().digest().toString()));
        for (Path manifest : manifests) {
            key.add(Files.readAllBytes(manifest));
        }
        return new Digest(DigestAlgorithm.SHA256, digest.digest());
    }

    /** The root, made if it is not there. Of two that want the same one the second waits. */
    static BuildRoot of(
            Variant sdk,
            LockedArchitecture lock,
            Digest key,
            Archives archives,
            ArtifactStore store,
            WorkPool pool,
            Progress progress,
            Instant now)
            throws Exception {
        Path home = store.area(AREA).resolve(key.hex().substring(0, 32));
        Path root = home.resolve("root");
        if (Files.exists(home.resolve(COMPLETE))) {
            markUsed(home.resolve(COMPLETE), now);
            return new BuildRoot(root, key);
        }
        prune(store.area(AREA), now);
        FolderLock mine = FolderLock.of(home);
        try {
            if (!Files.exists(home.resolve(COMPLETE))) {
                List<LockedPackage> packages = unpacked(sdk, lock);
                progress.note("composing the build root from " + packages.size() + " packages (once)");
                Path staging = home.resolve("staging");
                TreeOnDisk.delete(staging);
                TreeOnDisk.delete(root);
                Files.createDirectories(staging);
                List<PackageLayer> layers = unpack(packages, sdk, archives, staging, pool, progress);
                TreeOnDisk.write(assemble(sdk, layers, store), root);
                TreeOnDisk.delete(staging);
                Files.createFile(home.resolve(COMPLETE));
            }
        } finally {
            mine.close();
        }
        return new BuildRoot(root, key);
    }

    private static void markUsed(Path complete, Instant now) throws IOException {
        try {
            Files.setLastModifiedTime(complete, FileTime.from(now));
        } catch (FileSystemException e) {
            // Another user's root in a shared store: that one's builds keep it.
        }
    }

    /** Deletes roots that nobody has used for a week, but for the two used last: each is large, and every new lock makes one. */
    static void prune(Path area, Instant now) throws IOException, InterruptedException {
        List<Path> homes = new ArrayList<>();
        for (Path home : SortedListing.of(area)) {
            if (Files.exists(home.resolve(COMPLETE))) {
                homes.add(home);
            }
        }
        Map<Path, Instant> used = new HashMap<>();
        for (Path home : homes) {
            used.put(home, Files.getLastModifiedTime(home.resolve(COMPLETE)).toInstant());
        }
        homes.sort(Comparator.comparing(used::get).reversed());
        for (Path home : homes.subList(Math.min(KEPT, homes.size()), homes.size())) {
            if (used.get(home).isBefore(now.minus(UNUSED))) {
                FolderLock mine = FolderLock.of(home);
                try {
                    Files.deleteIfExists(home.resolve(COMPLETE));
                    TreeOnDisk.delete(home.resolve("root"));
                } finally {
                    mine.close();
                }
            }
        }
    }

    private static List<PackageLayer> unpack(
            List<LockedPackage> packages,
            Variant sdk,
            Archives archives,
            Path staging,
            WorkPool pool,
            Progress progress)
            throws Exception {
        AtomicInteger done = new AtomicInteger();
        return pool.map(packages.size(), i -> {
            PackageLayer layer = StagedPackage.unpack(archives.fetch(packages.get(i)), staging, i + "-", sdk.remove());
            progress.count("packages of the build root", done.incrementAndGet(), packages.size(), false);
            return layer;
        });
    }

    private static FileTree assemble(Variant sdk, List<PackageLayer> layers, ArtifactStore store)
            throws BuildException, IOException {
        long time = sdk.epoch().orElse(0);
        FileTree tree = new LayerMerge(sdk.conflicts(), time).merge(layers);
        List<TreeTransform> transforms = List.of(
                new RemoveTransform(sdk.remove()),
                new AlternativesTransform(layers, time),
                new AccountsTransform(sdk.users(), sdk.groups(), time),
                new FilesTransform(sdk.files(), time),
                new LdSoCacheTransform(store, time));
        for (TreeTransform transform : transforms) {
            tree = transform.apply(tree);
        }
        return tree;
    }
}
