package dev.caisson.fat;

import java.util.Optional;

/**
 * Where the areas of a volume lie: reserved sectors (boot sector first), two allocation tables, the root directory (FAT16 only),
 * clusters.
 *
 * @param type FAT16 or FAT32
 * @param sectorSize bytes per sector
 * @param sectorsPerCluster a power of two, at most 128
 * @param reservedSectors sectors before the first table
 * @param tableSectors sectors of one table
 * @param tables number of tables
 * @param rootEntries directory entries of FAT16's root; 0 for FAT32
 * @param totalSectors size of the volume
 */
record FatGeometry(
        FatType type,
        int sectorSize,
        int sectorsPerCluster,
        int reservedSectors,
        long tableSectors,
        int tables,
        int rootEntries,
        long totalSectors) {
    /** Size of a directory entry. */
    static final int ENTRY_BYTES = 32;

    /** The specification asks to stay this far from the limits, because much software is off by a few. */
    private static final int SAFETY = 16;

    private static final int CLUSTER_BYTES_MAX = 32_768;
    private static final int FAT32_RESERVED = 32;
    private static final long FAT32_FROM_BYTES = 512L << 20;

    /** Chooses type and cluster size; empty means that no choice gives a number of clusters that the type allows. */
    static Optional<FatGeometry> choose(FatVolume volume, int rootEntriesNeeded) {
        FatType bySize = volume.sizeBytes() < FAT32_FROM_BYTES ? FatType.FAT16 : FatType.FAT32;
        return chooseCluster(volume, volume.type().orElse(bySize), rootEntriesNeeded);
    }

    private static Optional<FatGeometry> chooseCluster(FatVolume volume, FatType type, int rootEntries) {
        int cluster = Math.max(volume.sectorSize(), preferredCluster(type, volume.sizeBytes()));
        FatGeometry geometry = of(volume, type, cluster, rootEntries);
        while (geometry.tooMany() && cluster < CLUSTER_BYTES_MAX) {
            cluster *= 2;
            geometry = of(volume, type, cluster, rootEntries);
        }
        while (geometry.tooFew() && cluster > volume.sectorSize()) {
            cluster /= 2;
            geometry = of(volume, type, cluster, rootEntries);
        }
        boolean good = !geometry.tooMany() && !geometry.tooFew() && volume.sizeBytes() / volume.sectorSize() >> 32 == 0;
        return good ? Optional.of(geometry) : Optional.empty();
    }

    /** The specification's tables DskTableFAT16 and DskTableFAT32, in bytes. */
    private static int preferredCluster(FatType type, long sizeBytes) {
        long mib = sizeBytes >> 20;
        if (type == FatType.FAT16) {
            return mib <= 16 ? 1024 : mib <= 128 ? 2048 : mib <= 256 ? 4096 : mib <= 512 ? 8192 : 16_384;
        }
        return mib <= 260 ? 512 : mib <= 8192 ? 4096 : mib <= 16_384 ? 8192 : mib <= 32_768 ? 16_384 : 32_768;
    }

    private static FatGeometry of(FatVolume volume, FatType type, int clusterBytes, int rootEntriesNeeded) {
        int sector = volume.sectorSize();
        int perSector = sector / ENTRY_BYTES;
        int entries = Math.max(512, rootEntriesNeeded);
        int rootEntries = type == FatType.FAT32 ? 0 : (entries + perSector - 1) / perSector * perSector;
        int reserved = type == FatType.FAT32 ? FAT32_RESERVED : 1;
        long total = volume.sizeBytes() / sector;
        FatGeometry geometry = new FatGeometry(type, sector, clusterBytes / sector, reserved, 1, 2, rootEntries, total);
        // Larger tables leave fewer clusters, which need smaller tables: what the largest leave is a lower bound.
        FatGeometry largest = geometry.withTable(geometry.neededTableSectors());
        for (long sectors = largest.neededTableSectors(); ; sectors++) {
            FatGeometry candidate = geometry.withTable(sectors);
            if (candidate.neededTableSectors() <= sectors) {
                return candidate;
            }
        }
    }

    private long neededTableSectors() {
        long bytes = (Math.max(0, clusters()) + 2) * type.entryBytes();
        return (bytes + sectorSize - 1) / sectorSize;
    }

    private FatGeometry withTable(long sectors) {
        return new FatGeometry(
                        type,
                        sectorSize,
                        sectorsPerCluster,
                        reservedSectors,
                        sectors,
                        tables,
                        rootEntries,
                        totalSectors)
                .aligned();
    }

    /** More reserved sectors, so that clusters lie on multiples of 4096 bytes: copying and updates work in such blocks. */
    private FatGeometry aligned() {
        int unit = Math.max(1, 4096 / sectorSize);
        int more = (int) ((unit - dataSector() % unit) % unit);
        return new FatGeometry(
                type,
                sectorSize,
                sectorsPerCluster,
                reservedSectors + more,
                tableSectors,
                tables,
                rootEntries,
                totalSectors);
    }

    private boolean tooMany() {
        return clusters() > type.clustersMax() - SAFETY;
    }

    private boolean tooFew() {
        return clusters() < type.clustersMin() + SAFETY;
    }

    long rootSectors() {
        return ((long) rootEntries * ENTRY_BYTES + sectorSize - 1) / sectorSize;
    }

    /** First sector of cluster 2. */
    long dataSector() {
        return reservedSectors + tables * tableSectors + rootSectors();
    }

    /** Number of clusters; negative when not even the tables have room. */
    long clusters() {
        return Math.floorDiv(totalSectors - dataSector(), sectorsPerCluster);
    }

    int clusterBytes() {
        return sectorsPerCluster * sectorSize;
    }

    long tableOffset(int table) {
        return (reservedSectors + table * tableSectors) * sectorSize;
    }

    long tableBytes() {
        return tableSectors * sectorSize;
    }

    /** Offset of FAT16's root directory. */
    long rootOffset() {
        return (reservedSectors + tables * tableSectors) * sectorSize;
    }

    /** Offset of a cluster; they are numbered from 2. */
    long clusterOffset(long cluster) {
        return (dataSector() + (cluster - 2) * sectorsPerCluster) * sectorSize;
    }

    long sizeBytes() {
        return totalSectors * sectorSize;
    }
}
