package dev.caisson.ova;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.signing.Pem;
import dev.caisson.signing.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The digests of a package's files, and the signature over them. */
public final class OvfManifest {
    private static final Pattern LINE =
            Pattern.compile("([A-Za-z0-9-]{1,16})\\(([^()\\n]{1,255})\\)= ((?:[0-9a-fA-F]{2}){1,64})");
    private static final Map<String, DigestAlgorithm> ALGORITHMS =
            Map.of("SHA256", DigestAlgorithm.SHA256, "SHA512", DigestAlgorithm.SHA512);

    private OvfManifest() {}

    /**
     * One line a file: {@code SHA256(name)= hex}, without a blank before the parenthesis, which importers refuse.
     *
     * @param digests SHA-256 by file name, in the order of the lines
     */
    public static byte[] encode(Map<String, Digest> digests) {
        StringBuilder text = new StringBuilder();
        digests.forEach((name, digest) -> text.append(line(name, digest.hex())));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The certificate file: the signature over the manifest (RSA PKCS #1 v1.5 with SHA-256), then the certificates.
     *
     * @param name the manifest's file name
     */
    public static byte[] certificate(String name, byte[] manifest, SigningKey key) throws IOException {
        StringBuilder text = new StringBuilder(line(name, HexFormat.of().formatHex(key.sign(manifest))));
        for (var certificate : key.certificates()) {
            text.append(new String(Pem.write(certificate), StandardCharsets.US_ASCII));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a manifest.
     *
     * @return digests by file name, in the order of the lines; SHA-256 or SHA-512
     * @throws FormatException when a line is something else, or two are about one file
     */
    public static Map<String, Digest> parse(byte[] manifest) throws FormatException {
        Map<String, Digest> digests = new LinkedHashMap<>();
        for (String line : new String(manifest, StandardCharsets.UTF_8).split("\r?\n")) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new CorruptDataException(
                        "OVF manifest", 0, "line \"" + shown(line) + "\"", "ALGORITHM(FILE)= HEX");
            }
            DigestAlgorithm algorithm = ALGORITHMS.get(matcher.group(1));
            if (algorithm == null) {
                throw new UnsupportedFeatureException("OVF manifest", 0, matcher.group(1), "SHA256 or SHA512");
            }
            byte[] value = HexFormat.of().parseHex(matcher.group(3));
            if (value.length != algorithm.sizeBytes() || digests.containsKey(matcher.group(2))) {
                throw new CorruptDataException("OVF manifest", 0, "line \"" + shown(line) + "\"", "one digest a file");
            }
            digests.put(matcher.group(2), new Digest(algorithm, value));
        }
        return digests;
    }

    private static String shown(String line) {
        return line.substring(0, Math.min(80, line.length())).replaceAll("[^ -~]", "?");
    }

    private static String line(String name, String hex) {
        return "SHA256(" + name + ")= " + hex + "\n";
    }
}
