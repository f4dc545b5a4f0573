package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a repository's metadata say about one package file.
 *
 * @param name package name
 * @param epoch decimal digits, {@code 0} for none
 * @param version version
 * @param release release
 * @param architecture {@code noarch}, a machine, or {@code src}
 * @param checksum of the package file; also the package's identity within the repository
 * @param location the file's path relative to {@code base}, or to the repository where that is empty
 * @param base {@code xml:base} of the location; empty for the repository itself
 * @param sizes the numbers
 * @param texts what people read
 * @param headerStart offset of the header within the package file
 * @param headerEnd offset of the header's end within the package file
 * @param relations entries by kind, in the package's order; all kinds present
 * @param files paths that the package owns, in the package's order; those of primary metadata alone where only these were read
 * @param changelogs newest last; empty where {@code other} metadata were not read
 */
public record RpmPackageMetadata(
        String name,
        String epoch,
        String version,
        String release,
        String architecture,
        Digest checksum,
        String location,
        String base,
        Sizes sizes,
        Texts texts,
        long headerStart,
        long headerEnd,
        Map<RpmRelation, List<RpmEntry>> relations,
        List<RpmFile> files,
        List<RpmChangelog> changelogs) {
    /**
     * Times in seconds since 1970, sizes in bytes.
     *
     * @param fileTime of the package file
     * @param buildTime when the package was built
     * @param packageBytes of the package file
     * @param installedBytes of the files when installed
     * @param archiveBytes of the payload when decompressed
     */
    public record Sizes(long fileTime, long buildTime, long packageBytes, long installedBytes, long archiveBytes) {}

    /**
     * Descriptive fields; empty when absent.
     *
     * @param summary one line
     * @param description paragraphs
     * @param packager who packaged it
     * @param url of the project
     * @param license expression
     * @param vendor who distributes it
     * @param group classification
     * @param buildHost where it was built
     * @param sourceRpm file name of the source package
     */
    public record Texts(
            String summary,
            String description,
            String packager,
            String url,
            String license,
            String vendor,
            String group,
            String buildHost,
            String sourceRpm) {}

    /** Copies the collections and fills in kinds that are missing. */
    public RpmPackageMetadata {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(checksum, "checksum");
        EnumMap<RpmRelation, List<RpmEntry>> copy = new EnumMap<>(RpmRelation.class);
        for (RpmRelation kind : RpmRelation.values()) {
            copy.put(kind, List.copyOf(relations.getOrDefault(kind, List.of())));
        }
        relations = Collections.unmodifiableMap(copy);
        files = List.copyOf(files);
        changelogs = List.copyOf(changelogs);
    }

    /** {@code [epoch:]version-release}, epoch 0 left out. */
    public String evr() {
        return RpmEntry.evr(epoch, version, release);
    }

    /** {@code name-epoch:version-release.architecture}, epoch 0 written out: the form of module artifacts. */
    public String nevra() {
        return name + "-" + epoch + ":" + version + "-" + release + "." + architecture;
    }

    /** The entries of one kind. */
    public List<RpmEntry> entries(RpmRelation kind) {
        return relations.get(kind);
    }

    /** The same with other files. */
    public RpmPackageMetadata withFiles(List<RpmFile> value) {
        return new RpmPackageMetadata(
                name,
                epoch,
                version,
                release,
                architecture,
                checksum,
                location,
                base,
                sizes,
                texts,
                headerStart,
                headerEnd,
                relations,
                value,
                changelogs);
    }

    /** The same with other changelogs. */
    public RpmPackageMetadata withChangelogs(List<RpmChangelog> value) {
        return new RpmPackageMetadata(
                name,
                epoch,
                version,
                release,
                architecture,
                checksum,
                location,
                base,
                sizes,
                texts,
                headerStart,
                headerEnd,
                relations,
                files,
                value);
    }

    /** The files that primary metadata list. */
    public List<RpmFile> primaryFiles() {
        List<RpmFile> primary = new ArrayList<>();
        for (RpmFile file : files) {
            if (RpmFile.isPrimary(file.path())) {
                primary.add(file);
            }
        }
        return primary;
    }
}
