package dev.caisson.gpt;

import dev.caisson.bytes.Guid;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A partition table as both copies hold it.
 *
 * @param sectorSize the disk's
 * @param diskSectors size of the disk that the table was made for
 * @param diskGuid identity of the disk
 * @param firstUsable first sector that a partition may use
 * @param lastUsable last sector that a partition may use
 * @param entries used entries by their number, which counts from 1 as in {@code /dev/sda1}
 */
public record PartitionTable(
        SectorSize sectorSize,
        long diskSectors,
        Guid diskGuid,
        Lba firstUsable,
        Lba lastUsable,
        SortedMap<Integer, GptEntry> entries) {
    /** Makes the map unchangeable. */
    public PartitionTable {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    /** All partitions with this label, in the order of their numbers. */
    public List<GptEntry> byName(String name) {
        return entries.values().stream().filter(e -> e.name().equals(name)).toList();
    }

    /** All partitions of this type, in the order of their numbers. */
    public List<GptEntry> byType(Guid type) {
        return entries.values().stream().filter(e -> e.type().equals(type)).toList();
    }

    /** The partition with this identity (PARTUUID). */
    public Optional<GptEntry> byUnique(Guid unique) {
        return entries.values().stream().filter(e -> e.unique().equals(unique)).findFirst();
    }

    /** Size of the disk in bytes. */
    public long diskSizeBytes() {
        return diskSectors * sectorSize.bytes();
    }
}
