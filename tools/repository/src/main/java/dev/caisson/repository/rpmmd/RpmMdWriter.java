package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.compression.Codec;
import dev.caisson.compression.DeflateEncoder;
import dev.caisson.compression.ZstdBuffers;
import dev.caisson.resolver.Comparison;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a repository's metadata: the same packages give the same bytes, whatever their order. The files' names begin with their
 * SHA-256, so that old and new ones can lie beside each other while a repository changes. Everything is held in memory: this is for
 * the repositories that a project makes of its own packages.
 */
public final class RpmMdWriter {
    private static final String COMMON = "http://linux.duke.edu/metadata/common";
    private static final String RPM = "http://linux.duke.edu/metadata/rpm";
    private static final int ZSTD_LEVEL = 19;

    private final Options options;
    private final List<RpmPackageMetadata> packages;
    private final SortedMap<String, byte[]> files = new TreeMap<>();
    private final XmlText repomd = new XmlText();

    /**
     * How to write.
     *
     * @param codec of the files: zstd, gzip or none
     * @param epochSeconds the repository's revision and the files' timestamps, in seconds since 1970
     * @param changelogLimit how many changelog entries of each package are kept, the newest; createrepo_c keeps 10
     * @param comps groups; none: no such file
     * @param advisories advisories; none: no such file
     */
    public record Options(Codec codec, long epochSeconds, int changelogLimit, Comps comps, List<Advisory> advisories) {
        public Options {
            advisories = List.copyOf(advisories);
            if (codec != Codec.NONE && codec != Codec.GZIP && codec != Codec.ZSTD) {
                throw new IllegalArgumentException("metadata compressed with " + codec.codecName());
            }
        }

        /** Zstandard, 10 changelog entries, no groups, no advisories. */
        public static Options of(long epochSeconds) {
            return new Options(Codec.ZSTD, epochSeconds, 10, Comps.NONE, List.of());
        }
    }

    private RpmMdWriter(List<RpmPackageMetadata> packages, Options options) {
        this.options = options;
        this.packages = packages.stream()
                .sorted(Comparator.comparing(RpmPackageMetadata::location).thenComparing(RpmPackageMetadata::checksum))
                .toList();
    }

    /**
     * Writes the metadata of packages.
     *
     * @return path within the repository to contents, {@link RepomdFile#PATH} among them; a signature of that one belongs at {@link
     *     RepomdFile#SIGNATURE_PATH}
     */
    public static SortedMap<String, byte[]> write(List<RpmPackageMetadata> packages, Options options) {
        return new RpmMdWriter(packages, options).write();
    }

    private SortedMap<String, byte[]> write() {
        repomd.open("repomd", "xmlns", "http://linux.duke.edu/metadata/repo", "xmlns:rpm", RPM);
        repomd.text("revision", Long.toString(options.epochSeconds()));
        add("primary", primary(), options.codec());
        add("filelists", filelists(), options.codec());
        add("other", other(), options.codec());
        if (!options.comps().equals(Comps.NONE)) {
            add("group", GroupsText.of(options.comps()), Codec.NONE);
        }
        if (!options.advisories().isEmpty()) {
            add("updateinfo", UpdateinfoText.of(options.advisories()), options.codec());
        }
        files.put(RepomdFile.PATH, repomd.close("repomd").bytes());
        return files;
    }

    private void add(String type, byte[] document, Codec codec) {
        byte[] stored = switch (codec) {
            case GZIP -> DeflateEncoder.gzip(document, DeflateEncoder.SMALLEST);
            case ZSTD -> ZstdBuffers.compress(document, ZSTD_LEVEL);
            default -> document;
        };
        Digest checksum = DigestAlgorithm.SHA256.of(stored);
        String extension = codec == Codec.GZIP ? ".gz" : codec == Codec.ZSTD ? ".zst" : "";
        String base = type.equals("group") ? "comps" : type;
        String location = "repodata/" + checksum.hex() + "-" + base + ".xml" + extension;
        files.put(location, stored);
        repomd.open("data", "type", type);
        repomd.text("checksum", checksum.hex(), "type", "sha256");
        if (codec != Codec.NONE) {
            repomd.text("open-checksum", DigestAlgorithm.SHA256.of(document).hex(), "type", "sha256");
        }
        repomd.empty("location", "href", location);
        repomd.text("timestamp", Long.toString(options.epochSeconds()));
        repomd.text("size", Integer.toString(stored.length));
        if (codec != Codec.NONE) {
            repomd.text("open-size", Integer.toString(document.length));
        }
        repomd.close("data");
    }

    private byte[] primary() {
        XmlText xml = new XmlText();
        String count = Integer.toString(packages.size());
        xml.open("metadata", "xmlns", COMMON, "xmlns:rpm", RPM, "packages", count);
        for (RpmPackageMetadata p : packages) {
            xml.open("package", "type", "rpm");
            xml.text("name", p.name()).text("arch", p.architecture());
            version(xml, p);
            xml.text(
                    "checksum",
                    p.checksum().hex(),
                    "type",
                    p.checksum().algorithm().label(),
                    "pkgid",
                    "YES");
            RpmPackageMetadata.Texts t = p.texts();
            xml.text("summary", t.summary()).text("description", t.description());
            xml.text("packager", t.packager()).text("url", t.url());
            RpmPackageMetadata.Sizes s = p.sizes();
            xml.empty("time", "file", Long.toString(s.fileTime()), "build", Long.toString(s.buildTime()));
            xml.empty(
                    "size",
                    "package",
                    Long.toString(s.packageBytes()),
                    "installed",
                    Long.toString(s.installedBytes()),
                    "archive",
                    Long.toString(s.archiveBytes()));
            xml.empty("location", "xml:base", p.base().isEmpty() ? null : p.base(), "href", p.location());
            format(xml, p);
            xml.close("package");
        }
        return xml.close("metadata").bytes();
    }

    private static void version(XmlText xml, RpmPackageMetadata p) {
        xml.empty("version", "epoch", p.epoch(), "ver", p.version(), "rel", p.release());
    }

    private static void format(XmlText xml, RpmPackageMetadata p) {
        RpmPackageMetadata.Texts t = p.texts();
        xml.open("format");
        xml.text("rpm:license", t.license()).text("rpm:vendor", t.vendor()).text("rpm:group", t.group());
        xml.text("rpm:buildhost", t.buildHost()).text("rpm:sourcerpm", t.sourceRpm());
        xml.empty("rpm:header-range", "start", Long.toString(p.headerStart()), "end", Long.toString(p.headerEnd()));
        for (RpmRelation kind : RpmRelation.values()) {
            List<RpmEntry> entries = kind == RpmRelation.REQUIRES ? requires(p) : p.entries(kind);
            if (!entries.isEmpty()) {
                xml.open("rpm:" + kind.element());
                entries.forEach(e -> entry(xml, e));
                xml.close("rpm:" + kind.element());
            }
        }
        p.primaryFiles().forEach(file -> file(xml, file));
        xml.close("format");
    }

    private static void entry(XmlText xml, RpmEntry e) {
        boolean versioned = e.comparison() != Comparison.ANY;
        xml.empty(
                "rpm:entry",
                "name",
                e.name(),
                "flags",
                versioned ? e.flags() : null,
                "epoch",
                versioned ? e.epoch().isEmpty() ? "0" : e.epoch() : null,
                "ver",
                versioned ? e.version() : null,
                "rel",
                e.release().isEmpty() ? null : e.release(),
                "pre",
                e.pre() ? "1" : null);
    }

    private static void file(XmlText xml, RpmFile file) {
        String type = switch (file.type()) {
            case FILE -> null;
            case DIR -> "dir";
            case GHOST -> "ghost";
        };
        xml.text("file", file.path(), "type", type);
    }

    /**
     * What primary metadata list of a package's requirements, by createrepo_c's rules: not the features of the package format, not
     * what the package itself provides or (of the files listed) owns, nothing twice, and of glibc's versions only the newest, last.
     */
    private static List<RpmEntry> requires(RpmPackageMetadata p) {
        Set<String> provided = new HashSet<>();
        p.entries(RpmRelation.PROVIDES).forEach(e -> provided.add(e.toString()));
        Set<String> owned = new HashSet<>();
        p.primaryFiles().forEach(file -> owned.add(file.path()));
        Set<RpmEntry> seen = new HashSet<>();
        List<RpmEntry> list = new ArrayList<>();
        RpmEntry libc = null;
        for (RpmEntry e : p.entries(RpmRelation.REQUIRES)) {
            boolean left = e.name().startsWith("rpmlib(")
                    || owned.contains(e.name())
                    || provided.contains(e.toString())
                    || !seen.add(e);
            if (left) {
                continue;
            }
            if (e.name().startsWith("libc.so.6")) {
                libc = libc == null || LibcVersion.isNewer(e.name(), libc.name()) ? e : libc;
            } else {
                list.add(e);
            }
        }
        if (libc != null) {
            list.add(libc);
        }
        return list;
    }

    private byte[] filelists() {
        XmlText xml = new XmlText();
        String count = Integer.toString(packages.size());
        xml.open("filelists", "xmlns", "http://linux.duke.edu/metadata/filelists", "packages", count);
        for (RpmPackageMetadata p : packages) {
            xml.open("package", "pkgid", p.checksum().hex(), "name", p.name(), "arch", p.architecture());
            version(xml, p);
            p.files().forEach(file -> file(xml, file));
            xml.close("package");
        }
        return xml.close("filelists").bytes();
    }

    private byte[] other() {
        XmlText xml = new XmlText();
        String count = Integer.toString(packages.size());
        xml.open("otherdata", "xmlns", "http://linux.duke.edu/metadata/other", "packages", count);
        for (RpmPackageMetadata p : packages) {
            xml.open("package", "pkgid", p.checksum().hex(), "name", p.name(), "arch", p.architecture());
            version(xml, p);
            List<RpmChangelog> log = p.changelogs();
            for (RpmChangelog c : log.subList(Math.max(0, log.size() - options.changelogLimit()), log.size())) {
                xml.text("changelog", c.text(), "author", c.author(), "date", Long.toString(c.dateSeconds()));
            }
            xml.close("package");
        }
        return xml.close("otherdata").bytes();
    }
}
