package dev.caisson.bytes;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The identity of some content. Text form: {@code sha256:<lower-case hex>}.
 *
 * @param algorithm the hash function
 * @param bytes the digest, of the algorithm's length; copied on the way in and out
 */
public record Digest(DigestAlgorithm algorithm, byte[] bytes) implements Comparable<Digest> {
    /** Checks the length. */
    public Digest {
        if (bytes.length != algorithm.sizeBytes()) {
            throw new IllegalArgumentException(algorithm + " digest of " + bytes.length + " bytes");
        }
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The digest in lower-case hexadecimal. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** A SHA-256 from 64 hexadecimal digits. */
    public static Digest sha256(String hex) {
        return new Digest(DigestAlgorithm.SHA256, HexFormat.of().parseHex(hex));
    }

    /**
     * Parses {@link #toString()}'s form.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            if (colon > 0 && algorithm.label().equals(text.substring(0, colon))) {
                return new Digest(algorithm, HexFormat.of().parseHex(text.substring(colon + 1)));
            }
        }
        throw new IllegalArgumentException("not a digest: " + text);
    }

    @Override
    public int compareTo(Digest other) {
        int byAlgorithm = algorithm.compareTo(other.algorithm);
        return byAlgorithm != 0 ? byAlgorithm : Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && algorithm == that.algorithm && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return algorithm.label() + ":" + hex();
    }
}
