package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.Guid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes a VHD: fixed (the plain bytes and a footer, which is what Azure takes) or dynamic (blocks of 2 MiB, those of zeros
 * left out). Azure wants a size of whole MiB: the disk is filled up with zeros to that.
 */
public final class VhdWriter implements DiskFormatWriter {
    private static final int SECTOR = 512;
    private static final int FIXED_CLUSTER = 1 << 16;
    private static final int BLOCK = 2 << 20;
    private static final int BITMAP = SECTOR;
    private static final int HEADER_SIZE = 1024;
    private static final int TABLE_AT = SECTOR + HEADER_SIZE;
    private static final int MEBIBYTE = 1 << 20;
    /** The largest disk whose blocks the table's 32-bit sectors reach: 2040 GiB is the specification's word. */
    private static final long MOST_BYTES = 2_040L << 30;
    /** 2000-01-01 in seconds since 1970. */
    private static final long EPOCH_2000 = 946_684_800;

    private final DiskImage image;
    private final VhdFooter footer;
    private final ClusterBatches batches;
    private final int[] table;
    private int nextBatch;
    private long nextOffset;

    /**
     * A writer.
     *
     * @param dynamic whether blocks of zeros are left out
     * @param id the disk's unique id
     * @param epochSeconds the time that the footer holds, in seconds since 1970; what is before 2000 becomes 2000-01-01
     * @throws IllegalArgumentException for a disk of more than 2040 GiB
     */
    public VhdWriter(DiskImage image, boolean dynamic, Guid id, long epochSeconds) {
        long size = (image.size() + MEBIBYTE - 1) / MEBIBYTE * MEBIBYTE;
        if (size > MOST_BYTES) {
            throw new IllegalArgumentException("a disk of " + size + " bytes, a VHD has at most " + MOST_BYTES);
        }
        this.image = DiskImage.of(size, image.extents());
        long time = Math.max(0, Math.min(0xffffffffL, epochSeconds - EPOCH_2000));
        this.footer = new VhdFooter(dynamic, time, size, id.stored());
        int cluster = dynamic ? BLOCK : FIXED_CLUSTER;
        this.batches = new ClusterBatches(this.image, cluster, () -> ClusterEncoder.of(ClusterEncoder.Kind.NONE, 1));
        this.table = new int[dynamic ? Math.toIntExact(batches.clusters()) : 0];
        Arrays.fill(table, -1);
        this.nextOffset = TABLE_AT + tableBytes();
    }

    /** Whole sectors. */
    private long tableBytes() {
        return (table.length * 4L + SECTOR - 1) / SECTOR * SECTOR;
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
                if (footer.dynamic()) {
                    placeBlock((int) cluster, bytes, out);
                } else {
                    long offset = cluster * FIXED_CLUSTER;
                    bytes.limit(at + (int) Math.min(length, image.size() - offset));
                    out.write(offset, bytes);
                }
                at += length;
            }
            cluster++;
        }
    }

    private void placeBlock(int block, ByteBuffer bytes, ImageOutput out) throws IOException {
        table[block] = Math.toIntExact(nextOffset / SECTOR);
        byte[] bitmap = new byte[BITMAP];
        Arrays.fill(bitmap, (byte) 0xff);
        out.write(nextOffset, bitmap);
        out.write(nextOffset + BITMAP, bytes);
        nextOffset += BITMAP + BLOCK;
    }

    @Override
    public long finish(ImageOutput out) throws IOException {
        byte[] bytes = footer.encode();
        if (!footer.dynamic()) {
            out.write(image.size(), bytes);
            return image.size() + bytes.length;
        }
        out.write(0, bytes);
        out.write(SECTOR, header());
        BinaryWriter entries = BinaryWriter.bigEndian((int) tableBytes());
        for (int entry : table) {
            entries.u32(Integer.toUnsignedLong(entry));
        }
        // What the table does not need is unused entries, too.
        while (entries.position() < tableBytes()) {
            entries.u32(0xffffffffL);
        }
        out.write(TABLE_AT, entries.toByteArray());
        out.write(nextOffset, bytes);
        return nextOffset + bytes.length;
    }

    /** "Dynamic Disk Header Format": cookie, no next structure, table offset, version, entries, block size, checksum. */
    private byte[] header() {
        BinaryWriter out = BinaryWriter.bigEndian(HEADER_SIZE)
                .bytes("cxsparse".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .u64(-1)
                .u64(TABLE_AT)
                .u32(0x10000)
                .u32(table.length)
                .u32(BLOCK)
                .u32(0)
                .zerosUpTo(HEADER_SIZE);
        return out.patchU32(36, VhdFooter.checksum(out.toByteArray(), 36)).toByteArray();
    }
}
