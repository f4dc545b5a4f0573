package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Guid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes a dynamic VHDX: file identifier, two headers and two region tables in the first MiB, an empty log, the metadata, the
 * block allocation table, then the blocks of 1 MiB that are not all zeros. Blocks of that size are what Microsoft recommends for
 * Linux guests, whose file systems write here and there.
 */
public final class VhdxWriter implements DiskFormatWriter {
    private static final int SECTOR = 512;
    private static final int PHYSICAL_SECTOR = 4096;
    private static final int BLOCK = VhdxLayout.MEBIBYTE;
    private static final long LOG_AT = VhdxLayout.MEBIBYTE;
    private static final long METADATA_AT = 2L * VhdxLayout.MEBIBYTE;
    private static final long TABLE_AT = 3L * VhdxLayout.MEBIBYTE;
    private static final int FULLY_PRESENT = 6;
    private static final String CREATOR = "Caisson";
    private static final int REQUIRED = 1;
    private static final int IS_VIRTUAL_DISK = 2;
    private static final int IS_REQUIRED = 4;
    /** The most that the tables here are for: 64 TiB is the format's own limit, but a table of 64 Mi entries is not ours to hold. */
    private static final long MOST_BYTES = 16L << 40;

    private final DiskImage image;
    private final Guid id;
    private final ClusterBatches batches;
    private final long[] table;
    private int nextBatch;
    private long nextOffset;

    /**
     * A writer.
     *
     * @param image of whole sectors of 512 bytes
     * @param id the disk's unique id, from which the other GUIDs follow
     * @throws IllegalArgumentException for a disk of more than 16 TiB or with half a sector
     */
    public VhdxWriter(DiskImage image, Guid id) {
        if (image.size() > MOST_BYTES || image.size() % SECTOR != 0) {
            throw new IllegalArgumentException("a disk of " + image.size() + " bytes");
        }
        this.image = image;
        this.id = id;
        this.batches = new ClusterBatches(image, BLOCK, () -> ClusterEncoder.of(ClusterEncoder.Kind.NONE, 1));
        long ratio = VhdxLayout.chunkRatio(SECTOR, BLOCK);
        this.table = new long[Math.toIntExact(VhdxLayout.tableEntries(batches.clusters(), ratio))];
        this.nextOffset = TABLE_AT + tableBytes();
    }

    private long tableBytes() {
        long bytes = Math.max(1, table.length * 8L);
        return (bytes + VhdxLayout.MEBIBYTE - 1) / VhdxLayout.MEBIBYTE * VhdxLayout.MEBIBYTE;
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
        long block = batches.firstCluster(nextBatch++);
        int at = 0;
        for (int length : batch.lengths()) {
            if (length != EncodedBatch.ZERO) {
                long index = VhdxLayout.tableIndex(block, VhdxLayout.chunkRatio(SECTOR, BLOCK));
                // Bits 20 to 63 hold the offset in MiB, which is the offset itself without its low bits.
                table[(int) index] = nextOffset | FULLY_PRESENT;
                out.write(nextOffset, ByteBuffer.wrap(batch.bytes(), at, length));
                nextOffset += BLOCK;
                at += length;
            }
            block++;
        }
    }

    @Override
    public long finish(ImageOutput out) throws IOException {
        out.write(
                0,
                BinaryWriter.littleEndian(64)
                        .bytes(VhdxLayout.FILE_SIGNATURE.getBytes(StandardCharsets.US_ASCII))
                        .bytes(CREATOR.getBytes(StandardCharsets.UTF_16LE))
                        .toByteArray());
        Guid fileWrite = derived("file write");
        Guid dataWrite = derived("data write");
        for (int i = 0; i < 2; i++) {
            VhdxHeader header = new VhdxHeader(i + 1, fileWrite, dataWrite, Guid.ZERO, VhdxLayout.MEBIBYTE, LOG_AT);
            out.write(i == 0 ? VhdxLayout.HEADER_1_AT : VhdxLayout.HEADER_2_AT, header.encode());
        }
        byte[] regions = regionTable();
        out.write(VhdxLayout.REGION_TABLE_1_AT, regions);
        out.write(VhdxLayout.REGION_TABLE_2_AT, regions);
        out.write(METADATA_AT, metadata());
        BinaryWriter entries = BinaryWriter.littleEndian(table.length * 8);
        for (long entry : table) {
            entries.u64(entry);
        }
        out.write(TABLE_AT, entries.toByteArray());
        return nextOffset;
    }

    private Guid derived(String purpose) {
        byte[] text = (id + " " + purpose).getBytes(StandardCharsets.US_ASCII);
        return Guid.ofStored(DigestAlgorithm.SHA256.of(text).bytes(), 0);
    }

    /** "regi", checksum, number of entries, reserved; entries: GUID, offset, length, required. */
    private byte[] regionTable() {
        BinaryWriter out = BinaryWriter.littleEndian(VhdxLayout.KIBIBYTE_64)
                .bytes("regi".getBytes(StandardCharsets.US_ASCII))
                .u32(0)
                .u32(2)
                .u32(0)
                .guid(VhdxLayout.BAT_REGION)
                .u64(TABLE_AT)
                .u32(tableBytes())
                .u32(REQUIRED)
                .guid(VhdxLayout.METADATA_REGION)
                .u64(METADATA_AT)
                .u32(VhdxLayout.MEBIBYTE)
                .u32(REQUIRED)
                .zerosUpTo(VhdxLayout.KIBIBYTE_64);
        return out.patchU32(4, VhdxLayout.checksum(out.toByteArray())).toByteArray();
    }

    /** "metadata", reserved, number of entries; entries: GUID, offset, length, flags; the items behind 64 KiB. */
    private byte[] metadata() {
        int at = VhdxLayout.KIBIBYTE_64;
        BinaryWriter out = BinaryWriter.littleEndian(at + 64)
                .bytes("metadata".getBytes(StandardCharsets.US_ASCII))
                .u16(0)
                .u16(5)
                .zeros(20);
        item(out, VhdxLayout.FILE_PARAMETERS, at, 8, IS_REQUIRED);
        item(out, VhdxLayout.VIRTUAL_DISK_SIZE, at + 8, 8, IS_REQUIRED | IS_VIRTUAL_DISK);
        item(out, VhdxLayout.LOGICAL_SECTOR_SIZE, at + 16, 4, IS_REQUIRED | IS_VIRTUAL_DISK);
        item(out, VhdxLayout.PHYSICAL_SECTOR_SIZE, at + 20, 4, IS_REQUIRED | IS_VIRTUAL_DISK);
        item(out, VhdxLayout.VIRTUAL_DISK_ID, at + 24, 16, IS_REQUIRED | IS_VIRTUAL_DISK);
        return out.zerosUpTo(at)
                .u32(BLOCK)
                .u32(0)
                .u64(image.size())
                .u32(SECTOR)
                .u32(PHYSICAL_SECTOR)
                .guid(id)
                .toByteArray();
    }

    private static void item(BinaryWriter out, Guid kind, int offset, int length, int flags) {
        out.guid(kind).u32(offset).u32(length).u32(flags).u32(0);
    }
}
