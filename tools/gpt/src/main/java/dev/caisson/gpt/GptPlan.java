package dev.caisson.gpt;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A disk whose partitions have their places. The tables lie at the two ends of the disk ({@link #extents()}); what is in the
 * partitions is not its business.
 */
public final class GptPlan {
    private final PartitionLayout layout;
    private final List<PlannedPartition> partitions;
    private final long diskSectors;

    GptPlan(PartitionLayout layout, List<PlannedPartition> partitions, long diskSectors) {
        this.layout = layout;
        this.partitions = List.copyOf(partitions);
        this.diskSectors = diskSectors;
    }

    /** The partitions in the order asked for. */
    public List<PlannedPartition> partitions() {
        return partitions;
    }

    /** The first partition with this label. */
    public Optional<PlannedPartition> partition(String label) {
        return partitions.stream().filter(p -> p.spec().label().equals(label)).findFirst();
    }

    /** The disk's logical sectors. */
    public SectorSize sectorSize() {
        return layout.sectorSize();
    }

    /** Size of the disk in bytes. */
    public long diskSizeBytes() {
        return diskSectors * layout.sectorSize().bytes();
    }

    /** Protective MBR, header and entries, and at the other end entries and backup header. */
    public List<Extent> extents() {
        byte[] tail = tail();
        return List.of(
                new Extent(0, ByteSource.of(head())), new Extent(diskSizeBytes() - tail.length, ByteSource.of(tail)));
    }

    private byte[] head() {
        int sector = layout.sectorSize().bytes();
        return BinaryWriter.littleEndian(1 << 15)
                .bytes(new ProtectiveMbr(diskSectors).encode())
                .zerosUpTo(sector)
                .bytes(header(lba(1), lba(diskSectors - 1), lba(2)).encode())
                .zerosUpTo(2 * sector)
                .bytes(entries())
                .toByteArray();
    }

    private byte[] tail() {
        int sector = layout.sectorSize().bytes();
        byte[] entries = entries();
        Lba entriesAt = lba(diskSectors - 1 - entries.length / sector);
        return BinaryWriter.littleEndian(1 << 15)
                .bytes(entries)
                .bytes(header(lba(diskSectors - 1), lba(1), entriesAt).encode())
                .alignTo(sector)
                .toByteArray();
    }

    private GptHeader header(Lba my, Lba alternate, Lba entriesAt) {
        byte[] entries = entries();
        CRC32 crc = new CRC32();
        crc.update(entries);
        long entrySectors = entries.length / layout.sectorSize().bytes();
        return new GptHeader(
                my,
                alternate,
                lba(2 + entrySectors),
                lba(diskSectors - 2 - entrySectors),
                layout.diskGuid(),
                entriesAt,
                GptPlanner.ENTRY_COUNT,
                GptEntry.SIZE,
                crc.getValue());
    }

    private byte[] entries() {
        BinaryWriter out = BinaryWriter.littleEndian(GptPlanner.ENTRY_COUNT * GptEntry.SIZE);
        for (PlannedPartition partition : partitions) {
            out.bytes(partition.entry().encode());
        }
        return out.zerosUpTo(GptPlanner.ENTRY_COUNT * GptEntry.SIZE).toByteArray();
    }

    private Lba lba(long number) {
        return new Lba(number, layout.sectorSize());
    }
}
