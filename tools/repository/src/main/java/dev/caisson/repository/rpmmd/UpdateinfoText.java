package dev.caisson.repository.rpmmd;

import java.util.List;

/** Advisories as {@code updateinfo.xml}. */
final class UpdateinfoText {
    private UpdateinfoText() {}

    static byte[] of(List<Advisory> advisories) {
        XmlText xml = new XmlText().open("updates");
        for (Advisory a : advisories) {
            xml.open("update", "from", a.from(), "status", a.status(), "type", a.type(), "version", "1");
            xml.text("id", a.id()).text("title", a.title());
            if (!a.severity().isEmpty()) {
                xml.text("severity", a.severity());
            }
            if (!a.issued().isEmpty()) {
                xml.empty("issued", "date", a.issued());
            }
            if (!a.updated().isEmpty()) {
                xml.empty("updated", "date", a.updated());
            }
            xml.text("description", a.description()).open("references");
            for (Advisory.Reference r : a.references()) {
                xml.empty("reference", "href", r.href(), "id", r.id(), "type", r.type(), "title", r.title());
            }
            xml.close("references").open("pkglist").open("collection");
            a.packages().forEach(p -> onePackage(xml, p));
            xml.close("collection").close("pkglist").close("update");
        }
        return xml.close("updates").bytes();
    }

    private static void onePackage(XmlText xml, Advisory.Update p) {
        String evr = p.evr();
        int colon = evr.indexOf(':');
        int dash = evr.lastIndexOf('-');
        xml.open(
                "package",
                "name",
                p.name(),
                "version",
                evr.substring(colon + 1, dash < 0 ? evr.length() : dash),
                "release",
                dash < 0 ? "" : evr.substring(dash + 1),
                "epoch",
                colon < 0 ? "0" : evr.substring(0, colon),
                "arch",
                p.architecture());
        xml.text("filename", p.fileName()).close("package");
    }
}
