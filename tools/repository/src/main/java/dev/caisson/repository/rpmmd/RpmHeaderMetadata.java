package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Comparison;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmHeader;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmTag;
import dev.caisson.rpm.RpmText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What repository metadata say about a package, taken from the package itself, by createrepo_c's rules. */
public final class RpmHeaderMetadata {
    /** RPMSENSE_PREREQ of packages before rpm 4.4, and what the scripts before and after installation need. */
    private static final long PRE = 1 << 6 | RpmDependency.SCRIPT_PRE | RpmDependency.SCRIPT_POST;

    private static final Map<RpmRelation, DependencyKind> KINDS = Map.of(
            RpmRelation.PROVIDES, DependencyKind.PROVIDES,
            RpmRelation.REQUIRES, DependencyKind.REQUIRES,
            RpmRelation.CONFLICTS, DependencyKind.CONFLICTS,
            RpmRelation.OBSOLETES, DependencyKind.OBSOLETES,
            RpmRelation.SUGGESTS, DependencyKind.SUGGESTS,
            RpmRelation.ENHANCES, DependencyKind.ENHANCES,
            RpmRelation.RECOMMENDS, DependencyKind.RECOMMENDS,
            RpmRelation.SUPPLEMENTS, DependencyKind.SUPPLEMENTS);

    private RpmHeaderMetadata() {}

    /**
     * The package file as it stands in a repository.
     *
     * @param rpm the package, opened
     * @param fileBytes size of the package file
     * @param checksum of the whole package file
     * @param location path within the repository
     * @param fileTimeSeconds modification time of the file in seconds since 1970
     * @throws FormatException when the location leaves the repository, or the header's changelog is malformed
     */
    public static RpmPackageMetadata of(
            RpmPackage rpm, long fileBytes, Digest checksum, String location, long fileTimeSeconds)
            throws FormatException {
        Map<RpmRelation, List<RpmEntry>> relations = new EnumMap<>(RpmRelation.class);
        for (RpmRelation kind : RpmRelation.values()) {
            relations.put(kind, entries(rpm.dependencies(KINDS.get(kind)), kind));
        }
        return new RpmPackageMetadata(
                rpm.name(),
                Long.toString(rpm.epoch().orElse(0)),
                rpm.version(),
                rpm.release(),
                rpm.architecture(),
                checksum,
                RpmMdPath.check("package location", location),
                "",
                new RpmPackageMetadata.Sizes(
                        fileTimeSeconds,
                        rpm.buildTimeSeconds().orElse(0),
                        fileBytes,
                        rpm.installedBytes().orElse(0),
                        rpm.archiveBytes().orElse(0)),
                texts(rpm),
                rpm.headerOffset(),
                rpm.payloadOffset(),
                relations,
                files(rpm),
                changelogs(rpm.header()));
    }

    private static RpmPackageMetadata.Texts texts(RpmPackage rpm) {
        return new RpmPackageMetadata.Texts(
                rpm.text(RpmText.SUMMARY),
                rpm.text(RpmText.DESCRIPTION),
                rpm.text(RpmText.PACKAGER),
                rpm.text(RpmText.URL),
                rpm.text(RpmText.LICENSE),
                rpm.text(RpmText.VENDOR),
                rpm.text(RpmText.GROUP),
                rpm.text(RpmText.BUILD_HOST),
                rpm.text(RpmText.SOURCE_RPM));
    }

    private static List<RpmEntry> entries(List<RpmDependency> dependencies, RpmRelation kind) {
        List<RpmEntry> entries = new ArrayList<>();
        for (RpmDependency dependency : dependencies) {
            entries.add(entry(dependency, kind == RpmRelation.REQUIRES));
        }
        return entries;
    }

    private static RpmEntry entry(RpmDependency dependency, boolean required) {
        boolean pre = required && (dependency.flags() & PRE) != 0;
        Comparison comparison = dependency.comparison();
        if (dependency.isRich() || comparison == Comparison.ANY || comparison == Comparison.NOT_EQUAL) {
            return new RpmEntry(dependency.name(), Comparison.ANY, "", "", "", pre);
        }
        String evr = dependency.version();
        int colon = evr.indexOf(':');
        int dash = evr.lastIndexOf('-');
        boolean released = dash > colon;
        String version = evr.substring(colon + 1, released ? dash : evr.length());
        if (version.isEmpty()) {
            return new RpmEntry(dependency.name(), Comparison.ANY, "", "", "", pre);
        }
        return new RpmEntry(
                dependency.name(),
                comparison,
                colon > 0 ? evr.substring(0, colon) : "0",
                version,
                released ? evr.substring(dash + 1) : "",
                pre);
    }

    private static List<RpmFile> files(RpmPackage rpm) {
        List<RpmFile> files = new ArrayList<>(rpm.files().size());
        for (dev.caisson.rpm.RpmFile file : rpm.files()) {
            RpmFile.Type type = file.type() == dev.caisson.rpm.RpmFile.Type.DIRECTORY
                    ? RpmFile.Type.DIR
                    : file.isGhost() ? RpmFile.Type.GHOST : RpmFile.Type.FILE;
            String path = file.path().toString();
            files.add(new RpmFile(rpm.isSource() ? path.substring(path.lastIndexOf('/') + 1) : path, type));
        }
        return files;
    }

    /** The header has the newest first. Entries of one day, which have one time, are told apart by seconds, as createrepo_c does. */
    private static List<RpmChangelog> changelogs(RpmHeader header) throws FormatException {
        long[] times = header.numbers(RpmTag.CHANGELOGTIME);
        List<String> authors = header.strings(RpmTag.CHANGELOGNAME);
        List<String> texts = header.strings(RpmTag.CHANGELOGTEXT);
        int count = Math.min(times.length, Math.min(authors.size(), texts.size()));
        List<RpmChangelog> changelogs = new ArrayList<>(count);
        long last = Long.MIN_VALUE;
        for (int i = count - 1; i >= 0; i--) {
            last = times[i] <= last && last - times[i] < 86_400 ? last + 1 : times[i];
            changelogs.add(new RpmChangelog(authors.get(i), last, texts.get(i)));
        }
        return changelogs;
    }
}
