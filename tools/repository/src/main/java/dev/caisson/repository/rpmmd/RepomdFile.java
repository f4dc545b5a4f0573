package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.openpgp.OpenPgpVerificationException;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.SignatureReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code repodata/repomd.xml}: which metadata files there are, each with size and checksum.
 *
 * @param revision the repository's own count or time; may be empty
 * @param tags what the repository says about itself: {@code content}, {@code repo}, {@code distro}, as {@code kind:value}
 * @param data the files, by type, in the document's order; of several of one type the first
 * @param digest SHA-256 of the document
 */
public record RepomdFile(String revision, List<String> tags, Map<String, Data> data, Digest digest) {
    /** The place of the document within a repository. */
    public static final String PATH = "repodata/repomd.xml";

    /** The place of its detached signature. {@code repomd.xml.key}, which may lie beside it, proves nothing and is not read. */
    public static final String SIGNATURE_PATH = "repodata/repomd.xml.asc";

    /** Largest document accepted, in bytes. */
    public static final int MAXIMUM_BYTES = 8 << 20;

    private static final Pattern UNQUOTED = Pattern.compile("(<location href=)([^\"'\\s<>/]+(?:/[^\"'\\s<>/]+)*)/>");
    private static final int MAXIMUM_DATA = 256;
    private static final String REPOMD = "repomd.xml";

    /**
     * One metadata file.
     *
     * @param type such as {@code primary}, {@code group_gz}, {@code primary_zck}
     * @param location path within the repository
     * @param base {@code xml:base}; empty for the repository itself
     * @param checksum of the file as served
     * @param openChecksum of its contents when decompressed
     * @param sizeBytes as served; -1 when not given
     * @param openSizeBytes when decompressed; -1 when not given
     * @param timestamp seconds since 1970; 0 when not given
     */
    public record Data(
            String type,
            String location,
            String base,
            Digest checksum,
            Optional<Digest> openChecksum,
            long sizeBytes,
            long openSizeBytes,
            long timestamp) {}

    /** Copies the collections. */
    public RepomdFile {
        tags = List.copyOf(tags);
        data = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    /**
     * Parses the document, whose signature {@link #verify} has checked or nobody wants.
     *
     * @throws FormatException when it is malformed
     */
    public static RepomdFile parse(byte[] document) throws FormatException {
        if (document.length > MAXIMUM_BYTES) {
            throw new LimitExceededException(REPOMD, 0, "is " + document.length + " bytes", "at most " + MAXIMUM_BYTES);
        }
        Digest digest = DigestAlgorithm.SHA256.of(document);
        try {
            return read(document, digest);
        } catch (CorruptDataException e) {
            byte[] quoted = quoted(document);
            if (Arrays.equals(quoted, document)) {
                throw e;
            }
            return read(quoted, digest);
        }
    }

    /** Hand-made repositories were met whose {@code <location href=…/>} has no quotes; everything it leads to is checked anyway. */
    private static byte[] quoted(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        return UNQUOTED.matcher(text).replaceAll("$1\"$2\"/>").getBytes(StandardCharsets.UTF_8);
    }

    private static RepomdFile read(byte[] document, Digest digest) throws FormatException {
        try {
            return read(new XmlReader(REPOMD, new ByteArrayInputStream(document)), digest);
        } catch (FormatException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    /**
     * Checks the detached signature.
     *
     * @param signature the bytes of {@code repomd.xml.asc}
     * @throws OpenPgpVerificationException when no signature is good
     * @throws FormatException when the signature is not made of OpenPGP packets
     */
    public static SignatureReport verify(byte[] document, byte[] signature, OpenPgpVerifier verifier)
            throws FormatException, OpenPgpVerificationException {
        return verifier.verifyDetached(document, signature);
    }

    /** The newest timestamp of its files, in seconds since 1970: grows with every change of an honest repository. */
    public long newestTimestamp() {
        return data.values().stream().mapToLong(Data::timestamp).max().orElse(0);
    }

    private static RepomdFile read(XmlReader xml, Digest digest) throws IOException {
        xml.root("repomd");
        String revision = "";
        List<String> tags = new ArrayList<>();
        Map<String, Data> data = new LinkedHashMap<>();
        int depth = xml.depth();
        while (xml.child(depth)) {
            switch (xml.name()) {
                case "revision" -> revision = xml.trimmed();
                case "tags" -> tags(xml, tags);
                case "data" -> {
                    Data one = data(xml);
                    data.putIfAbsent(one.type(), one);
                    if (data.size() > MAXIMUM_DATA) {
                        throw xml.corrupt("has more than " + MAXIMUM_DATA + " files", "a few");
                    }
                }
                default -> {
                    // not ours
                }
            }
        }
        xml.end();
        return new RepomdFile(revision, tags, data, digest);
    }

    private static void tags(XmlReader xml, List<String> tags) throws IOException {
        int depth = xml.depth();
        while (xml.child(depth)) {
            String kind = xml.name();
            String cpe = xml.attributeOrEmpty("cpeid");
            tags.add(kind + ":" + (cpe.isEmpty() ? "" : cpe + " ") + xml.trimmed());
        }
    }

    private static Data data(XmlReader xml) throws IOException {
        String type = xml.required("type");
        String location = "";
        String base = "";
        Digest checksum = null;
        Optional<Digest> openChecksum = Optional.empty();
        long size = -1;
        long openSize = -1;
        long timestamp = 0;
        int depth = xml.depth();
        while (xml.child(depth)) {
            switch (xml.name()) {
                case "location" -> {
                    location = RpmMdPath.check(REPOMD, xml.required("href"));
                    base = xml.attributeOrEmpty("base");
                }
                case "checksum" -> checksum = Checksums.read(xml);
                case "open-checksum" -> openChecksum = Optional.of(Checksums.read(xml));
                case "size" -> size = xml.number("size", xml.text());
                case "open-size" -> openSize = xml.number("open-size", xml.text());
                case "timestamp" -> timestamp = timestamp(xml);
                default -> {
                    // header-checksum and header-size of zchunk files, database_version
                }
            }
        }
        if (location.isEmpty() || checksum == null) {
            throw new CorruptDataException(
                    REPOMD,
                    FormatException.NO_OFFSET,
                    "has the file " + XmlReader.shown(type) + " without location or checksum",
                    "both");
        }
        return new Data(type, location, base, checksum, openChecksum, size, openSize, timestamp);
    }

    /** createrepo (the old one) wrote fractions of seconds. */
    private static long timestamp(XmlReader xml) throws IOException {
        String text = xml.trimmed();
        int point = text.indexOf('.');
        return xml.number("timestamp", point > 0 ? text.substring(0, point) : text);
    }
}
