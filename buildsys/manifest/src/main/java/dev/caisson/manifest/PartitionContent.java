package dev.caisson.manifest;

/** What the build puts into a partition. */
public enum PartitionContent implements Labelled {
    /** Boot loader and unified kernel images, FAT. */
    ESP,
    /** The root file system. */
    ROOT,
    /** The hash tree over the root. */
    ROOT_VERITY,
    /** The signed root hash. */
    ROOT_VERITY_SIG,
    /** Nothing; labelled so that the updater knows it as a free slot. */
    EMPTY,
    /** Nothing yet: formatted and grown at the first boot, holds what outlives a reboot. */
    DATA
}
