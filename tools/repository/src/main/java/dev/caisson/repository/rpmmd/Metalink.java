package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a {@code repomd.xml} lies and what it must be: a Metalink 3.0 document, with MirrorManager's {@code mm0:alternates}, or a
 * Metalink 4 one (RFC 5854).
 *
 * @param versions the newest first: mirrors that lag behind may still serve one of the others
 * @param repositories addresses of the repository, without {@code repodata/repomd.xml}, the preferred first
 */
public record Metalink(List<Version> versions, List<String> repositories) {
    private static final int MAXIMUM_BYTES = 8 << 20;
    private static final String SUFFIX = "/" + RepomdFile.PATH;

    /**
     * One version of the document.
     *
     * @param timestamp seconds since 1970; 0 when not given
     * @param sizeBytes size; -1 when not given
     * @param digests of the document, each of which must fit
     */
    public record Version(long timestamp, long sizeBytes, List<Digest> digests) {
        public Version {
            digests = List.copyOf(digests);
        }

        /** Whether this is the document that is meant. MD5 and SHA-1 alone prove nothing. */
        public boolean matches(byte[] repomd) {
            return (sizeBytes < 0 || sizeBytes == repomd.length)
                    && digests.stream().anyMatch(d -> d.algorithm().sizeBytes() >= 28)
                    && digests.stream().allMatch(d -> d.algorithm().of(repomd).equals(d));
        }
    }

    private record Place(String address, int preference) {}

    public Metalink {
        versions = List.copyOf(versions);
        repositories = List.copyOf(repositories);
    }

    /**
     * Parses the document.
     *
     * @throws FormatException when it is malformed or says nothing about {@code repomd.xml}
     */
    public static Metalink parse(byte[] document) throws FormatException {
        if (document.length > MAXIMUM_BYTES) {
            throw new LimitExceededException("metalink", 0, "is " + document.length + " bytes", "at most 8 MiB");
        }
        try {
            return read(new XmlReader("metalink", new ByteArrayInputStream(document)));
        } catch (FormatException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    private static Metalink read(XmlReader xml) throws IOException {
        xml.root("metalink");
        Metalink found = null;
        int depth = xml.depth();
        while (xml.child(depth)) {
            if (xml.is("files")) {
                int files = xml.depth();
                while (xml.child(files)) {
                    found = file(xml, found);
                }
            } else {
                found = file(xml, found);
            }
        }
        xml.end();
        if (found == null || found.repositories.isEmpty() || found.versions.isEmpty()) {
            throw xml.corrupt("names no place or digest of repomd.xml", "both");
        }
        return found;
    }

    private static Metalink file(XmlReader xml, Metalink before) throws IOException {
        if (!xml.is("file") || !xml.attributeOrEmpty("name").equals("repomd.xml") || before != null) {
            return before;
        }
        List<Version> versions = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        versions.add(version(xml, versions, places));
        versions.removeIf(v -> v.digests().isEmpty());
        versions.sort(Comparator.comparingLong(Version::timestamp).reversed());
        places.sort(Comparator.comparingInt(Place::preference).reversed());
        return new Metalink(
                versions, places.stream().map(Place::address).distinct().toList());
    }

    /** One {@code file} or {@code alternate}; what lies within goes into the lists. */
    private static Version version(XmlReader xml, List<Version> versions, List<Place> places) throws IOException {
        long timestamp = 0;
        long size = -1;
        List<Digest> digests = new ArrayList<>();
        int depth = xml.depth();
        while (xml.child(depth)) {
            switch (xml.name()) {
                case "timestamp" -> timestamp = xml.number("timestamp", xml.text());
                case "size" -> size = xml.number("size", xml.text());
                case "hash" -> digests.add(Checksums.readHash(xml));
                case "url" -> place(xml, places);
                case "verification" -> {
                    int inner = xml.depth();
                    while (xml.child(inner)) {
                        if (xml.is("hash")) {
                            digests.add(Checksums.readHash(xml));
                        }
                    }
                }
                case "alternates" -> {
                    int inner = xml.depth();
                    while (xml.child(inner)) {
                        versions.add(version(xml, versions, places));
                    }
                }
                case "resources" -> {
                    int inner = xml.depth();
                    while (xml.child(inner)) {
                        place(xml, places);
                    }
                }
                default -> {
                    // not ours
                }
            }
        }
        return new Version(timestamp, size, digests);
    }

    private static void place(XmlReader xml, List<Place> places) throws IOException {
        String preference = xml.attributeOrEmpty("preference");
        String priority = xml.attributeOrEmpty("priority");
        String address = xml.trimmed();
        // rsync and the like are listed too
        if ((address.startsWith("http://") || address.startsWith("https://") || address.startsWith("file:"))
                && address.endsWith(SUFFIX)) {
            int rank = !preference.isEmpty()
                    ? (int) Math.min(1_000_000, xml.number("preference", preference))
                    : priority.isEmpty() ? 0 : -(int) Math.min(1_000_000, xml.number("priority", priority));
            places.add(new Place(MirrorList.address(address.substring(0, address.length() - SUFFIX.length())), rank));
        }
    }
}
