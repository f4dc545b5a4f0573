package dev.caisson.diskimage;

/**
 * Some neighbouring clusters of a disk as they will lie in the file, one behind the other.
 *
 * @param bytes holds the encoded clusters, without gaps
 * @param lengths length of each in bytes; {@link #ZERO} for one that holds zeros only, and a cluster's own length for one that
 *     is stored as it is
 */
public record EncodedBatch(byte[] bytes, int[] lengths) {
    /** The length of a cluster of zeros, which has no bytes. */
    public static final int ZERO = 0;
}
