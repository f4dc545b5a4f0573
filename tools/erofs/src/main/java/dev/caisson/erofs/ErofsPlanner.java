package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lays out an image (see the package's page for the order of its parts). */
public final class ErofsPlanner {
    private static final byte[] DOT = {'.'};
    private static final byte[] DOT_DOT = {'.', '.'};
    /** Metadata are built in memory. */
    private static final long MAX_PART_BYTES = 1L << 30;
    /** Slot 0 stays empty: some readers take inode number 0 for none. */
    private static final int FIRST_NID = 1;

    private final ErofsVolume volume;
    private final ErofsFormat format;
    private final Map<TreePath, PlannedInode> byPath = new TreeMap<>();
    private final List<PlannedInode> inodes = new ArrayList<>();
    private final Map<TreePath, List<TreePath>> children = new TreeMap<>();
    private final List<PlacedBytes> regions = new ArrayList<>();
    private long nextBlock;

    private ErofsPlanner(ErofsVolume volume) {
        this.volume = volume;
        this.format = volume.format();
        this.nextBlock = ErofsSuperblock.reservedBlocks(format);
    }

    /**
     * Plans an image. Files whose content is an {@link EncodedContent} of the volume's format are placed as they are. Other contents
     * are read and encoded here, and kept in memory. Inodes with the same contents share the blocks of the first of them in the
     * order of paths, at the place of the first in the order of data.
     *
     * @param dataOrder files whose blocks come first, in this order; those of all others follow in the order of their paths.
     *     Files that are not in the tree are passed over.
     * @throws FormatException when the tree has what the format cannot say (names of extended attributes, sizes)
     * @throws IOException when contents cannot be read
     */
    public static ErofsPlan plan(FileTree tree, ErofsVolume volume, List<Inode.RegularFile> dataOrder)
            throws IOException {
        return plan(tree, volume, dataOrder, Map.of());
    }

    /**
     * As above, with room for what stands before a file in {@code dataOrder} to grow.
     *
     * @param gaps blocks left free before a file's own, by the file's object; nothing for files without blocks
     */
    public static ErofsPlan plan(
            FileTree tree, ErofsVolume volume, List<Inode.RegularFile> dataOrder, Map<Inode.RegularFile, Integer> gaps)
            throws IOException {
        return new ErofsPlanner(volume).place(tree, dataOrder, gaps);
    }

    private ErofsPlan place(FileTree tree, List<Inode.RegularFile> dataOrder, Map<Inode.RegularFile, Integer> gaps)
            throws IOException {
        collect(tree);
        countLinks();
        XattrTable xattrs = planXattrs();
        encodeContents();
        for (PlannedInode inode : inodes) {
            inode.size = size(inode);
            inode.chooseForm(volume);
        }
        placeFiles(dataOrder, gaps);
        long metaBlock = nextBlock;
        long inodeBytes = placeInodes();
        placeOtherData();
        long xattrBlock = placeXattrs(xattrs);
        fillDirectories();
        emitInodes(metaBlock, inodeBytes);
        addRegion(xattrBlock, ByteSource.of(xattrs.sharedArea()));
        boolean inlineClusters = inodes.stream().anyMatch(inode -> inode.inlineCluster);
        ErofsSuperblock superblock = ErofsSuperblock.of(
                volume,
                (int) byPath.get(TreePath.ROOT).nid,
                inodes.size(),
                nextBlock,
                metaBlock,
                xattrBlock,
                inlineClusters);
        regions.add(0, new PlacedBytes(0, ByteSource.of(superblock.encode())));
        return new ErofsPlan(superblock, regions, nextBlock << format.blockSizeBits());
    }

    private void collect(FileTree tree) {
        IdentityHashMap<Inode, PlannedInode> seen = new IdentityHashMap<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            TreePath path = entry.getKey();
            Inode inode = entry.getValue();
            PlannedInode planned = seen.get(inode);
            // A directory has one name; the same object at two paths is two directories with the same attributes.
            if (planned == null || inode instanceof Inode.Directory) {
                planned = new PlannedInode(path, inode, inodes.size() + 1L);
                inodes.add(planned);
                seen.put(inode, planned);
            }
            byPath.put(path, planned);
            if (!path.isRoot()) {
                children.computeIfAbsent(path.parent(), parent -> new ArrayList<>())
                        .add(path);
            }
        }
    }

    private void countLinks() {
        byPath.forEach((path, planned) -> {
            boolean directory = planned.inode instanceof Inode.Directory;
            planned.nlink += directory ? 2 : 1;
            if (directory && !path.isRoot()) {
                byPath.get(path.parent()).nlink++;
            }
        });
    }

    private XattrTable planXattrs() throws FormatException {
        Map<TreePath, Inode> firstPaths = new LinkedHashMap<>();
        for (PlannedInode inode : inodes) {
            firstPaths.put(inode.path, inode.inode);
        }
        XattrTable table = XattrTable.of(firstPaths);
        for (PlannedInode inode : inodes) {
            inode.xattrs = table.body(inode.path, inode.inode.attributes().xattrs());
        }
        return table;
    }

    private void encodeContents() throws IOException {
        IdenticalFiles identical = new IdenticalFiles();
        try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
            for (PlannedInode inode : inodes) {
                if (inode.inode instanceof Inode.RegularFile file) {
                    boolean ready = file.content() instanceof EncodedContent encoded && encoded.isPlaceable(format);
                    EncodedFile own = ready ? ((EncodedContent) file.content()).file() : encoder.encode(file.content());
                    inode.file = identical.firstLike(own);
                } else if (inode.inode instanceof Inode.Symlink link) {
                    inode.data = link.target();
                }
            }
        }
    }

    private long size(PlannedInode inode) {
        if (inode.inode instanceof Inode.Directory) {
            return DirectoryBlocks.size(names(inode.path), format.blockSize());
        }
        return inode.file != null ? inode.file.size() : inode.data.length;
    }

    private List<byte[]> names(TreePath directory) {
        List<byte[]> names = new ArrayList<>(List.of(DOT, DOT_DOT));
        for (TreePath child : children.getOrDefault(directory, List.of())) {
            names.add(child.nameBytes());
        }
        names.sort(Arrays::compareUnsigned);
        return names;
    }

    /** Gives blocks to the contents of regular files: those asked for first, then the others by path. */
    private void placeFiles(List<Inode.RegularFile> dataOrder, Map<Inode.RegularFile, Integer> gaps)
            throws FormatException {
        IdentityHashMap<Inode, PlannedInode> planned = new IdentityHashMap<>();
        inodes.forEach(inode -> planned.put(inode.inode, inode));
        Set<EncodedFile> order = Collections.newSetFromMap(new IdentityHashMap<>());
        List<EncodedFile> files = new ArrayList<>();
        List<PlannedInode> wanted = new ArrayList<>();
        dataOrder.stream().map(planned::get).filter(inode -> inode != null).forEach(wanted::add);
        wanted.addAll(inodes);
        for (PlannedInode inode : wanted) {
            if (inode.file != null && order.add(inode.file)) {
                files.add(inode.file);
            }
        }
        Set<EncodedFile> withTailBlock = Collections.newSetFromMap(new IdentityHashMap<>());
        for (PlannedInode inode : inodes) {
            if (inode.hasTailBlock()) {
                withTailBlock.add(inode.file);
            }
        }
        IdentityHashMap<EncodedFile, Integer> before = new IdentityHashMap<>();
        for (PlannedInode inode : wanted) {
            if (inode.inode instanceof Inode.RegularFile file && gaps.containsKey(file)) {
                before.putIfAbsent(inode.file, gaps.get(file));
            }
        }
        IdentityHashMap<EncodedFile, Long> places = new IdentityHashMap<>();
        for (EncodedFile file : files) {
            take(before.getOrDefault(file, 0));
            places.put(file, placeFile(file, withTailBlock.contains(file)));
        }
        for (PlannedInode inode : inodes) {
            inode.firstBlock = inode.file == null ? 0 : places.get(inode.file);
        }
    }

    private long placeFile(EncodedFile file, boolean tailBlock) throws FormatException {
        long block = take(file.blockCount());
        addRegion(block, file.blocks());
        if (tailBlock) {
            long tail = take(1);
            addRegion(tail, ByteSource.of(file.tailBlock()));
            return file.blockCount() == 0 ? tail : block;
        }
        // A file without blocks has no address.
        return file.blockCount() == 0 ? 0 : block;
    }

    private long take(long blocks) throws FormatException {
        long first = nextBlock;
        nextBlock += blocks;
        if (nextBlock > 0xffffffffL) {
            throw tooLarge("image", nextBlock + " blocks", "fewer than 2^32 blocks");
        }
        return first;
    }

    private void addRegion(long block, ByteSource source) {
        if (source.size() > 0) {
            regions.add(new PlacedBytes(block << format.blockSizeBits(), source));
        }
    }

    private static LimitExceededException tooLarge(String what, String actual, String expected) {
        return new LimitExceededException(what, FormatException.NO_OFFSET, actual, expected);
    }

    /** Numbers the inodes, the root's first as its number has 16 bits only, and takes the blocks for them. */
    private long placeInodes() throws FormatException {
        SlotAllocator slots = new SlotAllocator(format.blockSize(), (long) FIRST_NID * ErofsInode.SLOT);
        for (PlannedInode inode : inodes) {
            inode.nid = slots.allocate(inode.metadataBytes(format), inode.isWithinBlock()) / ErofsInode.SLOT;
        }
        checkPart("inodes", slots.size());
        take(Lclusters.count(slots.size(), format.blockSizeBits()));
        return slots.size();
    }

    private static void checkPart(String part, long bytes) throws FormatException {
        if (bytes > MAX_PART_BYTES) {
            throw tooLarge(part, "are " + bytes + " bytes", "at most " + MAX_PART_BYTES + " bytes");
        }
    }

    /** Blocks of directories and long link targets. */
    private void placeOtherData() throws FormatException {
        for (PlannedInode inode : inodes) {
            if (inode.file == null && inode.dataBlocks(format) > 0) {
                checkPart(inode.path.toString(), inode.size);
                inode.firstBlock = take(inode.dataBlocks(format));
            }
        }
    }

    private long placeXattrs(XattrTable xattrs) throws FormatException {
        byte[] area = xattrs.sharedArea();
        if (area.length == 0) {
            return 0;
        }
        return take(Lclusters.count(area.length, format.blockSizeBits()));
    }

    private void fillDirectories() {
        byPath.forEach((path, planned) -> {
            if (planned.inode instanceof Inode.Directory) {
                planned.data = DirectoryBlocks.encode(entries(path, planned), format.blockSize());
            }
        });
    }

    private List<DirectoryBlocks.Entry> entries(TreePath path, PlannedInode directory) {
        List<DirectoryBlocks.Entry> entries = new ArrayList<>();
        entries.add(entry(DOT, directory));
        entries.add(entry(DOT_DOT, byPath.get(path.parent())));
        for (TreePath child : children.getOrDefault(path, List.of())) {
            entries.add(entry(child.nameBytes(), byPath.get(child)));
        }
        entries.sort((a, b) -> Arrays.compareUnsigned(a.name(), b.name()));
        return entries;
    }

    private static DirectoryBlocks.Entry entry(byte[] name, PlannedInode inode) {
        return new DirectoryBlocks.Entry(name, inode.nid, DirectoryBlocks.fileType(PlannedInode.typeBits(inode.inode)));
    }

    private void emitInodes(long metaBlock, long inodeBytes) {
        byte[] area = new byte[(int) inodeBytes];
        for (PlannedInode inode : inodes) {
            byte[] bytes = inode.encode(format);
            System.arraycopy(bytes, 0, area, (int) inode.nid * ErofsInode.SLOT, bytes.length);
        }
        addRegion(metaBlock, ByteSource.of(area));
        for (PlannedInode inode : inodes) {
            if (inode.file == null && inode.dataBlocks(format) > 0) {
                long bytes = Math.min(inode.data.length, inode.dataBlocks(format) << format.blockSizeBits());
                addRegion(inode.firstBlock, ByteSource.of(inode.data).slice(0, bytes));
            }
        }
    }
}
