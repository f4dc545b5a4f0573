package dev.caisson.engine;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Guid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The one source of every UUID, salt and serial number: each is the SHA-256 of this seed and the purpose's name, so that
 * nothing in an image is random and two purposes never share a value.
 *
 * @param digest what the seed was derived from
 */
public record BuildSeed(Digest digest) {
    /** A seed from the texts that identify a build, in order. */
    public static BuildSeed of(String... parts) {
        return new BuildSeed(DigestAlgorithm.SHA256.of(
                ("caisson seed 1\0" + String.join("\0", parts)).getBytes(StandardCharsets.UTF_8)));
    }

    /** 32 bytes for one purpose. */
    public byte[] bytes(String purpose) {
        var hash = DigestAlgorithm.SHA256.newDigest();
        hash.update(digest.bytes());
        hash.update(purpose.getBytes(StandardCharsets.UTF_8));
        return hash.digest();
    }

    /** A UUID for one purpose, marked as version 8 (RFC 9562: custom) with the standard variant. */
    public Guid uuid(String purpose) {
        byte[] bytes = Arrays.copyOf(bytes(purpose), Guid.SIZE);
        bytes[6] = (byte) (bytes[6] & 0x0f | 0x80);
        bytes[8] = (byte) (bytes[8] & 0x3f | 0x80);
        return Guid.ofTextOrder(bytes);
    }

    /** A 32-bit number for one purpose. */
    public long number(String purpose) {
        byte[] bytes = bytes(purpose);
        return (bytes[0] & 0xffL) << 24 | (bytes[1] & 0xffL) << 16 | (bytes[2] & 0xffL) << 8 | bytes[3] & 0xffL;
    }
}
