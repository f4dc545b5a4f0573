package dev.caisson.gpt;

import dev.caisson.bytes.Guid;

/**
 * A partition as asked for.
 *
 * @param label its name: at most 36 UTF-16 code units
 * @param type what it holds, see {@link DiscoverablePartitionTypes}
 * @param unique its identity, different for all partitions of a disk
 * @param contentBytes size of what will be put in; 0 for a partition that is left empty
 * @param size how large it is to be
 * @param attributes bits, see {@link GptAttributes}
 */
public record PartitionSpec(
        String label, Guid type, Guid unique, long contentBytes, PartitionSize size, long attributes) {
    /** Checks label and numbers. */
    public PartitionSpec {
        GptEntry.checkName(label);
        if (type.equals(Guid.ZERO)
                || unique.equals(Guid.ZERO)
                || contentBytes < 0
                || contentBytes > PartitionSize.BYTES_MAX) {
            throw new IllegalArgumentException(
                    "partition " + label + " of type " + type + ", GUID " + unique + ", " + contentBytes + " bytes");
        }
    }
}
