package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code updateinfo.xml}: {@code updates/update}. */
public final class UpdateinfoReader {
    private UpdateinfoReader() {}

    /**
     * Parses a decompressed document. The stream is not closed.
     *
     * @throws FormatException when it is malformed
     */
    public static List<Advisory> parse(InputStream in) throws IOException {
        XmlReader xml = new XmlReader("updateinfo.xml", in);
        xml.root("updates");
        List<Advisory> advisories = new ArrayList<>();
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("update")) {
                advisories.add(advisory(xml));
            }
        }
        xml.end();
        return advisories;
    }

    private static Advisory advisory(XmlReader xml) throws IOException {
        String type = xml.attributeOrEmpty("type");
        String status = xml.attributeOrEmpty("status");
        String from = xml.attributeOrEmpty("from");
        String id = "";
        String severity = "";
        String title = "";
        String issued = "";
        String updated = "";
        String description = "";
        List<Advisory.Reference> references = new ArrayList<>();
        List<Advisory.Update> packages = new ArrayList<>();
        int depth = xml.depth();
        while (xml.child(depth)) {
            switch (xml.name()) {
                case "id" -> id = xml.trimmed();
                case "severity" -> severity = xml.trimmed();
                case "title" -> title = xml.trimmed();
                case "issued" -> issued = xml.attributeOrEmpty("date");
                case "updated" -> updated = xml.attributeOrEmpty("date");
                case "description" -> description = xml.text();
                case "references" -> references(xml, references);
                case "pkglist" -> packages(xml, packages);
                default -> {
                    // not ours
                }
            }
        }
        return new Advisory(
                id, type, severity, status, from, title, issued, updated, description, references, packages);
    }

    private static void references(XmlReader xml, List<Advisory.Reference> into) throws IOException {
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("reference")) {
                into.add(new Advisory.Reference(
                        xml.attributeOrEmpty("type"),
                        xml.attributeOrEmpty("id"),
                        xml.attributeOrEmpty("href"),
                        xml.attributeOrEmpty("title")));
            }
        }
    }

    private static void packages(XmlReader xml, List<Advisory.Update> into) throws IOException {
        int depth = xml.depth();
        while (xml.child(depth)) {
            int collection = xml.depth();
            while (xml.child(collection)) {
                if (xml.is("package")) {
                    into.add(onePackage(xml));
                }
            }
        }
    }

    private static Advisory.Update onePackage(XmlReader xml) throws IOException {
        String name = xml.attributeOrEmpty("name");
        String architecture = xml.attributeOrEmpty("arch");
        String evr = RpmEntry.evr(
                xml.attributeOrEmpty("epoch"), xml.attributeOrEmpty("version"), xml.attributeOrEmpty("release"));
        String fileName = "";
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("filename")) {
                fileName = xml.trimmed();
            }
        }
        return new Advisory.Update(name, evr, architecture, fileName);
    }
}
