package dev.caisson.engine.recipe;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.SortedListing;
import dev.caisson.deb.DataVisitor;
import dev.caisson.deb.DebLimits;
import dev.caisson.deb.DebPackage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Lays a recipe's sources into a folder, with modes and times that do not depend on the machine. */
final class SourceFiles {
    private final Archives archives;
    private final LockedArchitecture sdk;
    private final ArtifactStore store;

    SourceFiles(Archives archives, LockedArchitecture sdk, ArtifactStore store) {
        this.archives = archives;
        this.sdk = sdk;
        this.store = store;
    }

    /** Fetches what is elsewhere, and puts all into {@code folder}. */
    void collect(Recipe recipe, Recipe.Build build, Path folder) throws BuildException, IOException {
        for (Recipe.Source source : build.sources()) {
            Path target = folder.resolve(source.name());
            if (source instanceof Recipe.Local local) {
                copy(local.path(), target, recipe.epochSeconds());
            } else {
                Path file = source instanceof Recipe.Remote remote
                        ? archives.source(remote.at() + ": source " + remote.name(), remote.urls(), remote.sha512())
                        : packaged((Recipe.Packaged) source);
                link(file, target);
            }
        }
    }

    /** The store's file under another name; it is only read. */
    private static void link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(file, target);
        }
    }

    private static void copy(Path source, Path target, long epochSeconds) throws BuildException, IOException {
        boolean folder = Files.isDirectory(source);
        if (folder) {
            Files.createDirectory(target);
            for (Path child : SortedListing.of(source)) {
                copy(child, target.resolve(child.getFileName().toString()), epochSeconds);
            }
        } else if (Files.isRegularFile(source)) {
            Files.write(target, Files.readAllBytes(source));
        } else {
            throw new BuildException(FailureCode.CONTENT, source + " is not a file or folder", "");
        }
        boolean program = folder || Files.isExecutable(source);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        Files.setLastModifiedTime(target, FileTime.fromMillis(epochSeconds * 1000));
    }

    /** The package that a source is in. */
    static LockedPackage lockedPackage(Recipe.Packaged source, LockedArchitecture sdk) throws BuildException {
        return sdk.packages().stream()
                .filter(locked -> locked.name().equals(source.packageName()))
                .findFirst()
                .orElseThrow(() -> new BuildException(
                        FailureCode.MANIFEST,
                        source.at() + ": the SDK has no package " + source.packageName(),
                        "add it to the packages of the SDK's manifest"));
    }

    private Path packaged(Recipe.Packaged source) throws BuildException, IOException {
        LockedPackage locked = lockedPackage(source, sdk);
        Digest key = DigestAlgorithm.SHA256.of(
                ("file 1 " + locked.file().digest() + " " + source.path()).getBytes(StandardCharsets.UTF_8));
        Optional<byte[]> known = store.action(key);
        if (known.isPresent()) {
            Optional<Path> stored = store.find(new Digest(DigestAlgorithm.SHA256, known.get()));
            if (stored.isPresent()) {
                return stored.get();
            }
        }
        Path temporary = store.newTemporary("source");
        Extraction extraction = new Extraction(TreePath.of(source.path()), temporary);
        try (FileSource file = FileSource.open(archives.fetch(locked))) {
            DebPackage.open(file, DebLimits.DEFAULT).readData(extraction);
            if (!extraction.found) {
                throw new BuildException(
                        FailureCode.SOURCE,
                        source.at() + ": " + locked.name() + " " + locked.version() + " has no file " + source.path(),
                        "its files are listed by 'dpkg-deb -c'");
            }
            Digest digest;
            try (FileSource extracted = FileSource.open(temporary)) {
                digest = DigestAlgorithm.SHA256.of(extracted);
            }
            Path stored = store.put(digest, temporary);
            store.putAction(key, digest.bytes());
            return stored;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Copies one file of a package. */
    private static final class Extraction implements DataVisitor {
        private final TreePath wanted;
        private final Path target;
        private boolean found;

        Extraction(TreePath wanted, Path target) {
            this.wanted = wanted;
            this.target = target;
        }

        @Override
        public void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) throws IOException {
            if (path.equals(wanted)) {
                Files.copy(content, target);
                found = true;
            }
        }

        @Override
        public void directory(TreePath path, Attributes attributes) {}

        @Override
        public void symlink(TreePath path, Attributes attributes, byte[] link) {}

        @Override
        public void hardLink(TreePath path, TreePath existing) {}

        @Override
        public void device(TreePath path, Attributes attributes, boolean block, int major, int minor) {}

        @Override
        public void fifo(TreePath path, Attributes attributes) {}
    }
}
