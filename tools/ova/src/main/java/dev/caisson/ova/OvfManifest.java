package dev.caisson.ova;

import dev.caisson.bytes.Digest;
import dev.caisson.signing.Pem;
import dev.caisson.signing.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** The digests of a package's files, and the signature over them. */
public final class OvfManifest {
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

    private static String line(String name, String hex) {
        return "SHA256(" + name + ")= " + hex + "\n";
    }
}
