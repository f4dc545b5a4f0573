package dev.caisson.fat;

/** The two widths of the allocation table. A volume's type follows from its number of clusters and from nothing else. */
public enum FatType {
    /** 4085 to 65524 clusters, root directory of fixed size. */
    FAT16(2, 4085, 65_524, 0xffff),
    /** 65525 clusters or more. */
    FAT32(4, 65_525, 0x0fff_fff5, 0x0fff_ffff);

    private final int entryBytes;
    private final long clustersMin;
    private final long clustersMax;
    private final int mask;

    FatType(int entryBytes, long clustersMin, long clustersMax, int mask) {
        this.entryBytes = entryBytes;
        this.clustersMin = clustersMin;
        this.clustersMax = clustersMax;
        this.mask = mask;
    }

    /** Bytes of an entry of the allocation table. */
    int entryBytes() {
        return entryBytes;
    }

    /** Fewest clusters of a volume of this type. */
    public long clustersMin() {
        return clustersMin;
    }

    /** Most clusters of a volume of this type. */
    public long clustersMax() {
        return clustersMax;
    }

    /** The bits of an entry that count; all of them set means "last cluster of a chain" and "clean volume". */
    int mask() {
        return mask;
    }

    /** The lowest value that ends a chain. */
    int endOfChain() {
        return mask - 7;
    }

    /** The value that marks a cluster as bad. */
    int bad() {
        return mask - 8;
    }
}
