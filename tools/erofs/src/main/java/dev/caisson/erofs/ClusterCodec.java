package dev.caisson.erofs;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.compression.ClusterCompressor;
import dev.caisson.compression.Lz4Decoder;
import dev.caisson.compression.Lz4Encoder;
import dev.caisson.compression.ZstdClusterCompressor;
import dev.caisson.compression.ZstdDecoder;
import java.util.Arrays;

/** Which encoder and decoder stand behind {@code Z_EROFS_COMPRESSION_*}, and what a stored cluster looks like. */
final class ClusterCodec {
    private ClusterCodec() {}

    /** A compressor for clusters of a format; null when it stores files as they are. */
    static ClusterCompressor compressor(ErofsFormat format) {
        return switch (format.compression()) {
            case NONE -> null;
            case LZ4, LZ4HC -> new Lz4Encoder(format.level());
            case ZSTD ->
                new ZstdClusterCompressor(
                        format.level(), ZstdClusterCompressor.windowBitsFor(format.maxPclusterBytes()));
        };
    }

    /**
     * Decodes one stored cluster.
     *
     * @param stored whole blocks, or what an inode holds
     * @param algorithm {@code Z_EROFS_COMPRESSION_*}
     * @param where position of the cluster, for messages
     */
    static byte[] decode(byte[] stored, PhysicalCluster cluster, int algorithm, int blockSize, long where)
            throws FormatException {
        if (!cluster.compressed()) {
            return Arrays.copyOf(stored, cluster.length());
        }
        int from = 0;
        int most = Math.min(blockSize, stored.length);
        while (from < most && stored[from] == 0) {
            from++;
        }
        if (from == most) {
            throw new CorruptDataException("physical cluster", where, "begins with a block of zeros", "less padding");
        }
        byte[] content = new byte[cluster.length()];
        int length = decode(stored, from, algorithm, content);
        if (length != content.length) {
            throw new CorruptDataException(
                    "physical cluster", where, "decodes to " + length + " bytes", content.length + " bytes");
        }
        return content;
    }

    private static int decode(byte[] stored, int from, int algorithm, byte[] content) throws FormatException {
        int length = stored.length - from;
        if (algorithm == ErofsSuperblock.LZ4) {
            return Lz4Decoder.decompress(stored, from, length, content, 0, content.length);
        }
        return ZstdDecoder.decompress(stored, from, length, content, 0, content.length);
    }
}
