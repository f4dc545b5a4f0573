package dev.caisson.verity;

import dev.caisson.bytes.DigestAlgorithm;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What decides the hash of a device besides its bytes.
 *
 * @param format salting and packing
 * @param algorithm hash function of data and hash blocks
 * @param dataBlockSize bytes per data block: a power of two, 512 to 524288 (Linux wants at most its page size)
 * @param hashBlockSize bytes per hash block, the same range
 * @param salt 0 to 256 bytes; copied on the way in and out
 */
public record VerityParameters(
        VerityFormat format, DigestAlgorithm algorithm, int dataBlockSize, int hashBlockSize, byte[] salt) {
    /** Smallest block in bytes. */
    public static final int BLOCK_SIZE_MIN = 512;

    /** Largest block in bytes, as in veritysetup. */
    public static final int BLOCK_SIZE_MAX = 512 * 1024;

    /** Longest salt in bytes: the superblock's field. */
    public static final int SALT_MAX = 256;

    /** Checks the ranges. */
    public VerityParameters {
        if (!isBlockSize(dataBlockSize) || !isBlockSize(hashBlockSize)) {
            throw new IllegalArgumentException("block sizes " + dataBlockSize + " and " + hashBlockSize);
        }
        if (salt.length > SALT_MAX) {
            throw new IllegalArgumentException("salt of " + salt.length + " bytes");
        }
        salt = salt.clone();
    }

    /** Format 1, SHA-256 and blocks of 4096 bytes, as {@code veritysetup format} chooses. */
    public static VerityParameters ofDefaults(byte[] salt) {
        return new VerityParameters(VerityFormat.NORMAL, DigestAlgorithm.SHA256, 4096, 4096, salt);
    }

    @Override
    public byte[] salt() {
        return salt.clone();
    }

    /** The salt without a copy, for the loops of this package. */
    byte[] saltBytes() {
        return salt;
    }

    /** Digests in one hash block: a power of two. */
    public int digestsPerBlock() {
        return Integer.highestOneBit(hashBlockSize / algorithm.sizeBytes());
    }

    /** Whether a number of bytes is allowed as the size of a block. */
    static boolean isBlockSize(long bytes) {
        return bytes >= BLOCK_SIZE_MIN && bytes <= BLOCK_SIZE_MAX && Long.bitCount(bytes) == 1;
    }

    static int ceilingPowerOfTwo(int value) {
        return Integer.highestOneBit(2 * value - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerityParameters that
                && format == that.format
                && algorithm == that.algorithm
                && dataBlockSize == that.dataBlockSize
                && hashBlockSize == that.hashBlockSize
                && Arrays.equals(salt, that.salt);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * dataBlockSize + hashBlockSize) + Arrays.hashCode(salt);
    }

    @Override
    public String toString() {
        return "format " + format.number() + " " + algorithm.label() + " " + dataBlockSize + "/" + hashBlockSize
                + " salt " + (salt.length == 0 ? "-" : HexFormat.of().formatHex(salt));
    }
}
