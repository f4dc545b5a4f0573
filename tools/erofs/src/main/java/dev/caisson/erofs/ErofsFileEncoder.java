package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;
import dev.caisson.compression.ClusterCompressor;
import dev.caisson.compression.ZstdClusterCompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Encodes file contents as an image will store them, segment by segment and independently of any image. The same bytes give
 * the same segment whatever was encoded before, on every host. For one thread; keeps about 2 MiB of tables and buffers, for
 * Zstandard in native memory until it is closed.
 */
public final class ErofsFileEncoder implements AutoCloseable {
    /**
     * Files are cut into segments of this many bytes, the last one shorter. They are encoded independently of each other, so
     * that one large file uses many threads; each costs half a block on average, one thousandth of what it takes.
     */
    public static final int SEGMENT_BYTES = 4 << 20;
    /** Files of up to so many bytes are not tried: their cluster index would take what compression saves. */
    private static final int SMALLEST_COMPRESSED = 128;

    private final ErofsFormat format;
    private final ClusterCompressor compressor;
    private final byte[] cluster;

    /** An encoder for one format. */
    public ErofsFileEncoder(ErofsFormat format) {
        this.format = format;
        this.compressor = ClusterCodec.compressor(format);
        this.cluster = new byte[compressor == null ? 0 : format.maxPclusterBytes()];
    }

    /**
     * Encodes one segment of a file.
     *
     * @param content holds the segment
     * @param offset its first byte
     * @param length 1 to {@link #SEGMENT_BYTES} bytes (0 only for an empty file), exactly that many unless it is the last
     * @param lastOfFile whether the file ends with it
     */
    public EncodedSegment encode(byte[] content, int offset, int length, boolean lastOfFile) {
        Objects.checkFromIndexSize(offset, length, content.length);
        if (length > SEGMENT_BYTES || !lastOfFile && length != SEGMENT_BYTES) {
            throw new IllegalArgumentException("segment of " + length + " bytes, last of file: " + lastOfFile);
        }
        if (compressor != null && length > SMALLEST_COMPRESSED) {
            Segment segment = new Segment(content, offset, length, lastOfFile);
            segment.encode();
            if (segment.saves()) {
                return segment.result();
            }
        }
        return EncodedSegment.raw(format, Arrays.copyOfRange(content, offset, offset + length));
    }

    /** Encodes a whole file, segment after segment. */
    public EncodedFile encode(ByteSource content) throws IOException {
        List<EncodedSegment> segments = new ArrayList<>();
        byte[] buffer = new byte[(int) Math.min(SEGMENT_BYTES, content.size())];
        for (long at = 0; at < content.size(); at += SEGMENT_BYTES) {
            int length = (int) Math.min(SEGMENT_BYTES, content.size() - at);
            content.readFully(at, ByteBuffer.wrap(buffer, 0, length));
            segments.add(encode(buffer, 0, length, at + length == content.size()));
        }
        return EncodedFile.join(format, content.size(), segments);
    }

    @Override
    public void close() {
        if (compressor instanceof ZstdClusterCompressor zstd) {
            zstd.close();
        }
    }

    /** The state of one segment on its way. */
    private final class Segment {
        private final byte[] content;
        private final int offset;
        private final int length;
        private final List<PhysicalCluster> clusters = new ArrayList<>();
        private final int blockSize = format.blockSize();
        private final boolean lastOfFile;
        private byte[] blocks;
        private byte[] tail = new byte[0];
        private int used;

        Segment(byte[] content, int offset, int length, boolean lastOfFile) {
            this.content = content;
            this.offset = offset;
            this.length = length;
            this.lastOfFile = lastOfFile;
            this.blocks = new byte[Math.max(blockSize, length / 2)];
        }

        void encode() {
            for (int at = 0; at < length; ) {
                at += next(at);
            }
        }

        private int next(int at) {
            int rest = length - at;
            if (rest <= blockSize && !lastOfFile) {
                plain(at, rest);
                return rest;
            }
            ClusterCompressor.Fit fit = compressor.compress(content, offset + at, rest, cluster, 0, cluster.length);
            if (lastOfFile && fit.consumed() == rest && fit.produced() < Math.min(rest, EncodedFile.mostTail(format))) {
                tail = Arrays.copyOf(cluster, fit.produced());
                clusters.add(new PhysicalCluster(at, rest, used >> format.blockSizeBits(), 0, true));
                return rest;
            }
            if (rest <= blockSize) {
                plain(at, rest);
                return rest;
            }
            int count = (fit.produced() + blockSize - 1) >> format.blockSizeBits();
            if (fit.consumed() > count * blockSize) {
                compressed(at, fit, count);
                return fit.consumed();
            }
            // What the compressor could not shrink is stored as it is, all of it: trying again at each of its blocks
            // would
            // make incompressible files the slowest ones.
            int plain = Math.max(1, fit.consumed() >> format.blockSizeBits());
            for (int i = 0; i < plain; i++) {
                plain(at + i * blockSize, blockSize);
            }
            return plain * blockSize;
        }

        private void plain(int at, int count) {
            clusters.add(new PhysicalCluster(at, count, used >> format.blockSizeBits(), 1, false));
            append(content, offset + at, count, 0, blockSize);
        }

        private void compressed(int at, ClusterCompressor.Fit fit, int count) {
            clusters.add(new PhysicalCluster(at, fit.consumed(), used >> format.blockSizeBits(), count, true));
            int room = count * blockSize;
            append(cluster, 0, fit.produced(), room - fit.produced(), room);
        }

        /** Appends bytes at {@code lead} within {@code room} zeros. */
        private void append(byte[] src, int from, int count, int lead, int room) {
            if (used + room > blocks.length) {
                blocks = Arrays.copyOf(blocks, Math.max(used + room, Math.min(2 * blocks.length, length + blockSize)));
            }
            System.arraycopy(src, from, blocks, used + lead, count);
            used += room;
        }

        boolean saves() {
            return used >> format.blockSizeBits() < Lclusters.count(length, format.blockSizeBits());
        }

        EncodedSegment result() {
            return EncodedSegment.compressed(format, length, clusters, Arrays.copyOf(blocks, used), tail);
        }
    }
}
