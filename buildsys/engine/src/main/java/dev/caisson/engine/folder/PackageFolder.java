package dev.caisson.engine.folder;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.SortedListing;
import dev.caisson.deb.DebLimits;
import dev.caisson.deb.DebPackage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.repository.rpmmd.RpmHeaderMetadata;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A folder of package files and its subfolders, but {@code repodata} and those whose names begin with a dot. Links to files are
 * followed, links to folders are not.
 */
public final class PackageFolder {
    private static final int MAX_DEPTH = 16;
    private static final String PACKAGE = "package ";

    private final Path folder;

    /** The folder, which is not looked at yet. */
    public PackageFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * One file.
     *
     * @param location path within the folder, with {@code /}
     * @param sizeBytes its size
     * @param mtimeNanos its modification time in nanoseconds since 1970
     */
    public record Entry(String location, long sizeBytes, long mtimeNanos) {
        /** One line, which changes whenever the file does. */
        String line() {
            return sizeBytes + " " + mtimeNanos + " " + location;
        }
    }

    /** The folder. */
    public Path path() {
        return folder;
    }

    /** The binary RPM packages, by location. Source packages are left out. */
    public List<Entry> rpms() throws IOException {
        return list(".rpm").stream()
                .filter(entry -> !entry.location.endsWith(".src.rpm") && !entry.location.endsWith(".nosrc.rpm"))
                .toList();
    }

    /** The Debian packages, by location. */
    public List<Entry> debs() throws IOException {
        return list(".deb");
    }

    private List<Entry> list(String suffix) throws IOException {
        List<Entry> entries = new ArrayList<>();
        walk(folder, "", suffix, 0, entries);
        entries.sort(java.util.Comparator.comparing(Entry::location));
        return entries;
    }

    private static void walk(Path at, String prefix, String suffix, int depth, List<Entry> to) throws IOException {
        for (Path child : SortedListing.of(at)) {
            String name = child.getFileName().toString();
            if (name.startsWith(".")) {
                continue;
            }
            if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                if (depth < MAX_DEPTH && !name.equals("repodata")) {
                    walk(child, prefix + name + "/", suffix, depth + 1, to);
                }
            } else if (name.toLowerCase(Locale.ROOT).endsWith(suffix) && Files.isRegularFile(child)) {
                BasicFileAttributes attributes = Files.readAttributes(child, BasicFileAttributes.class);
                to.add(new Entry(
                        prefix + name,
                        attributes.size(),
                        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
            }
        }
    }

    /**
     * What repository metadata say of an RPM package. Its file's time is that of its build, so that a copy of the folder gives the
     * same.
     *
     * @throws BuildException when it is no package or damaged
     */
    public RpmPackageMetadata rpm(Entry entry) throws BuildException, IOException {
        try (FileSource source = FileSource.open(folder.resolve(entry.location))) {
            Digest digest = DigestAlgorithm.SHA256.of((ByteSource) source);
            RpmPackage rpm = RpmPackage.open(entry.location, source, RpmLimits.DEFAULT);
            long time = rpm.buildTimeSeconds().orElse(0);
            return RpmHeaderMetadata.of(rpm, source.size(), digest, entry.location, time);
        } catch (FormatException e) {
            throw broken(entry, e);
        }
    }

    /** When an RPM package was built, in seconds since 1970; 0 when it does not say. Only its headers are read. */
    long rpmBuildTime(Entry entry) throws BuildException, IOException {
        try (FileSource source = FileSource.open(folder.resolve(entry.location))) {
            return RpmPackage.open(entry.location, source, RpmLimits.DEFAULT)
                    .buildTimeSeconds()
                    .orElse(0);
        } catch (FormatException e) {
            throw broken(entry, e);
        }
    }

    /**
     * A Debian package's paragraph of a Packages file.
     *
     * @throws BuildException when it is no package or damaged
     */
    String deb(Entry entry) throws BuildException, IOException {
        try (FileSource source = FileSource.open(folder.resolve(entry.location))) {
            Digest digest = DigestAlgorithm.SHA256.of((ByteSource) source);
            DebPackage deb = DebPackage.open(entry.location, source, DebLimits.DEFAULT);
            return new String(deb.control().bytes(), StandardCharsets.UTF_8).stripTrailing() + "\nFilename: "
                    + entry.location + "\nSize: " + source.size() + "\nSHA256: " + digest.hex() + "\n\n";
        } catch (FormatException e) {
            throw broken(entry, e);
        }
    }

    private BuildException broken(Entry entry, FormatException e) {
        String message =
                e.getMessage().startsWith(PACKAGE) ? e.getMessage() : PACKAGE + entry.location + ": " + e.getMessage();
        return new BuildException(
                FailureCode.SOURCE, folder + ": " + message, "take the file out, or put a whole one in its place", e);
    }
}
