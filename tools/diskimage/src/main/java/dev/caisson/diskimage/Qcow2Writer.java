package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a qcow2 image, version 3, of 64 KiB clusters without snapshots or backing file: header, then data as it comes, then L2
 * tables, L1 table, refcount blocks, refcount table. Only tables that map something exist. Compressed clusters lie one behind
 * the other, down to the byte; one that does not get shorter is stored as it is.
 */
public final class Qcow2Writer implements DiskFormatWriter {
    static final int CLUSTER_BITS = 16;
    static final int CLUSTER = 1 << CLUSTER_BITS;
    /** The cluster is used once, so that a guest may write to it. */
    static final long COPIED = 1L << 63;

    static final long COMPRESSED = 1L << 62;
    private static final int SECTOR = 512;
    private static final int TABLE_ENTRIES = CLUSTER / Long.BYTES;
    private static final int REFCOUNTS_PER_BLOCK = CLUSTER / Short.BYTES;
    private static final int MOST_REFERENCES = 0xffff;
    /** Where the number of further sectors begins in an entry of a compressed cluster. */
    static final int SECTORS_SHIFT = 62 - (CLUSTER_BITS - 8);

    private final DiskImage image;
    private final Compression compression;
    private final ClusterBatches batches;
    private final long[][] tables;
    /** References by cluster of the file. */
    private final List<char[]> references = new ArrayList<>();

    private int nextBatch;
    private long nextCluster = 1;
    /** Where the next compressed cluster goes; a multiple of the cluster size means a new one. */
    private long nextByte;

    /** How clusters are compressed. */
    public enum Compression {
        /** Not at all. */
        NONE,
        /** Deflate, which every qcow2 reader knows. */
        DEFLATE,
        /** Zstd, for QEMU 5.1 and later. */
        ZSTD;

        private ClusterEncoder.Kind kind() {
            return switch (this) {
                case NONE -> ClusterEncoder.Kind.NONE;
                case DEFLATE -> ClusterEncoder.Kind.DEFLATE_4K;
                case ZSTD -> ClusterEncoder.Kind.ZSTD;
            };
        }
    }

    /**
     * A writer.
     *
     * @param level the codec's level: 1 to 9 for deflate, 1 to 22 for zstd; ignored without compression
     */
    public Qcow2Writer(DiskImage image, Compression compression, int level) {
        this.image = image;
        this.compression = compression;
        this.batches = new ClusterBatches(image, CLUSTER, () -> ClusterEncoder.of(compression.kind(), level));
        this.tables = new long[Math.toIntExact((batches.clusters() + TABLE_ENTRIES - 1) / TABLE_ENTRIES)][];
        refer(0);
    }

    @Override
    public int batches() {
        return batches.batches();
    }

    @Override
    public EncodedBatch encode(int index) throws IOException {
        return batches.encode(index);
    }

    @Override
    public void place(EncodedBatch batch, ImageOutput out) throws IOException {
        long cluster = batches.firstCluster(nextBatch++);
        int at = 0;
        for (int length : batch.lengths()) {
            if (length != EncodedBatch.ZERO) {
                ByteBuffer bytes = ByteBuffer.wrap(batch.bytes(), at, length);
                map(cluster, length == CLUSTER ? placeWhole(bytes, out) : placeCompressed(bytes, out));
                at += length;
            }
            cluster++;
        }
    }

    private void map(long cluster, long entry) {
        int table = (int) (cluster / TABLE_ENTRIES);
        if (tables[table] == null) {
            tables[table] = new long[TABLE_ENTRIES];
        }
        tables[table][(int) (cluster % TABLE_ENTRIES)] = entry;
    }

    private long placeWhole(ByteBuffer bytes, ImageOutput out) throws IOException {
        long offset = allocate();
        out.write(offset, bytes);
        return offset | COPIED;
    }

    private long placeCompressed(ByteBuffer bytes, ImageOutput out) throws IOException {
        int length = bytes.remaining();
        long room = -nextByte & CLUSTER - 1;
        // The rest of the open cluster is left when the next one is not its neighbour, or counts its users to the
        // limit.
        boolean fits = length <= room || nextByte + room == nextCluster * CLUSTER;
        if (room == 0 || !fits || references(nextByte / CLUSTER) == MOST_REFERENCES) {
            nextByte = nextCluster * CLUSTER;
        }
        long offset = nextByte;
        long last = (offset + length - 1) / SECTOR;
        for (long cluster = offset / CLUSTER; cluster <= last * SECTOR / CLUSTER; cluster++) {
            nextCluster = Math.max(nextCluster, cluster + 1);
            refer(cluster);
        }
        out.write(offset, bytes);
        nextByte = offset + length;
        return COMPRESSED | last - offset / SECTOR << SECTORS_SHIFT | offset;
    }

    private long allocate() {
        refer(nextCluster);
        return nextCluster++ * CLUSTER;
    }

    private void refer(long cluster) {
        int block = (int) (cluster / REFCOUNTS_PER_BLOCK);
        while (references.size() <= block) {
            references.add(new char[REFCOUNTS_PER_BLOCK]);
        }
        references.get(block)[(int) (cluster % REFCOUNTS_PER_BLOCK)]++;
    }

    private int references(long cluster) {
        int block = (int) (cluster / REFCOUNTS_PER_BLOCK);
        return block < references.size() ? references.get(block)[(int) (cluster % REFCOUNTS_PER_BLOCK)] : 0;
    }

    @Override
    public long finish(ImageOutput out) throws IOException {
        long[] l1 = new long[tables.length];
        for (int i = 0; i < tables.length; i++) {
            if (tables[i] != null) {
                l1[i] = allocate() | COPIED;
                out.write(l1[i] & ~COPIED, table(tables[i], CLUSTER));
            }
        }
        int l1Bytes = Math.max(1, (l1.length * Long.BYTES + CLUSTER - 1) / CLUSTER) * CLUSTER;
        long l1Offset = allocate(l1Bytes / CLUSTER);
        out.write(l1Offset, table(l1, l1Bytes));
        long refcountOffset = writeReferences(out);
        int tableClusters = (int) (nextCluster - refcountOffset / CLUSTER);
        byte[] header = new Qcow2Header(
                        image.size(),
                        CLUSTER_BITS,
                        l1.length,
                        l1Offset,
                        refcountOffset,
                        tableClusters,
                        compression == Compression.ZSTD)
                .encode();
        out.write(0, header);
        return nextCluster * CLUSTER;
    }

    private long allocate(int clusters) {
        long offset = allocate();
        for (int i = 1; i < clusters; i++) {
            allocate();
        }
        return offset;
    }

    /** The blocks count themselves and their table, so their number is searched first; returns the table's offset. */
    private long writeReferences(ImageOutput out) throws IOException {
        long blocks = 0;
        long tableClusters = 1;
        for (boolean grown = true; grown; ) {
            long needed = (nextCluster + blocks + tableClusters + REFCOUNTS_PER_BLOCK - 1) / REFCOUNTS_PER_BLOCK;
            long neededTable = (needed + TABLE_ENTRIES - 1) / TABLE_ENTRIES;
            grown = needed > blocks || neededTable > tableClusters;
            blocks = Math.max(blocks, needed);
            tableClusters = Math.max(tableClusters, neededTable);
        }
        long first = allocate((int) blocks);
        long tableOffset = allocate((int) tableClusters);
        long[] table = new long[(int) blocks];
        for (int i = 0; i < blocks; i++) {
            table[i] = first + (long) i * CLUSTER;
            BinaryWriter block = BinaryWriter.bigEndian(CLUSTER);
            for (char count : references.get(i)) {
                block.u16(count);
            }
            out.write(table[i], block.toByteArray());
        }
        out.write(tableOffset, table(table, (int) tableClusters * CLUSTER));
        return tableOffset;
    }

    private static byte[] table(long[] entries, int bytes) {
        ByteBuffer table = ByteBuffer.allocate(bytes);
        table.asLongBuffer().put(entries);
        return table.array();
    }
}
