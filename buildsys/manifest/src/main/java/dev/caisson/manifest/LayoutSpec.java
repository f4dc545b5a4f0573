package dev.caisson.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The partitions of the disk: a built-in layout by name, or all spelled out.
 *
 * @param name built-in layout ({@code default}); empty when partitions are spelled out
 * @param sizes other sizes for the built-in layout's partitions, by their role: {@code esp}, {@code root},
 *     {@code root-verity}, {@code data}; both slots of a role have the same size
 * @param partitions in the order on the disk; empty for a built-in layout
 * @param sectorSizeBytes 512 (default) or 4096
 * @param diskSizeBytes size of the whole disk; default: as the partitions need
 */
public record LayoutSpec(
        Optional<String> name,
        Map<String, PartitionSize> sizes,
        List<PartitionSpec> partitions,
        int sectorSizeBytes,
        OptionalLong diskSizeBytes) {
    /** Copies. */
    public LayoutSpec {
        sizes = Collections.unmodifiableMap(new LinkedHashMap<>(sizes));
        partitions = List.copyOf(partitions);
    }
}
