package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.io.InputStream;

/** Reads {@code other.xml}: {@code otherdata/package} with {@code changelog} elements. */
public final class OtherReader {
    /** Receives changelog entries one after the other. */
    public interface Receiver {
        /**
         * Takes one entry.
         *
         * @param packageId the package's checksum in hexadecimal, lower case
         */
        void changelog(String packageId, RpmChangelog changelog) throws IOException;
    }

    private OtherReader() {}

    /**
     * Reads a decompressed document. The stream is not closed.
     *
     * @throws FormatException when it is malformed
     */
    public static void read(InputStream in, Receiver receiver) throws IOException {
        XmlReader xml = new XmlReader("other.xml", in);
        xml.root("otherdata");
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("package")) {
                String id = xml.required("pkgid").toLowerCase(java.util.Locale.ROOT);
                int inner = xml.depth();
                while (xml.child(inner)) {
                    if (xml.is("changelog")) {
                        String author = xml.attributeOrEmpty("author");
                        long date = xml.numberOrZero("date");
                        receiver.changelog(id, new RpmChangelog(author, date, xml.text()));
                    }
                }
            }
        }
        xml.end();
    }
}
