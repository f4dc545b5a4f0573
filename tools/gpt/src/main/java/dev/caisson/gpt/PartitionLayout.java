package dev.caisson.gpt;

import dev.caisson.bytes.Guid;
import java.util.List;
import java.util.OptionalLong;

/**
 * A disk as asked for.
 *
 * @param sectorSize the disk's logical sectors
 * @param diskGuid identity of the disk
 * @param diskSizeBytes size of the disk; empty: as small as the partitions allow, in whole alignments
 * @param alignmentBytes every partition starts at a multiple of this; a power of two, at least 4096
 * @param partitions in the order in which they lie on the disk and are numbered
 */
public record PartitionLayout(
        SectorSize sectorSize,
        Guid diskGuid,
        OptionalLong diskSizeBytes,
        long alignmentBytes,
        List<PartitionSpec> partitions) {
    /** The alignment that everybody uses: 1 MiB. */
    public static final long DEFAULT_ALIGNMENT_BYTES = 1 << 20;

    /** Copies the list and checks the alignment. */
    public PartitionLayout {
        partitions = List.copyOf(partitions);
        if (alignmentBytes < 4096 || alignmentBytes > 1L << 40 || Long.bitCount(alignmentBytes) != 1) {
            throw new IllegalArgumentException("alignment of " + alignmentBytes + " bytes");
        }
    }

    /** Sectors of 512 bytes, aligned to 1 MiB, on a disk that is as small as the partitions allow. */
    public static PartitionLayout ofSmallest(Guid diskGuid, List<PartitionSpec> partitions) {
        return new PartitionLayout(
                SectorSize.BYTES_512, diskGuid, OptionalLong.empty(), DEFAULT_ALIGNMENT_BYTES, partitions);
    }

    /** The same on a disk of this size. */
    public PartitionLayout withDiskSize(long sizeBytes) {
        return new PartitionLayout(sectorSize, diskGuid, OptionalLong.of(sizeBytes), alignmentBytes, partitions);
    }
}
