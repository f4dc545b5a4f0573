package dev.caisson.gpt;

import dev.caisson.bytes.FormatException;
import java.util.List;

/**
 * What a disk's tables said.
 *
 * @param table from the primary table when that is good, else from the backup
 * @param damages everything that is wrong, in disk order; empty for a disk as {@link GptPlan} writes it
 */
public record GptReading(PartitionTable table, List<Damage> damages) {
    /** Copies the list. */
    public GptReading {
        damages = List.copyOf(damages);
    }

    /** The parts of a partition table that are checked apart. */
    public enum Part {
        /** LBA 0. */
        PROTECTIVE_MBR,
        /** The header at LBA 1 and its entries. */
        PRIMARY,
        /** The header in the last sector and the entries before it. */
        BACKUP
    }

    /**
     * One thing that is wrong.
     *
     * @param part where
     * @param cause what
     */
    public record Damage(Part part, FormatException cause) {}

    /** Whether the part has no damage. */
    public boolean intact(Part part) {
        return damages.stream().noneMatch(damage -> damage.part() == part);
    }

    /** The table, if nothing at all is wrong; else the first damage is thrown. */
    public PartitionTable intactTable() throws FormatException {
        if (!damages.isEmpty()) {
            throw damages.get(0).cause();
        }
        return table;
    }
}
