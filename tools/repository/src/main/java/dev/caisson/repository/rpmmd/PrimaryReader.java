package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.resolver.Comparison;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code primary.xml}: {@code metadata/package}, with {@code format} holding the RPM-specific part (namespace
 * {@code http://linux.duke.edu/metadata/rpm}). Elements it does not know are passed over.
 */
public final class PrimaryReader {
    /** Receives packages one after the other, so that a large repository never is in memory as objects. */
    public interface Receiver {
        /** Takes a package; what it throws ends the reading. */
        void accept(RpmPackageMetadata metadata) throws IOException;
    }

    private static final String PRIMARY = "primary.xml";

    private final XmlReader xml;
    private final boolean descriptions;

    private String name;
    private String epoch;
    private String version;
    private String release;
    private String architecture;
    private Digest checksum;
    private String location;
    private String base;
    private long fileTime;
    private long buildTime;
    private long packageBytes;
    private long installedBytes;
    private long archiveBytes;
    private String summary;
    private String description;
    private String packager;
    private String url;
    private String license;
    private String vendor;
    private String group;
    private String buildHost;
    private String sourceRpm;
    private long headerStart;
    private long headerEnd;
    private Map<RpmRelation, List<RpmEntry>> relations;
    private List<RpmFile> files;

    private PrimaryReader(InputStream in, boolean descriptions) throws IOException {
        this.xml = new XmlReader(PRIMARY, in);
        this.descriptions = descriptions;
    }

    /**
     * Reads a decompressed document. The stream is not closed.
     *
     * @param in the document
     * @param descriptions whether long descriptions are wanted; else they are empty
     * @throws FormatException when it is malformed, or a package lacks name, architecture, version, checksum or location
     */
    public static void read(InputStream in, boolean descriptions, Receiver receiver) throws IOException {
        new PrimaryReader(in, descriptions).packages(receiver);
    }

    private void packages(Receiver receiver) throws IOException {
        xml.root("metadata");
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("package")) {
                receiver.accept(onePackage());
            }
        }
        xml.end();
    }

    private void clear() {
        name = version = release = architecture = location = base = "";
        epoch = "0";
        checksum = null;
        fileTime = buildTime = packageBytes = installedBytes = archiveBytes = headerStart = headerEnd = 0;
        summary = description = packager = url = license = vendor = group = buildHost = sourceRpm = "";
        relations = new EnumMap<>(RpmRelation.class);
        files = new ArrayList<>();
    }

    private RpmPackageMetadata onePackage() throws IOException {
        clear();
        int depth = xml.depth();
        while (xml.child(depth)) {
            switch (xml.name()) {
                case "name" -> name = xml.trimmed();
                case "arch" -> architecture = xml.trimmed();
                case "version" -> {
                    epoch = epoch(xml.attributeOrEmpty("epoch"));
                    version = xml.required("ver");
                    release = xml.attributeOrEmpty("rel");
                }
                case "checksum" -> checksum = Checksums.read(xml);
                case "summary" -> summary = xml.text();
                case "description" -> description = descriptions ? xml.text() : "";
                case "packager" -> packager = xml.text();
                case "url" -> url = xml.text();
                case "time" -> {
                    fileTime = xml.numberOrZero("file");
                    buildTime = xml.numberOrZero("build");
                }
                case "size" -> {
                    packageBytes = xml.numberOrZero("package");
                    installedBytes = xml.numberOrZero("installed");
                    archiveBytes = xml.numberOrZero("archive");
                }
                case "location" -> {
                    location = RpmMdPath.check(PRIMARY, xml.required("href"));
                    base = xml.attributeOrEmpty("base");
                }
                case "format" -> format();
                default -> {
                    // not ours
                }
            }
        }
        return finish();
    }

    private RpmPackageMetadata finish() throws CorruptDataException {
        if (name.isEmpty() || architecture.isEmpty() || version.isEmpty() || checksum == null || location.isEmpty()) {
            throw xml.corrupt(
                    "has a package " + name + " without name, arch, version, checksum or location", "all of them");
        }
        return new RpmPackageMetadata(
                name,
                epoch,
                version,
                release,
                architecture,
                checksum,
                location,
                base,
                new RpmPackageMetadata.Sizes(fileTime, buildTime, packageBytes, installedBytes, archiveBytes),
                new RpmPackageMetadata.Texts(
                        summary, description, packager, url, license, vendor, group, buildHost, sourceRpm),
                headerStart,
                headerEnd,
                relations,
                files,
                List.of());
    }

    private void format() throws IOException {
        int depth = xml.depth();
        while (xml.child(depth)) {
            switch (xml.name()) {
                case "license" -> license = xml.text();
                case "vendor" -> vendor = xml.text();
                case "group" -> group = xml.text();
                case "buildhost" -> buildHost = xml.text();
                case "sourcerpm" -> sourceRpm = xml.text();
                case "header-range" -> {
                    headerStart = xml.numberOrZero("start");
                    headerEnd = xml.numberOrZero("end");
                }
                case "file" -> files.add(FilelistsReader.file(xml));
                case "provides" -> entries(RpmRelation.PROVIDES);
                case "requires" -> entries(RpmRelation.REQUIRES);
                case "conflicts" -> entries(RpmRelation.CONFLICTS);
                case "obsoletes" -> entries(RpmRelation.OBSOLETES);
                case "suggests" -> entries(RpmRelation.SUGGESTS);
                case "enhances" -> entries(RpmRelation.ENHANCES);
                case "recommends" -> entries(RpmRelation.RECOMMENDS);
                case "supplements" -> entries(RpmRelation.SUPPLEMENTS);
                default -> {
                    // not ours
                }
            }
        }
    }

    private void entries(RpmRelation kind) throws IOException {
        List<RpmEntry> list = relations.computeIfAbsent(kind, k -> new ArrayList<>());
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("entry")) {
                list.add(entry());
            }
        }
    }

    private RpmEntry entry() throws IOException {
        String entryName = xml.required("name");
        String pre = xml.attributeOrEmpty("pre");
        boolean isPre = pre.equals("1") || pre.equals("true");
        String ver = xml.attributeOrEmpty("ver");
        Comparison comparison = comparison(xml.attributeOrEmpty("flags"));
        if (ver.isEmpty() || comparison == Comparison.ANY) {
            // old tools wrote the one without the other; neither says anything alone
            return new RpmEntry(entryName, Comparison.ANY, "", "", "", isPre);
        }
        String entryEpoch = xml.attributeOrEmpty("epoch");
        return new RpmEntry(
                entryName,
                comparison,
                entryEpoch.isEmpty() ? "" : epoch(entryEpoch),
                ver,
                xml.attributeOrEmpty("rel"),
                isPre);
    }

    private Comparison comparison(String flags) throws CorruptDataException {
        return switch (flags) {
            case "" -> Comparison.ANY;
            case "EQ" -> Comparison.EQUAL;
            case "LT" -> Comparison.LESS;
            case "GT" -> Comparison.GREATER;
            case "LE" -> Comparison.LESS_OR_EQUAL;
            case "GE" -> Comparison.GREATER_OR_EQUAL;
            default -> throw xml.corrupt("has the flags \"" + XmlReader.shown(flags) + "\"", "EQ, LT, GT, LE or GE");
        };
    }

    private String epoch(String text) throws CorruptDataException {
        return text.isEmpty() ? "0" : Long.toString(xml.number("epoch", text));
    }
}
