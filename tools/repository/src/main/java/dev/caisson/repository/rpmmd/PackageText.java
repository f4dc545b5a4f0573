package dev.caisson.repository.rpmmd;

import dev.caisson.resolver.Comparison;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One package's part of primary, filelists and other, as createrepo_c writes it. */
final class PackageText {
    private PackageText() {}

    static void primary(XmlText xml, RpmPackageMetadata p) {
        xml.open("package", "type", "rpm");
        xml.text("name", p.name()).text("arch", p.architecture());
        version(xml, p);
        xml.text(
                "checksum", p.checksum().hex(), "type", p.checksum().algorithm().label(), "pkgid", "YES");
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

    static void filelists(XmlText xml, RpmPackageMetadata p) {
        xml.open("package", "pkgid", p.checksum().hex(), "name", p.name(), "arch", p.architecture());
        version(xml, p);
        p.files().forEach(file -> file(xml, file));
        xml.close("package");
    }

    static void other(XmlText xml, RpmPackageMetadata p, int changelogLimit) {
        xml.open("package", "pkgid", p.checksum().hex(), "name", p.name(), "arch", p.architecture());
        version(xml, p);
        List<RpmChangelog> log = p.changelogs();
        for (RpmChangelog c : log.subList(Math.max(0, log.size() - changelogLimit), log.size())) {
            xml.text("changelog", c.text(), "author", c.author(), "date", Long.toString(c.dateSeconds()));
        }
        xml.close("package");
    }
}
