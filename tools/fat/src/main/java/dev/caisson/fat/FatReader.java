package dev.caisson.fat;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a whole FAT16 or FAT32 file system and checks everything that two places of it say. For one thread. */
public final class FatReader {
    private static final int DIRECTORY_BYTES_MAX = 2 << 20;
    private static final int DEPTH_MAX = 64;
    private static final String NAME = "FAT directory";

    private final ByteSource image;
    private final FatBootSector boot;
    private final FatGeometry geometry;
    private final AllocationTable table;
    private final FileTree.Builder tree;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private String label = "";

    /** A directory that is still to be read. */
    private record Pending(TreePath path, long cluster, long parentCluster) {}

    private FatReader(ByteSource image, FatBootSector boot, AllocationTable table) {
        this.image = image;
        this.boot = boot;
        this.geometry = boot.geometry();
        this.table = table;
        this.tree = FileTree.builder(Attributes.ofRoot(0755, new DosTime(0, 0).epochSecond()));
    }

    /**
     * Reads a file system that starts at the source's first byte. The tree's files stay slices of the source.
     *
     * @throws NotThisFormatException when there is no FAT boot sector
     * @throws FormatException when anything is damaged, not supported or too large
     */
    public static FatContents read(ByteSource image) throws IOException {
        if (image.size() < FatBootSector.SIZE) {
            throw new NotThisFormatException("FAT boot sector", 0, "the source has " + image.size() + " bytes", "512");
        }
        FatBootSector boot = FatBootSector.decode(image.read(0, FatBootSector.SIZE));
        if (boot.geometry().sizeBytes() > image.size()) {
            throw new CorruptDataException(
                    "FAT boot sector",
                    32,
                    "BPB_TotSec needs " + boot.geometry().sizeBytes() + " bytes",
                    "at most the source's " + image.size());
        }
        checkBackup(image, boot.geometry());
        AllocationTable table = AllocationTable.read(image, boot.geometry());
        return new FatReader(image, boot, table).read();
    }

    private static void checkBackup(ByteSource image, FatGeometry geometry) throws IOException {
        if (geometry.type() == FatType.FAT32) {
            long offset = (long) FatBootSector.BACKUP_SECTOR * geometry.sectorSize();
            byte[] first = image.read(0, FatBootSector.SIZE);
            int difference = Arrays.mismatch(first, image.read(offset, FatBootSector.SIZE));
            if (difference >= 0) {
                throw new CorruptDataException(
                        "FAT backup boot sector", offset + difference, "differs from the boot sector", "a copy");
            }
        }
    }

    private FatContents read() throws IOException {
        boolean wide = geometry.type() == FatType.FAT32;
        pending.add(new Pending(TreePath.ROOT, boot.rootCluster(), 0));
        while (!pending.isEmpty()) {
            Pending directory = pending.removeFirst();
            if (directory.path.isRoot() && !wide) {
                int length = (int) geometry.rootSectors() * geometry.sectorSize();
                readDirectory(directory, image.read(geometry.rootOffset(), length), geometry.rootOffset());
            } else {
                long clustersMax = Math.max(1, DIRECTORY_BYTES_MAX / geometry.clusterBytes());
                List<AllocationTable.Run> runs = table.chain(directory.path.toString(), directory.cluster, clustersMax);
                long clusters =
                        runs.stream().mapToLong(AllocationTable.Run::count).sum();
                ByteSource source = ChainSource.of(image, geometry, runs, clusters * geometry.clusterBytes());
                long offset = geometry.clusterOffset(directory.cluster);
                readDirectory(directory, source.readAll(DIRECTORY_BYTES_MAX), offset);
            }
        }
        long free = table.checkNothingLost();
        if (wide) {
            checkFsInfo(free);
        }
        return new FatContents(
                geometry.type(),
                boot.volumeId(),
                label,
                geometry.clusterBytes(),
                geometry.clusters(),
                free,
                tree.build());
    }

    private void checkFsInfo(long free) throws IOException {
        long offset = (long) FatBootSector.FS_INFO_SECTOR * geometry.sectorSize();
        FsInfo info = FsInfo.decode(image.read(offset, FatBootSector.SIZE), offset);
        if (info.freeClusters() != free && info.freeClusters() != FsInfo.UNKNOWN) {
            throw new CorruptDataException(
                    "FAT FSInfo", offset + 488, "FSI_Free_Count is " + info.freeClusters(), "" + free);
        }
    }

    private void readDirectory(Pending directory, byte[] bytes, long offset) throws IOException {
        BinaryReader in = new BinaryReader(NAME, bytes, 0, bytes.length, offset, ByteOrder.LITTLE_ENDIAN);
        LongNameCollector longName = new LongNameCollector();
        Set<String> seen = new HashSet<>();
        for (int index = 0; in.remaining() >= FatGeometry.ENTRY_BYTES; index++) {
            int at = in.position();
            int first = bytes[at] & 0xff;
            if (first == DirectoryEntry.NEVER_USED) {
                break;
            }
            if (first == DirectoryEntry.FREE) {
                longName.expectNone(in.offset());
                in.skip(FatGeometry.ENTRY_BYTES);
            } else if ((bytes[at + 11] & 0x3f) == LongName.ATTRIBUTE) {
                longName.add(in);
            } else {
                long entryOffset = in.offset();
                DirectoryEntry entry = DirectoryEntry.decode(in);
                if (!directory.path.isRoot() && index < 2) {
                    longName.expectNone(entryOffset);
                    checkDot(directory, entry, index, entryOffset);
                } else {
                    entry(directory, entry, longName, seen, entryOffset);
                }
            }
        }
        longName.expectNone(in.offset());
        if (!directory.path.isRoot() && in.position() < 2 * FatGeometry.ENTRY_BYTES) {
            throw new CorruptDataException(NAME, offset, directory.path + " has no . and ..", "both");
        }
    }

    private static void checkDot(Pending directory, DirectoryEntry entry, int index, long offset)
            throws FormatException {
        byte[] name = FatBootSector.ascii(index == 0 ? "." : "..", 11);
        long cluster = index == 0 ? directory.cluster : directory.parentCluster;
        if (!Arrays.equals(name, entry.name()) || !entry.isDirectory() || entry.firstCluster() != cluster) {
            throw new CorruptDataException(
                    NAME,
                    offset,
                    directory.path + ": entry " + index + " leads to cluster " + entry.firstCluster(),
                    (index == 0 ? "." : "..") + " leading to " + cluster);
        }
    }

    private void entry(
            Pending directory, DirectoryEntry entry, LongNameCollector longName, Set<String> seen, long offset)
            throws IOException {
        if (entry.isLabel()) {
            longName.expectNone(offset);
            if (!directory.path.isRoot() || !label.isEmpty() || entry.isDirectory()) {
                throw new CorruptDataException(NAME, offset, "has a volume label here", "one label in the root");
            }
            label = new String(entry.name(), StandardCharsets.ISO_8859_1).stripTrailing();
            return;
        }
        String shortName = shortName(entry, offset);
        String name = longName.take(entry.name(), offset);
        String shown = name.isEmpty() ? shortName : name;
        String folded = LongName.folded(shown);
        String alias = LongName.folded(shortName);
        if (!seen.add(folded) || (!alias.equals(folded) && !seen.add(alias))) {
            throw new CorruptDataException(NAME, offset, "has the name \"" + shown + "\" twice", "different names");
        }
        put(directory, entry, path(directory.path, shown, offset), offset);
    }

    private static TreePath path(TreePath parent, String name, long offset) throws FormatException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean roundTrip = new String(bytes, StandardCharsets.UTF_8).equals(name);
        if (!roundTrip || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0 || name.equals(".") || name.equals("..")) {
            throw new CorruptDataException(NAME, offset, "has the name \"" + name + "\"", "a file name");
        }
        if (bytes.length > TreePath.NAME_MAX) {
            throw new UnsupportedFeatureException(
                    NAME, offset, "name of " + bytes.length + " bytes in UTF-8", "at most " + TreePath.NAME_MAX);
        }
        if (parent.depth() >= DEPTH_MAX) {
            throw new LimitExceededException(NAME, offset, "deeper than " + DEPTH_MAX + " directories", "");
        }
        return parent.child(bytes);
    }

    private void put(Pending directory, DirectoryEntry entry, TreePath path, long offset) throws IOException {
        long mtime;
        try {
            mtime = entry.written().epochSecond();
        } catch (DateTimeException e) {
            throw new CorruptDataException(NAME, offset + 22, path + ": " + e.getMessage(), "a date");
        }
        if (entry.isDirectory()) {
            if (entry.fileSize() != 0) {
                throw new CorruptDataException(NAME, offset + 28, path + ": DIR_FileSize is not 0", "0");
            }
            tree.put(path, new Inode.Directory(Attributes.ofRoot(0755, mtime)));
            pending.add(new Pending(path, entry.firstCluster(), directory.path.isRoot() ? 0 : directory.cluster));
        } else {
            tree.put(path, new Inode.RegularFile(Attributes.ofRoot(0644, mtime), content(entry, path, offset)));
        }
    }

    private ByteSource content(DirectoryEntry entry, TreePath path, long offset) throws FormatException {
        long size = entry.fileSize();
        long clusters = (size + geometry.clusterBytes() - 1) / geometry.clusterBytes();
        if (clusters == 0) {
            if (entry.firstCluster() != 0) {
                throw new CorruptDataException(NAME, offset + 26, path + " is empty but has a cluster", "none");
            }
            return ByteSource.of(new byte[0]);
        }
        List<AllocationTable.Run> runs = table.chain(path.toString(), entry.firstCluster(), clusters);
        long found = runs.stream().mapToLong(AllocationTable.Run::count).sum();
        if (found != clusters) {
            throw new CorruptDataException(
                    NAME, offset + 28, path + " has " + size + " bytes and " + found + " clusters", clusters + "");
        }
        return ChainSource.of(image, geometry, runs, size);
    }

    private static String shortName(DirectoryEntry entry, long offset) throws FormatException {
        for (byte b : entry.name()) {
            if (b < ' ') {
                throw new UnsupportedFeatureException(
                        NAME, offset, "has a short name with the byte " + (b & 0xff), "ASCII");
            }
        }
        String text = new String(entry.name(), StandardCharsets.US_ASCII);
        String base = text.substring(0, 8).stripTrailing();
        String extension = text.substring(8).stripTrailing();
        if (base.isEmpty() || text.indexOf('/') >= 0) {
            throw new CorruptDataException(NAME, offset, "has the short name \"" + text + "\"", "a name");
        }
        base = (entry.lowerCase() & DirectoryEntry.LOWER_BASE) != 0 ? base.toLowerCase(Locale.ROOT) : base;
        extension = (entry.lowerCase() & DirectoryEntry.LOWER_EXTENSION) != 0
                ? extension.toLowerCase(Locale.ROOT)
                : extension;
        return extension.isEmpty() ? base : base + '.' + extension;
    }
}
