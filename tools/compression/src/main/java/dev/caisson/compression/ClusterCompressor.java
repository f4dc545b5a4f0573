package dev.caisson.compression;

/**
 * Compresses into clusters of fixed size: as much input as fits, which is what EROFS wants of a physical cluster. An
 * instance keeps its tables between calls, has no other state, and is for one thread at a time; the same input gives the
 * same bytes on every host, whatever was compressed before.
 */
public interface ClusterCompressor {
    /**
     * Compresses as many bytes from the start of the input as fit into the output space.
     *
     * @param src holds the input
     * @param srcOffset first input byte
     * @param srcLength number of input bytes offered, at least 1
     * @param dst receives the compressed bytes, from {@code dstOffset} on
     * @param dstOffset first output byte
     * @param dstCapacity output space in bytes
     * @return how much was consumed and produced; {@code consumed} is 0 when not even one byte fits
     */
    Fit compress(byte[] src, int srcOffset, int srcLength, byte[] dst, int dstOffset, int dstCapacity);

    /**
     * The outcome of one call.
     *
     * @param consumed input bytes that the output decodes to
     * @param produced output bytes, at most the capacity
     */
    record Fit(int consumed, int produced) {}
}
