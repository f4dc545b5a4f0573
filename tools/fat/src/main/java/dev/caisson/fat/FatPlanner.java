package dev.caisson.fat;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lays out a tree as a FAT file system: every file and directory in one run of clusters, in tree order. */
public final class FatPlanner {
    private static final long FIRST_CLUSTER = 2;
    private static final long SIZE_STEP = 64 << 10;

    private final FileTree tree;
    private final FatVolume volume;
    private final Map<TreePath, FatDirectory> directories;
    private final FatGeometry geometry;
    private final Map<TreePath, Run> runs = new LinkedHashMap<>();
    private long nextCluster = FIRST_CLUSTER;

    /** Consecutive clusters; an empty file has none, and FAT16's root lies elsewhere. */
    private record Run(long first, long count) {}

    private FatPlanner(FileTree tree, FatVolume volume, Map<TreePath, FatDirectory> directories)
            throws FatDoesNotFitException {
        this.tree = tree;
        this.volume = volume;
        this.directories = directories;
        this.geometry = geometry(volume, directories.get(TreePath.ROOT).entryCount());
        allocate();
    }

    /**
     * Plans a file system.
     *
     * @throws FatNameException when FAT cannot hold a name or a kind of file
     * @throws FatDoesNotFitException when the volume is too small
     */
    public static FatPlan plan(FileTree tree, FatVolume volume) throws FatPlanException {
        return new FatPlanner(tree, volume, directories(tree, volume)).plan();
    }

    /**
     * The smallest size, in steps of 64 KiB, of a volume that holds a tree.
     *
     * @param volume everything but the size
     * @throws FatNameException when FAT cannot hold a name or a kind of file
     */
    public static long minimumSize(FileTree tree, FatVolume volume) throws FatPlanException {
        Map<TreePath, FatDirectory> directories = directories(tree, volume);
        long high = SIZE_STEP;
        while (!fits(tree, volume.withSize(high), directories)) {
            if (high > 1L << 44) {
                throw new FatDoesNotFitException("no size fits", high, 1L << 44);
            }
            high *= 2;
        }
        // Cluster sizes grow with the volume, so "fits" is not quite monotonic: what is returned has been tried.
        for (long low = high / 2; high - low > SIZE_STEP; ) {
            long middle = low + (high - low) / 2 / SIZE_STEP * SIZE_STEP;
            if (fits(tree, volume.withSize(middle), directories)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static boolean fits(FileTree tree, FatVolume volume, Map<TreePath, FatDirectory> directories) {
        try {
            new FatPlanner(tree, volume, directories);
            return true;
        } catch (FatDoesNotFitException e) {
            return false;
        }
    }

    private static Map<TreePath, FatDirectory> directories(FileTree tree, FatVolume volume) throws FatNameException {
        Map<TreePath, FatDirectory> directories = new LinkedHashMap<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            if (entry.getValue() instanceof Inode.Directory) {
                TreePath path = entry.getKey();
                int extra = path.isRoot() ? (volume.label().isEmpty() ? 0 : 1) : 2;
                directories.put(path, FatDirectory.of(tree, path, extra));
            }
        }
        return directories;
    }

    private static FatGeometry geometry(FatVolume volume, int rootEntries) throws FatDoesNotFitException {
        Optional<FatGeometry> geometry = FatGeometry.choose(volume, rootEntries);
        if (geometry.isEmpty() || geometry.get().rootEntries() > 0xffff) {
            FatType type = volume.type().orElse(FatType.FAT16);
            throw new FatDoesNotFitException(
                    type + " with sectors of " + volume.sectorSize() + " bytes is not possible at this size",
                    type.clustersMin() * volume.sectorSize(),
                    volume.sizeBytes());
        }
        return geometry.get();
    }

    private void allocate() throws FatDoesNotFitException {
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            TreePath path = entry.getKey();
            long bytes = entry.getValue() instanceof Inode.RegularFile file
                    ? file.content().size()
                    : directories.get(path).sizeBytes();
            boolean fixedRoot = path.isRoot() && geometry.type() == FatType.FAT16;
            long count = fixedRoot ? 0 : clusters(bytes);
            if (entry.getValue() instanceof Inode.Directory && !fixedRoot) {
                count = Math.max(1, count);
            }
            runs.put(path, new Run(count == 0 ? 0 : nextCluster, count));
            nextCluster += count;
        }
        long used = nextCluster - FIRST_CLUSTER;
        if (used > geometry.clusters()) {
            throw new FatDoesNotFitException(
                    "the contents do not fit the clusters",
                    used * geometry.clusterBytes(),
                    geometry.clusters() * geometry.clusterBytes());
        }
    }

    private long clusters(long bytes) {
        return (bytes + geometry.clusterBytes() - 1) / geometry.clusterBytes();
    }

    private FatPlan plan() {
        List<Extent> extents = new ArrayList<>();
        reserved(extents);
        ByteSource table = ByteSource.of(table());
        for (int i = 0; i < geometry.tables(); i++) {
            extents.add(new Extent(geometry.tableOffset(i), table));
        }
        runs.forEach((path, run) -> {
            if (tree.entries().get(path) instanceof Inode.RegularFile file) {
                if (run.count > 0) {
                    extents.add(new Extent(geometry.clusterOffset(run.first), file.content()));
                }
            } else {
                long offset = run.count == 0 ? geometry.rootOffset() : geometry.clusterOffset(run.first);
                extents.add(new Extent(offset, ByteSource.of(directory(path))));
            }
        });
        extents.removeIf(extent -> extent.size() == 0);
        return new FatPlan(geometry, extents, geometry.clusters() - (nextCluster - FIRST_CLUSTER));
    }

    private void reserved(List<Extent> extents) {
        boolean wide = geometry.type() == FatType.FAT32;
        long rootCluster = wide ? runs.get(TreePath.ROOT).first : 0;
        byte[] boot = new FatBootSector(geometry, rootCluster, volume.volumeId(), volume.label()).encode();
        extents.add(new Extent(0, ByteSource.of(boot)));
        if (wide) {
            long sector = geometry.sectorSize();
            long used = nextCluster - FIRST_CLUSTER;
            long next = used == geometry.clusters() ? FsInfo.UNKNOWN : nextCluster;
            ByteSource info = ByteSource.of(new FsInfo(geometry.clusters() - used, next).encode());
            long backup = FatBootSector.BACKUP_SECTOR * sector;
            extents.add(new Extent(FatBootSector.FS_INFO_SECTOR * sector, info));
            extents.add(new Extent(backup, ByteSource.of(boot)));
            extents.add(new Extent(backup + FatBootSector.FS_INFO_SECTOR * sector, info));
        }
    }

    /** The used part of the allocation table; behind it everything is free, which is zeros. */
    private byte[] table() {
        int width = geometry.type().entryBytes();
        int mask = geometry.type().mask();
        BinaryWriter out = BinaryWriter.littleEndian(Math.toIntExact(nextCluster * width));
        // Entry 0 repeats the media byte, entry 1 has all bits set: "clean" and "no errors" among them.
        put(out, width, mask & ~0xff | 0xf8);
        put(out, width, mask);
        for (Run run : runs.values()) {
            for (long i = 1; i <= run.count; i++) {
                put(out, width, i == run.count ? mask : run.first + i);
            }
        }
        return out.toByteArray();
    }

    private static void put(BinaryWriter out, int width, long value) {
        if (width == 2) {
            out.u16((int) value);
        } else {
            out.u32(value);
        }
    }

    private byte[] directory(TreePath path) {
        FatDirectory directory = directories.get(path);
        BinaryWriter out = BinaryWriter.littleEndian((int) directory.sizeBytes());
        DosTime own = time(path);
        if (path.isRoot()) {
            if (!volume.label().isEmpty()) {
                byte[] label = FatBootSector.ascii(volume.label(), 11);
                out.bytes(new DirectoryEntry(label, DirectoryEntry.VOLUME_LABEL, 0, own, 0, 0).encode());
            }
        } else {
            // ".." of a directory in the root has cluster 0, whatever the root's cluster is.
            long parent = path.parent().isRoot() ? 0 : runs.get(path.parent()).first;
            out.bytes(dot(".", own, runs.get(path).first));
            out.bytes(dot("..", time(path.parent()), parent));
        }
        for (TreePath child : directory.children()) {
            Run run = runs.get(child);
            boolean isFile = tree.entries().get(child) instanceof Inode.RegularFile;
            long size = tree.entries().get(child) instanceof Inode.RegularFile file
                    ? file.content().size()
                    : 0;
            int attributes = isFile ? DirectoryEntry.ARCHIVE : DirectoryEntry.DIRECTORY;
            out.bytes(directory.longEntries(child));
            out.bytes(new DirectoryEntry(directory.shortName(child), attributes, 0, time(child), run.first, size)
                    .encode());
        }
        return out.toByteArray();
    }

    private static byte[] dot(String name, DosTime time, long cluster) {
        return new DirectoryEntry(FatBootSector.ascii(name, 11), DirectoryEntry.DIRECTORY, 0, time, cluster, 0)
                .encode();
    }

    private DosTime time(TreePath path) {
        return DosTime.ofEpochSecond(tree.entries().get(path).attributes().mtimeSeconds());
    }
}
