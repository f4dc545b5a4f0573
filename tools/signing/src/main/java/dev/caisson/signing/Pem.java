package dev.caisson.signing;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The textual form of keys and certificates (RFC 7468): Base64 between BEGIN and END lines; other lines are comments. */
public final class Pem {
    private static final int LIMIT = 4 << 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * One block.
     *
     * @param label what stands behind BEGIN
     * @param der the decoded bytes
     */
    public record Block(String label, byte[] der) {}

    private Pem() {}

    /**
     * All blocks, in order.
     *
     * @throws NotThisFormatException when there is none
     */
    public static List<Block> read(byte[] text) throws FormatException {
        if (text.length > LIMIT) {
            throw new LimitExceededException("PEM", 0, text.length + " bytes", "at most 4 MiB");
        }
        List<Block> blocks = new ArrayList<>();
        StringBuilder body = null;
        String label = "";
        int lineNumber = 0;
        for (String line : new String(text, StandardCharsets.ISO_8859_1).split("\r?\n", -1)) {
            lineNumber++;
            String trimmed = line.strip();
            if (trimmed.startsWith(BEGIN) && trimmed.endsWith(DASHES)) {
                if (body != null) {
                    throw corrupt(lineNumber, "a BEGIN line within " + label);
                }
                label = trimmed.substring(BEGIN.length(), Math.max(BEGIN.length(), trimmed.length() - DASHES.length()));
                body = new StringBuilder();
            } else if (body != null && trimmed.startsWith(END)) {
                if (!trimmed.equals(END + label + DASHES)) {
                    throw corrupt(lineNumber, "'" + trimmed + "' ends " + label);
                }
                blocks.add(new Block(label, decode(body.toString(), lineNumber)));
                body = null;
            } else if (body != null) {
                body.append(trimmed);
            }
        }
        if (body != null) {
            throw corrupt(lineNumber, label + " has no END line");
        }
        if (blocks.isEmpty()) {
            throw new NotThisFormatException("PEM", 0, "no BEGIN line", "a key or certificate in PEM form");
        }
        return blocks;
    }

    private static byte[] decode(String base64, int lineNumber) throws CorruptDataException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw corrupt(lineNumber, "bad Base64 before it");
        }
    }

    private static CorruptDataException corrupt(int lineNumber, String what) {
        return new CorruptDataException("PEM line " + lineNumber, FormatException.NO_OFFSET, what, "");
    }

    /** One block as text: lines of 64 characters, each ended by a newline. */
    public static byte[] write(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return (BEGIN + label + DASHES + "\n" + body + "\n" + END + label + DASHES + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A certificate as text. */
    public static byte[] write(X509Certificate certificate) {
        return write("CERTIFICATE", der(certificate));
    }

    /** A private key as unencrypted PKCS#8 text. Whoever stores it uses {@link PrivateFile}. */
    public static byte[] write(PrivateKey key) {
        return write("PRIVATE KEY", key.getEncoded());
    }

    /** A certificate's DER bytes. */
    public static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed can be encoded", e);
        }
    }

    /** All certificates of a text, in order; other blocks are passed over. */
    public static List<X509Certificate> readCertificates(byte[] text) throws FormatException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : read(text)) {
            if (block.label.equals("CERTIFICATE")) {
                certificates.add(Certificates.read(block.der));
            }
        }
        if (certificates.isEmpty()) {
            throw new NotThisFormatException("PEM", 0, "no CERTIFICATE", "at least one");
        }
        return certificates;
    }

    /**
     * The one private key of a text.
     *
     * @throws UnsupportedFeatureException when it is encrypted or no RSA key
     */
    public static PrivateKey readPrivateKey(byte[] text) throws FormatException {
        for (Block block : read(text)) {
            switch (block.label) {
                case "PRIVATE KEY":
                    return rsaKey(block.der);
                case "RSA PRIVATE KEY":
                    return rsaKey(Der.pkcs8OfRsa(block.der));
                case "ENCRYPTED PRIVATE KEY":
                    throw new UnsupportedFeatureException(
                            "PEM private key", 0, "is encrypted", "an unencrypted key, or a PKCS#12 file");
                case "EC PRIVATE KEY":
                    throw new UnsupportedFeatureException("PEM private key", 0, "is an EC key", "an RSA key");
                default:
            }
        }
        throw new NotThisFormatException("PEM", 0, "no PRIVATE KEY", "one");
    }

    private static PrivateKey rsaKey(byte[] pkcs8) throws FormatException {
        Der.check(pkcs8);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new UnsupportedFeatureException(
                    "PKCS#8 private key", 0, "cannot be used: " + e.getMessage(), "an RSA key");
        }
    }
}
