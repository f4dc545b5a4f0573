package dev.caisson.gpt;

/** How large a partition is asked to be. What it must hold at least is {@link PartitionSpec#contentBytes()}. */
public sealed interface PartitionSize {
    /**
     * Exactly this large, rounded up to whole sectors.
     *
     * @param sizeBytes more than 0
     */
    record Fixed(long sizeBytes) implements PartitionSize {
        /** Checks the range. */
        public Fixed {
            positive(sizeBytes);
        }
    }

    /**
     * The content times a factor, so that a later version finds room, rounded up to the layout's alignment.
     *
     * @param percentOfContent 100 for no room to grow, 150 for half as much again; at most 10000
     * @param minimumBytes at least this large, 0 for no minimum
     */
    record Automatic(int percentOfContent, long minimumBytes) implements PartitionSize {
        /** Checks the ranges. */
        public Automatic {
            if (percentOfContent < 100 || percentOfContent > 10_000 || minimumBytes < 0 || minimumBytes > BYTES_MAX) {
                throw new IllegalArgumentException(percentOfContent + " % of the content, at least " + minimumBytes);
            }
        }
    }

    /** The content, rounded up to 4096 bytes (which are whole sectors on every disk). */
    record Minimal() implements PartitionSize {}

    /**
     * All that the others leave of the disk. When the layout has no disk size, the minimum.
     *
     * @param minimumBytes less than this, and the partition does not fit; more than 0
     */
    record Rest(long minimumBytes) implements PartitionSize {
        /** Checks the range. */
        public Rest {
            positive(minimumBytes);
        }
    }

    /** Largest size of one partition or content: 256 TiB, so that no sum of 128 of them can overflow. */
    long BYTES_MAX = 1L << 48;

    private static void positive(long bytes) {
        if (bytes <= 0 || bytes > BYTES_MAX) {
            throw new IllegalArgumentException("partition of " + bytes + " bytes");
        }
    }
}
