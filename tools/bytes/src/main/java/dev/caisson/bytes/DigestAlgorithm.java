package dev.caisson.bytes;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash functions that the formats name, all from the JDK. */
public enum DigestAlgorithm {
    MD5("MD5", 16),
    SHA1("SHA-1", 20),
    SHA256("SHA-256", 32),
    SHA384("SHA-384", 48),
    SHA512("SHA-512", 64),
    SHA224("SHA-224", 28),
    SHA3_256("SHA3-256", 32),
    SHA3_512("SHA3-512", 64);

    private final String jcaName;
    private final int sizeBytes;

    DigestAlgorithm(String jcaName, int sizeBytes) {
        this.jcaName = jcaName;
        this.sizeBytes = sizeBytes;
    }

    /** Length of a digest in bytes. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** The name used in text, such as {@code sha256} and {@code sha3-256}. */
    public String label() {
        return jcaName.replace("SHA-", "SHA").toLowerCase(java.util.Locale.ROOT);
    }

    /** A fresh computation. */
    public MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(jcaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + jcaName, e);
        }
    }

    /** The digest of one array. */
    public Digest of(byte[] bytes) {
        return new Digest(this, newDigest().digest(bytes));
    }

    /** The digest of a whole source, read once in 1 MiB pieces. */
    public Digest of(ByteSource source) throws java.io.IOException {
        MessageDigest digest = newDigest();
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate((int) Math.min(Math.max(source.size(), 1), 1 << 20));
        for (long at = 0; at < source.size(); at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), source.size() - at));
            source.readFully(at, buffer);
            digest.update(buffer.flip());
        }
        return new Digest(this, digest.digest());
    }
}
