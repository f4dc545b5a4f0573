package dev.caisson.engine.folder;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.folder.PackageFolder.Entry;
import dev.caisson.repository.PackagesIndex;
import dev.caisson.repository.rpmmd.RpmMdCache;
import dev.caisson.repository.rpmmd.RpmMdIndex;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Indexes of package folders. What was read of a file counts as long as its size and time are the same: of a folder in which one
 * file has changed, one file is read. The digests that come from here are checked again when a package is taken.
 */
public final class FolderIndexes {
    private final Path cache;

    /** @param cache folder for what was read; may be deleted at any time */
    public FolderIndexes(Path cache) {
        this.cache = cache.resolve("folders");
    }

    /**
     * The packages of a folder.
     *
     * @param digest of the listing with sizes and times
     * @param rpm the packages, when there are RPM packages
     * @param deb the packages, when there are Debian packages
     */
    public record Indexed(Digest digest, Optional<RpmMdIndex> rpm, Optional<PackagesIndex> deb) {}

    /**
     * Reads a folder.
     *
     * @throws BuildException when there are no packages, packages of two formats, or broken ones
     */
    public Indexed read(PackageFolder folder) throws BuildException, IOException {
        List<Entry> rpms = folder.rpms();
        List<Entry> debs = folder.debs();
        if (rpms.isEmpty() == debs.isEmpty()) {
            throw new BuildException(
                    FailureCode.SOURCE,
                    "the folder " + folder.path()
                            + (rpms.isEmpty() ? " has no packages (*.rpm, *.deb)" : " has packages of two formats"),
                    "give a folder of RPM packages or of Debian packages");
        }
        List<Entry> entries = rpms.isEmpty() ? debs : rpms;
        List<String> lines = entries.stream().map(Entry::line).toList();
        byte[] listing = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        Digest digest = DigestAlgorithm.SHA256.of(listing);
        return rpms.isEmpty()
                ? new Indexed(digest, Optional.empty(), Optional.of(debs(folder, entries, digest)))
                : new Indexed(digest, Optional.of(rpms(folder, entries, listing, digest)), Optional.empty());
    }

    private RpmMdIndex rpms(PackageFolder folder, List<Entry> entries, byte[] listing, Digest digest)
            throws BuildException, IOException {
        Path listingFile = file(folder, ".listing");
        Path indexFile = file(folder, ".index");
        Optional<byte[]> oldListing = bytes(listingFile);
        Optional<RpmMdIndex> old = oldListing.isPresent()
                ? index(indexFile, DigestAlgorithm.SHA256.of(oldListing.get()))
                : Optional.empty();
        if (old.isPresent() && Arrays.equals(oldListing.get(), listing)) {
            return old.get();
        }
        Map<String, RpmPackageMetadata> known = known(oldListing, old);
        List<RpmPackageMetadata> packages = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            RpmPackageMetadata before = known.get(entry.line());
            packages.add(before != null ? before : folder.rpm(entry));
        }
        RpmMdIndex index = RpmMdIndex.of(packages);
        replace(indexFile, RpmMdCache.write(index, digest));
        replace(listingFile, listing);
        return index;
    }

    private static Map<String, RpmPackageMetadata> known(Optional<byte[]> listing, Optional<RpmMdIndex> index) {
        Map<String, RpmPackageMetadata> known = new HashMap<>();
        if (index.isPresent()) {
            Set<String> lines =
                    new HashSet<>(List.of(new String(listing.orElseThrow(), StandardCharsets.UTF_8).split("\n")));
            Map<String, String> byLocation = new HashMap<>();
            lines.forEach(line -> byLocation.put(line.substring(line.indexOf(' ', line.indexOf(' ') + 1) + 1), line));
            for (int i = 0; i < index.get().size(); i++) {
                RpmPackageMetadata p = index.get().get(i);
                String line = byLocation.get(p.location());
                if (line != null) {
                    known.put(line, p);
                }
            }
        }
        return known;
    }

    private PackagesIndex debs(PackageFolder folder, List<Entry> entries, Digest digest)
            throws BuildException, IOException {
        Path file = file(folder, "-" + digest.hex().substring(0, 16) + ".packages");
        Optional<byte[]> before = bytes(file);
        if (before.isPresent()) {
            try {
                return PackagesIndex.parse(before.get());
            } catch (FormatException e) {
                Files.deleteIfExists(file);
            }
        }
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(folder.deb(entry));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            PackagesIndex index = PackagesIndex.parse(bytes);
            replace(file, bytes);
            return index;
        } catch (FormatException e) {
            throw new BuildException(
                    FailureCode.SOURCE,
                    "the packages of " + folder.path() + " cannot be indexed: " + e.getMessage(),
                    "take the package out",
                    e);
        }
    }

    private Path file(PackageFolder folder, String suffix) {
        String place = folder.path().toAbsolutePath().normalize().toString();
        String digest = DigestAlgorithm.SHA256
                .of(place.getBytes(StandardCharsets.UTF_8))
                .hex();
        return cache.resolve(digest.substring(0, 32) + suffix);
    }

    private static Optional<RpmMdIndex> index(Path file, Digest digest) throws IOException {
        Optional<byte[]> bytes = bytes(file);
        if (bytes.isPresent()) {
            try {
                return Optional.of(RpmMdCache.read(bytes.get(), digest));
            } catch (FormatException e) {
                // Of another listing, or damaged: made anew.
            }
        }
        return Optional.empty();
    }

    private static Optional<byte[]> bytes(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Files.createDirectories(target.getParent());
        Path temporary = Files.createTempFile(target.getParent(), "building", ".tmp");
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
