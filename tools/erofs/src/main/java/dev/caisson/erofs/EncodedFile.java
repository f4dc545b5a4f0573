package dev.caisson.erofs;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The contents of one file as an image stores them, relative to the file's own first block: whole blocks, and perhaps a tail
 * for the inode. That is what follows the last whole block of a flat file, or the last cluster of a compressed one, whose
 * number of blocks is then 0. Immutable; the blocks may come from anywhere.
 */
public final class EncodedFile {
    private static final int INDEX_MAGIC = 0x31465845;
    /** What an inode with a few attributes leaves of a block. Longer tails get a block of their own. */
    private static final int RESERVED_FOR_INODE = 192;

    private final ErofsFormat format;
    private final int algorithm;
    private final long size;
    private final List<PhysicalCluster> clusters;
    private final ByteSource blocks;
    private final byte[] inlineTail;

    /** Flat when there are no clusters. */
    EncodedFile(
            ErofsFormat format,
            int algorithm,
            long size,
            List<PhysicalCluster> clusters,
            ByteSource blocks,
            byte[] inlineTail) {
        this.format = format;
        this.algorithm = algorithm;
        this.size = size;
        this.clusters = List.copyOf(clusters);
        this.blocks = blocks;
        this.inlineTail = inlineTail;
    }

    /**
     * Puts a file together. It is stored as it is unless compression, its index counted, saves bytes.
     *
     * @param size the file's size, the sum of the segments' lengths
     * @param segments all segments in order, encoded for this format
     */
    public static EncodedFile join(ErofsFormat format, long size, List<EncodedSegment> segments) {
        long length = 0;
        long blocks = 0;
        boolean allRaw = true;
        for (EncodedSegment segment : segments) {
            if (!segment.format().equals(format) || length % ErofsFileEncoder.SEGMENT_BYTES != 0) {
                throw new IllegalArgumentException("segment at " + length + " is of another format or file");
            }
            length += segment.length();
            blocks += segment.blockCount();
            allRaw &= segment.isRaw();
        }
        if (length != size) {
            throw new IllegalArgumentException("segments of " + length + " bytes for a file of " + size);
        }
        long index = indexEstimate(format, size);
        int tail = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).tail().length;
        boolean saves = !allRaw && (blocks << format.blockSizeBits()) + tail + index < size;
        return saves ? joinCompressed(format, size, segments) : joinFlat(format, size, segments);
    }

    /** What the map header and a compact index take in an inode, about. */
    private static long indexEstimate(ErofsFormat format, long size) {
        return MapHeader.SIZE + 8 + 2 * Lclusters.count(size, format.blockSizeBits());
    }

    /** Bytes of the longest tail that may go into an inode. */
    static int mostTail(ErofsFormat format) {
        return format.blockSize() - RESERVED_FOR_INODE;
    }

    private static EncodedFile joinCompressed(ErofsFormat format, long size, List<EncodedSegment> segments) {
        List<PhysicalCluster> clusters = new ArrayList<>();
        List<byte[]> stored = new ArrayList<>();
        long bytes = 0;
        long block = 0;
        for (EncodedSegment segment : segments) {
            List<PhysicalCluster> own =
                    segment.isRaw() ? plainClusters(segment.length(), format.blockSize()) : segment.clusters();
            for (PhysicalCluster cluster : own) {
                clusters.add(cluster.moved(bytes, block));
            }
            stored.add(segment.isRaw() ? segment.raw() : segment.blocks());
            bytes += segment.length();
            block += segment.blockCount();
        }
        byte[] tail = segments.get(segments.size() - 1).tail();
        ByteSource source = JoinedArrays.of(stored, block << format.blockSizeBits());
        EncodedFile file = new EncodedFile(format, format.compression().algorithm(), size, clusters, source, tail);
        if (tail.length == 0 || tail.length + indexEstimate(format, size) <= mostTail(format)) {
            return file;
        }
        stored.add(file.tailBlock());
        source = JoinedArrays.of(stored, block + 1 << format.blockSizeBits());
        return new EncodedFile(format, file.algorithm, size, file.clustersWithTailBlock(), source, new byte[0]);
    }

    private static List<PhysicalCluster> plainClusters(int length, int blockSize) {
        List<PhysicalCluster> clusters = new ArrayList<>();
        for (int at = 0; at < length; at += blockSize) {
            clusters.add(new PhysicalCluster(at, Math.min(blockSize, length - at), at / blockSize, 1, false));
        }
        return clusters;
    }

    private static EncodedFile joinFlat(ErofsFormat format, long size, List<EncodedSegment> segments) {
        List<byte[]> stored = new ArrayList<>();
        for (EncodedSegment segment : segments) {
            stored.add(segment.isRaw() ? segment.raw() : decoded(segment));
        }
        int tail = (int) (size & format.blockSize() - 1);
        byte[] inline = new byte[0];
        if (tail > 0 && tail <= mostTail(format)) {
            byte[] last = stored.remove(stored.size() - 1);
            inline = Arrays.copyOfRange(last, last.length - tail, last.length);
            stored.add(Arrays.copyOf(last, last.length - tail));
        }
        long blocks = Lclusters.count(size - inline.length, format.blockSizeBits());
        ByteSource source = JoinedArrays.of(stored, blocks << format.blockSizeBits());
        return new EncodedFile(format, -1, size, List.of(), source, inline);
    }

    private static byte[] decoded(EncodedSegment segment) {
        ErofsFormat format = segment.format();
        byte[] content = new byte[segment.length()];
        for (PhysicalCluster cluster : segment.clusters()) {
            int from = Math.toIntExact(cluster.block() << format.blockSizeBits());
            int length = cluster.blocks() << format.blockSizeBits();
            byte[] stored =
                    cluster.isInline() ? segment.tail() : Arrays.copyOfRange(segment.blocks(), from, from + length);
            try {
                byte[] part = ClusterCodec.decode(
                        stored, cluster, format.compression().algorithm(), format.blockSize(), from);
                System.arraycopy(part, 0, content, (int) cluster.start(), part.length);
            } catch (FormatException e) {
                throw new IllegalStateException("our own cluster does not decode", e);
            }
        }
        return content;
    }

    /** The format that it was encoded for. */
    public ErofsFormat format() {
        return format;
    }

    /** The file's size in bytes. */
    public long size() {
        return size;
    }

    /** Number of blocks. */
    public int blockCount() {
        return Math.toIntExact(blocks.size() >> format.blockSizeBits());
    }

    /** What follows the blocks and is short enough for the inode; otherwise empty. */
    public byte[] inlineTail() {
        return inlineTail.clone();
    }

    /**
     * The tail as the block that is placed behind the others where the inode has no room for it. A compressed cluster that
     * begins in the file's last logical cluster is decoded: without an inline tail, readers would not know where it ends.
     */
    byte[] tailBlock() {
        byte[] block = new byte[format.blockSize()];
        if (!isCompressed()) {
            System.arraycopy(inlineTail, 0, block, 0, inlineTail.length);
            return block;
        }
        PhysicalCluster last = clusters.get(clusters.size() - 1);
        if (last.length() > block.length) {
            System.arraycopy(inlineTail, 0, block, block.length - inlineTail.length, inlineTail.length);
            return block;
        }
        try {
            byte[] content = ClusterCodec.decode(inlineTail, last, algorithm, block.length, 0);
            System.arraycopy(content, 0, block, 0, content.length);
            return block;
        } catch (FormatException e) {
            throw new IllegalStateException("our own cluster does not decode", e);
        }
    }

    /** The clusters with the last one in {@link #tailBlock()}. */
    List<PhysicalCluster> clustersWithTailBlock() {
        List<PhysicalCluster> result = new ArrayList<>(clusters);
        PhysicalCluster last = result.remove(result.size() - 1);
        boolean compressed = last.length() > format.blockSize();
        result.add(new PhysicalCluster(last.start(), last.length(), last.block(), 1, compressed));
        return result;
    }

    int inlineTailLength() {
        return inlineTail.length;
    }

    /** The stored bytes: {@link #blockCount()} blocks. */
    public ByteSource blocks() {
        return blocks;
    }

    boolean isCompressed() {
        return !clusters.isEmpty();
    }

    List<PhysicalCluster> clusters() {
        return clusters;
    }

    /** {@code Z_EROFS_COMPRESSION_*}, or -1 for flat files. */
    int algorithm() {
        return algorithm;
    }

    /**
     * Describes everything but the blocks, for storage beside them: magic {@code EXF1}, format, size, number of blocks, tail, and the
     * lengths of the clusters with their numbers of blocks.
     */
    public byte[] index() {
        BinaryWriter out = BinaryWriter.littleEndian(64 + 3 * clusters.size()).u32(INDEX_MAGIC);
        out.u8(format.blockSizeBits())
                .u8(format.compression().number())
                .u8(format.level())
                .u8(0);
        out.u32(format.maxPclusterBytes()).u64(size).u32(blockCount());
        out.u32(inlineTail.length).bytes(inlineTail).u32(clusters.size());
        for (PhysicalCluster cluster : clusters) {
            putVarint(out, cluster.length());
            putVarint(out, cluster.blocks() << 1 | (cluster.compressed() ? 1 : 0));
        }
        return out.toByteArray();
    }

    private static void putVarint(BinaryWriter out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.u8(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.u8(rest);
    }

    private static int varint(BinaryReader in) throws FormatException {
        long at = in.offset();
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = in.u8();
            value |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new CorruptDataException("encoded file index", at, "a number of more than 28 bits", "less");
    }

    /**
     * The opposite of {@link #index()}.
     *
     * @param blocks the stored bytes, which are not looked at
     * @throws FormatException when the index is damaged or does not belong to so many blocks
     */
    public static EncodedFile ofIndex(byte[] index, ByteSource blocks) throws FormatException {
        BinaryReader in = BinaryReader.littleEndian("encoded file index", index);
        if (in.remaining() < 4 || in.i32() != INDEX_MAGIC) {
            throw new NotThisFormatException("encoded file index", 0, "begins otherwise", "EXF1");
        }
        ErofsFormat format = readFormat(in);
        long size = in.u63();
        long blockCount = in.u32();
        byte[] tail = in.bytes(in.u32());
        List<PhysicalCluster> clusters = new ArrayList<>();
        long start = 0;
        long block = 0;
        for (long rest = in.u32(); rest > 0; rest--) {
            PhysicalCluster cluster = readCluster(in, format, start, block, rest == 1);
            clusters.add(cluster);
            start = cluster.end();
            block += cluster.blocks();
        }
        boolean flat = clusters.isEmpty();
        long flatBlocks = Lclusters.count(Math.max(0, size - tail.length), format.blockSizeBits());
        boolean right = flat
                ? blockCount == flatBlocks
                        && tail.length <= size
                        && tail.length < format.blockSize()
                        && (tail.length == 0 || (size - tail.length & format.blockSize() - 1) == 0)
                : block == blockCount
                        && start == size
                        && tail.length < format.blockSize()
                        && clusters.get(clusters.size() - 1).isInline() == tail.length > 0;
        if (!right || blocks.size() != blockCount << format.blockSizeBits() || in.remaining() != 0) {
            throw new CorruptDataException(
                    "encoded file index",
                    0,
                    "describes " + start + " bytes in " + block + " blocks and a tail of " + tail.length,
                    size + " bytes in " + blockCount + " blocks, " + blocks.size() + " bytes");
        }
        return new EncodedFile(format, flat ? -1 : format.compression().algorithm(), size, clusters, blocks, tail);
    }

    private static ErofsFormat readFormat(BinaryReader in) throws FormatException {
        int bits = in.u8();
        ErofsCompression compression = ErofsCompression.of(in.u8());
        int level = in.u8();
        in.skip(1);
        long maxPcluster = in.u32();
        if (compression == null) {
            throw new CorruptDataException("encoded file index", 5, "is of an unknown compression", "0 to 3");
        }
        try {
            return new ErofsFormat(bits, compression, level, (int) maxPcluster);
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException("encoded file index", 4, String.valueOf(e.getMessage()), "");
        }
    }

    private static PhysicalCluster readCluster(
            BinaryReader in, ErofsFormat format, long start, long block, boolean last) throws FormatException {
        long at = in.offset();
        int length = varint(in);
        int second = varint(in);
        boolean compressed = (second & 1) != 0;
        int blocks = second >> 1;
        int most = compressed ? ErofsFileEncoder.SEGMENT_BYTES : format.blockSize();
        int fewest = compressed && last ? 0 : 1;
        boolean rightBlocks = blocks >= fewest && blocks <= (compressed ? format.maxPclusterBlocks() : 1);
        boolean rightFormat = !compressed || format.compression() != ErofsCompression.NONE;
        if (length < 1 || length > most || !rightBlocks || !rightFormat) {
            throw new CorruptDataException(
                    "encoded file index", at, length + " bytes in " + blocks + " blocks", "a possible cluster");
        }
        return new PhysicalCluster(start, length, block, blocks, compressed);
    }
}
