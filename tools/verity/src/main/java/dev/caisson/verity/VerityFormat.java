package dev.caisson.verity;

import dev.caisson.bytes.DigestAlgorithm;
import java.security.MessageDigest;

/** How blocks are salted and digests are packed: the {@code hash_type} of the superblock, first number of the kernel's table. */
public enum VerityFormat {
    /** Chrome OS: salt after the block, digests packed without gaps. */
    CHROME_OS(0),
    /** The normal one: salt before the block, digests padded to a power of two. */
    NORMAL(1);

    private final int number;

    VerityFormat(int number) {
        this.number = number;
    }

    /** 0 or 1. */
    public int number() {
        return number;
    }

    /** Distance of two digests in a hash block, in bytes. */
    int digestStride(DigestAlgorithm algorithm) {
        int size = algorithm.sizeBytes();
        return this == NORMAL ? VerityParameters.ceilingPowerOfTwo(size) : size;
    }

    /** What goes into the digest before the block. */
    void begin(MessageDigest digest, byte[] salt) {
        if (this == NORMAL) {
            digest.update(salt);
        }
    }

    /** What goes into the digest after the block. */
    void end(MessageDigest digest, byte[] salt) {
        if (this == CHROME_OS) {
            digest.update(salt);
        }
    }
}
