package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.io.InputStream;

/** Reads {@code filelists.xml}: {@code filelists/package} with {@code version} and {@code file} elements. */
public final class FilelistsReader {
    /** Receives files one after the other; only the packages' identities hold them together. */
    public interface Receiver {
        /**
         * Takes one file.
         *
         * @param packageId the package's checksum in hexadecimal, lower case
         */
        void file(String packageId, RpmFile file) throws IOException;
    }

    private FilelistsReader() {}

    /**
     * Reads a decompressed document. The stream is not closed.
     *
     * @throws FormatException when it is malformed
     */
    public static void read(InputStream in, Receiver receiver) throws IOException {
        XmlReader xml = new XmlReader("filelists.xml", in);
        xml.root("filelists");
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("package")) {
                String id = xml.required("pkgid").toLowerCase(java.util.Locale.ROOT);
                int inner = xml.depth();
                while (xml.child(inner)) {
                    if (xml.is("file")) {
                        receiver.file(id, file(xml));
                    }
                }
            }
        }
        xml.end();
    }

    static RpmFile file(XmlReader xml) throws IOException {
        RpmFile.Type type = switch (xml.attributeOrEmpty("type")) {
            case "dir" -> RpmFile.Type.DIR;
            case "ghost" -> RpmFile.Type.GHOST;
            default -> RpmFile.Type.FILE;
        };
        return new RpmFile(xml.text(), type);
    }
}
