package dev.caisson.manifest;

/** Attribute bits of a GPT entry; names and bits of the UEFI and Discoverable Partitions specifications. */
public enum PartitionAttribute implements Labelled {
    /** Bit 0: the platform needs it. */
    REQUIRED(0),
    /** Bit 1: firmware leaves it alone. */
    NO_BLOCK_IO(1),
    /** Bit 2. */
    LEGACY_BIOS_BOOTABLE(2),
    /** Bit 59: grown to the partition's size when mounted. */
    GROW_FILE_SYSTEM(59),
    /** Bit 60. */
    READ_ONLY(60),
    /** Bit 63: not mounted by itself. */
    NO_AUTO(63);

    private final int bit;

    PartitionAttribute(int bit) {
        this.bit = bit;
    }

    /** Number of the bit in the 64-bit attribute field. */
    public int bit() {
        return bit;
    }
}
