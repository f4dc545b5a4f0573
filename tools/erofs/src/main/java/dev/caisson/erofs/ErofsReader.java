package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the metadata of an image: superblock, every inode that a directory leads to, every directory, attribute and cluster
 * index. Contents are read later, through the tree.
 */
public final class ErofsReader {
    /** {@code PATH_MAX}: what no process could open cannot be in a tree that we would pass on. */
    private static final int MAX_PATH_BYTES = 4096;

    private final ErofsSuperblock superblock;
    private final InodeData data;
    private final SortedMap<Long, ErofsInode> inodes = new TreeMap<>();
    private final Map<Long, Long> links = new HashMap<>();
    private final Map<Long, Inode> files = new HashMap<>();
    private final Set<Long> directories = new HashSet<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long directoryBytes;
    private FileTree.Builder tree;

    /** A directory whose entries have not been read yet. */
    private record Pending(TreePath path, long nid, long parentNid) {}

    private ErofsReader(ErofsSuperblock superblock, InodeData data) {
        this.superblock = superblock;
        this.data = data;
    }

    /**
     * Opens an image. The source must stay readable as long as contents of the tree are.
     *
     * @throws dev.caisson.bytes.FormatException for anything that is not an image as the kernel would take it
     */
    public static ErofsImage open(ByteSource source) throws IOException {
        ErofsSuperblock superblock = ErofsSuperblock.readFrom(source);
        ByteSource image = source.slice(0, superblock.blocks() << superblock.blockSizeBits());
        InodeData data = new InodeData(image, superblock);
        ErofsReader reader = new ErofsReader(superblock, data);
        FileTree tree = reader.readTree();
        return new ErofsImage(superblock, data, tree, reader.inodes, reader.links);
    }

    private FileTree readTree() throws IOException {
        long rootNid = superblock.rootNid();
        ErofsInode root = inode(rootNid);
        if (!root.isDirectory()) {
            throw corrupt(rootNid, "the root is no directory", "one");
        }
        tree = FileTree.builder(attributes(rootNid, root));
        enter(TreePath.ROOT, rootNid, rootNid, root);
        while (!pending.isEmpty()) {
            readDirectory(pending.removeFirst());
        }
        return tree.build();
    }

    private ErofsInode inode(long nid) throws IOException {
        ErofsInode known = inodes.get(nid);
        if (known == null) {
            known = ErofsInode.readFrom(data.image(), data.offset(nid), superblock);
            inodes.put(nid, known);
        }
        return known;
    }

    private void enter(TreePath path, long nid, long parentNid, ErofsInode inode) throws IOException {
        if (!directories.add(nid)) {
            throw corrupt(nid, "directory " + path + " has a second name", "one");
        }
        directoryBytes += Math.min(inode.size(), data.image().size());
        // Real directories do not overlap; without this bound a small image could have enormous trees.
        if (inode.size() > data.image().size() || directoryBytes > data.image().size()) {
            throw corrupt(
                    nid,
                    "directories are larger than the image",
                    "at most " + data.image().size() + " bytes");
        }
        pending.addLast(new Pending(path, nid, parentNid));
    }

    private void readDirectory(Pending directory) throws IOException {
        ErofsInode inode = inode(directory.nid());
        byte[] bytes = data.content(directory.nid(), inode).readAll(Integer.MAX_VALUE - 8);
        List<DirectoryBlocks.Entry> entries =
                DirectoryBlocks.decode(bytes, superblock.blockSize(), data.offset(directory.nid()));
        int dots = 0;
        for (DirectoryBlocks.Entry entry : entries) {
            if (isDots(entry.name(), 1)) {
                dots += entry.nid() == directory.nid() ? 1 : 0;
            } else if (isDots(entry.name(), 2)) {
                dots += entry.nid() == directory.parentNid() ? 1 : 0;
            } else {
                add(directory, entry);
            }
        }
        if (dots != 2) {
            throw corrupt(directory.nid(), "entries . and .. of " + directory.path() + " lead elsewhere", "both right");
        }
    }

    private static boolean isDots(byte[] name, int count) {
        return name.length == count && name[0] == '.' && name[count - 1] == '.';
    }

    private void add(Pending directory, DirectoryBlocks.Entry entry) throws IOException {
        TreePath path = directory.path().child(entry.name());
        if (path.bytes().length >= MAX_PATH_BYTES) {
            throw new LimitExceededException(
                    "erofs_dirent",
                    data.offset(directory.nid()),
                    "a path of " + path.bytes().length + " bytes",
                    "fewer than " + MAX_PATH_BYTES + " bytes");
        }
        ErofsInode inode = inode(entry.nid());
        if (entry.fileType() != DirectoryBlocks.fileType(inode.type())) {
            throw corrupt(entry.nid(), "entry " + path + " says type " + entry.fileType(), "the inode's type");
        }
        links.merge(entry.nid(), 1L, Long::sum);
        if (inode.isDirectory()) {
            enter(path, entry.nid(), directory.nid(), inode);
            tree.put(path, new Inode.Directory(attributes(entry.nid(), inode)));
            links.merge(directory.nid(), 1L, Long::sum);
        } else {
            Inode file = files.get(entry.nid());
            if (file == null) {
                file = file(entry.nid(), inode);
                files.put(entry.nid(), file);
            }
            tree.put(path, file);
        }
    }

    private Inode file(long nid, ErofsInode inode) throws IOException {
        Attributes attributes = attributes(nid, inode);
        return switch (inode.type()) {
            case ErofsInode.S_IFREG -> new Inode.RegularFile(attributes, data.content(nid, inode));
            case ErofsInode.S_IFLNK -> new Inode.Symlink(attributes, target(nid, inode));
            case ErofsInode.S_IFCHR, ErofsInode.S_IFBLK -> device(attributes, nid, inode);
            case ErofsInode.S_IFIFO -> new Inode.Fifo(attributes);
            default -> new Inode.Socket(attributes);
        };
    }

    private Inode device(Attributes attributes, long nid, ErofsInode inode) throws CorruptDataException {
        boolean block = inode.type() == ErofsInode.S_IFBLK;
        if (inode.layout() != InodeLayout.FLAT_PLAIN) {
            throw corrupt(nid, "a device of layout " + inode.layout(), "FLAT_PLAIN");
        }
        return new Inode.Device(attributes, block, inode.deviceMajor(), inode.deviceMinor());
    }

    private byte[] target(long nid, ErofsInode inode) throws IOException {
        if (inode.size() < 1 || inode.size() >= MAX_PATH_BYTES) {
            throw corrupt(nid, "a link target of " + inode.size() + " bytes", "1 to 4095");
        }
        byte[] target = data.content(nid, inode).read(0, (int) inode.size());
        for (byte b : target) {
            if (b == 0) {
                throw corrupt(nid, "a NUL in link target " + Arrays.toString(target), "none");
            }
        }
        return target;
    }

    private Attributes attributes(long nid, ErofsInode inode) throws IOException {
        return new Attributes(
                inode.mode() & 07777,
                inode.uid(),
                inode.gid(),
                inode.mtimeSeconds(),
                inode.mtimeNanos(),
                XattrTable.read(data.image(), superblock, data.offset(nid) + inode.inodeBytes(), inode.xattrBytes()));
    }

    private CorruptDataException corrupt(long nid, String actual, String expected) throws CorruptDataException {
        return new CorruptDataException("inode " + nid, data.offset(nid), actual, expected);
    }
}
