package dev.caisson.gpt;

/**
 * A partition whose place is fixed.
 *
 * @param number counted from 1, as in {@code /dev/sda1}
 * @param spec what was asked for
 * @param entry what the table will say
 */
public record PlannedPartition(int number, PartitionSpec spec, GptEntry entry) {
    /** Offset of the first byte on the disk. */
    public long offsetBytes() {
        return entry.first().offsetBytes();
    }

    /** Size in bytes. */
    public long sizeBytes() {
        return entry.sizeBytes();
    }

    /** Room behind the content in bytes. */
    public long freeBytes() {
        return sizeBytes() - spec.contentBytes();
    }
}
