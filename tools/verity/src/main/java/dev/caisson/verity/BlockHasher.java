package dev.caisson.verity;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;

/** Computes salted digests of blocks, one after the other. For one thread. */
final class BlockHasher {
    private final VerityFormat format;
    private final byte[] salt;
    private final MessageDigest digest;

    BlockHasher(VerityParameters parameters) {
        this.format = parameters.format();
        this.salt = parameters.saltBytes();
        this.digest = parameters.algorithm().newDigest();
    }

    /** Hashes {@code block.remaining()} bytes and puts the digest at {@code offset} of {@code target}. */
    void hash(ByteBuffer block, byte[] target, int offset) {
        format.begin(digest, salt);
        digest.update(block);
        finish(target, offset);
    }

    void hash(byte[] bytes, int from, int length, byte[] target, int offset) {
        format.begin(digest, salt);
        digest.update(bytes, from, length);
        finish(target, offset);
    }

    private void finish(byte[] target, int offset) {
        format.end(digest, salt);
        try {
            digest.digest(target, offset, digest.getDigestLength());
        } catch (DigestException e) {
            throw new IllegalStateException("no room for a digest at " + offset + " of " + target.length, e);
        }
    }
}
