package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.util.HexFormat;

/** Checksum elements: {@code <checksum type="sha256">hex</checksum>}. {@code sha} is an old name of sha1. */
final class Checksums {
    private Checksums() {}

    static Digest read(XmlReader xml) throws IOException {
        return parse(xml, xml.required("type"), xml.trimmed());
    }

    /** A metalink's {@code hash}, whose types may have dashes ({@code sha-256}). */
    static Digest readHash(XmlReader xml) throws IOException {
        return parse(xml, xml.required("type").replace("-", ""), xml.trimmed());
    }

    private static Digest parse(XmlReader xml, String type, String hex) throws FormatException {
        DigestAlgorithm algorithm = algorithm(type);
        if (algorithm == null) {
            throw new UnsupportedFeatureException(
                    "checksum",
                    FormatException.NO_OFFSET,
                    "has the type " + XmlReader.shown(type),
                    "md5, sha, sha1, sha224, sha256, sha384 or sha512");
        }
        if (hex.length() != 2 * algorithm.sizeBytes() || !isHex(hex)) {
            throw xml.corrupt(
                    "has the " + type + " checksum \"" + XmlReader.shown(hex) + "\"",
                    2 * algorithm.sizeBytes() + " hexadecimal digits");
        }
        return new Digest(algorithm, HexFormat.of().parseHex(hex));
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The algorithm of a type attribute; null for an unknown one. */
    static DigestAlgorithm algorithm(String type) {
        if (type.equals("sha")) {
            return DigestAlgorithm.SHA1;
        }
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            if (algorithm.label().equals(type)) {
                return algorithm;
            }
        }
        return null;
    }

    /** Throws unless the digests agree. */
    static void compare(String structure, Digest actual, Digest expected) throws CorruptDataException {
        if (!actual.equals(expected)) {
            throw new CorruptDataException(structure, FormatException.NO_OFFSET, "has " + actual, expected.toString());
        }
    }
}
