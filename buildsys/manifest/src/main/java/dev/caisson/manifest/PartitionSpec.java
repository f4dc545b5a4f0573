package dev.caisson.manifest;

import dev.caisson.bytes.Guid;
import java.util.List;
import java.util.Optional;

/**
 * One partition as it is asked for.
 *
 * @param label GPT name, at most 36 UTF-16 units
 * @param type a name of the Discoverable Partitions Specification (see {@link #TYPES}; the architecture's own GUID is
 *     meant where there are several) or a GUID
 * @param size default {@code auto}
 * @param content what the build puts there
 * @param slot the slot that it belongs to, if any
 * @param attributes attribute bits; default none
 * @param uuid the partition's own GUID; default: from the root hash for root and verity, else from the seed
 * @param at where it is declared
 */
public record PartitionSpec(
        String label,
        String type,
        PartitionSize size,
        PartitionContent content,
        Optional<Slot> slot,
        List<PartitionAttribute> attributes,
        Optional<Guid> uuid,
        Position at) {
    /** The type names. */
    public static final List<String> TYPES = List.of(
            "esp",
            "xbootldr",
            "root",
            "root-verity",
            "root-verity-sig",
            "usr",
            "usr-verity",
            "usr-verity-sig",
            "home",
            "srv",
            "var",
            "tmp",
            "swap",
            "linux-generic");

    /** Copies. */
    public PartitionSpec {
        attributes = List.copyOf(attributes);
    }
}
