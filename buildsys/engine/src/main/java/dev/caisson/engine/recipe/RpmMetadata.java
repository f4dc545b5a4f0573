package dev.caisson.engine.recipe;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.repository.rpmmd.RpmEntry;
import dev.caisson.repository.rpmmd.RpmFile;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import dev.caisson.repository.rpmmd.RpmRelation;
import dev.caisson.resolver.Comparison;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmTag;
import dev.caisson.rpm.RpmText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What a repository's metadata say of a package that was made here. */
final class RpmMetadata {
    private RpmMetadata() {}

    /**
     * Describes a package.
     *
     * @param checksum SHA-256 of its file
     * @param location of the file in the repository
     * @param sizeBytes of the file
     */
    static RpmPackageMetadata of(RpmPackage rpm, Digest checksum, String location, long sizeBytes) {
        long built = rpm.buildTimeSeconds().orElse(0);
        long installed = rpm.installedBytes().orElse(0);
        Map<RpmRelation, List<RpmEntry>> relations = new EnumMap<>(RpmRelation.class);
        for (RpmRelation relation : RpmRelation.values()) {
            List<RpmEntry> entries = new ArrayList<>();
            for (RpmDependency dependency : rpm.dependencies(DependencyKind.valueOf(relation.name()))) {
                entries.add(entry(dependency));
            }
            relations.put(relation, entries);
        }
        return new RpmPackageMetadata(
                rpm.name(),
                Long.toString(rpm.epoch().orElse(0)),
                rpm.version(),
                rpm.release(),
                rpm.architecture(),
                checksum,
                location,
                "",
                // The file's own time is of no use: it would be that of the machine.
                new RpmPackageMetadata.Sizes(
                        built, built, sizeBytes, installed, archiveBytes(rpm).orElse(installed)),
                new RpmPackageMetadata.Texts(
                        rpm.text(RpmText.SUMMARY),
                        rpm.text(RpmText.DESCRIPTION),
                        rpm.text(RpmText.PACKAGER),
                        rpm.text(RpmText.URL),
                        rpm.text(RpmText.LICENSE),
                        rpm.text(RpmText.VENDOR),
                        rpm.text(RpmText.GROUP),
                        rpm.text(RpmText.BUILD_HOST),
                        rpm.text(RpmText.SOURCE_RPM)),
                rpm.headerOffset(),
                rpm.payloadOffset(),
                relations,
                files(rpm),
                List.of());
    }

    private static OptionalLong archiveBytes(RpmPackage rpm) {
        try {
            return rpm.header().number(RpmTag.PAYLOADSIZEALT);
        } catch (FormatException e) {
            return OptionalLong.empty();
        }
    }

    private static RpmEntry entry(RpmDependency dependency) {
        boolean pre = (dependency.flags() & (RpmDependency.SCRIPT_PRE | RpmDependency.SCRIPT_POST)) != 0;
        Comparison comparison = dependency.comparison();
        if (comparison == Comparison.ANY || comparison == Comparison.NOT_EQUAL) {
            return new RpmEntry(dependency.name(), Comparison.ANY, "", "", "", pre);
        }
        String evr = dependency.version();
        int colon = evr.indexOf(':');
        int dash = evr.lastIndexOf('-');
        return new RpmEntry(
                dependency.name(),
                comparison,
                colon < 0 ? "0" : evr.substring(0, colon),
                evr.substring(colon + 1, dash < 0 ? evr.length() : dash),
                dash < 0 ? "" : evr.substring(dash + 1),
                pre);
    }

    private static List<RpmFile> files(RpmPackage rpm) {
        List<RpmFile> files = new ArrayList<>();
        for (dev.caisson.rpm.RpmFile file : rpm.files()) {
            RpmFile.Type type = file.isGhost()
                    ? RpmFile.Type.GHOST
                    : file.type() == dev.caisson.rpm.RpmFile.Type.DIRECTORY ? RpmFile.Type.DIR : RpmFile.Type.FILE;
            files.add(new RpmFile(file.path().toString(), type));
        }
        return files;
    }
}
