package dev.caisson.erofs;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;

/** An image that was read ({@link ErofsReader#open}). For any number of threads. */
public final class ErofsImage {
    private static final int READ_BYTES = 1 << 20;

    private final ErofsSuperblock superblock;
    private final InodeData data;
    private final FileTree tree;
    private final SortedMap<Long, ErofsInode> inodes;
    private final Map<Long, Long> links;

    ErofsImage(
            ErofsSuperblock superblock,
            InodeData data,
            FileTree tree,
            SortedMap<Long, ErofsInode> inodes,
            Map<Long, Long> links) {
        this.superblock = superblock;
        this.data = data;
        this.tree = tree;
        this.inodes = inodes;
        this.links = links;
    }

    /** The superblock. */
    public ErofsSuperblock superblock() {
        return superblock;
    }

    /** The tree; contents of files are decoded when they are read. Hard links are one inode object. */
    public FileTree tree() {
        return tree;
    }

    SortedMap<Long, ErofsInode> inodes() {
        return inodes;
    }

    InodeData data() {
        return data;
    }

    /**
     * Reads the contents of every file and checks what opening did not need: numbers of links, of inodes, of compressed
     * blocks. Only the superblock has a checksum; damage to stored contents shows where it breaks a compressed stream.
     *
     * @throws dev.caisson.bytes.FormatException when something is wrong
     */
    public void verify() throws IOException {
        if (superblock.inodes() != inodes.size()) {
            throw new CorruptDataException(
                    "erofs_super_block.inos",
                    ErofsSuperblock.OFFSET + 16,
                    "is " + superblock.inodes(),
                    inodes.size() + ", the number of inodes");
        }
        for (Map.Entry<Long, ErofsInode> entry : inodes.entrySet()) {
            verify(entry.getKey(), entry.getValue());
        }
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            if (entry.getValue() instanceof Inode.RegularFile file) {
                for (long at = 0; at < file.content().size(); at += buffer.limit()) {
                    buffer.clear()
                            .limit((int) Math.min(READ_BYTES, file.content().size() - at));
                    file.content().readFully(at, buffer);
                }
            }
        }
    }

    private void verify(long nid, ErofsInode inode) throws IOException {
        boolean root = nid == superblock.rootNid();
        // A directory's own "." and, for the root, ".." count besides the names found.
        long expected = links.getOrDefault(nid, 0L) + (inode.isDirectory() ? 1 : 0) + (root ? 1 : 0);
        if (inode.nlink() != expected) {
            throw new CorruptDataException(
                    "inode " + nid + ", i_nlink", data.offset(nid), "is " + inode.nlink(), "" + expected);
        }
        if (inode.layout().isCompressed()) {
            long blocks = data.clusters(nid, inode, data.mapHeader(nid, inode)).stream()
                    .mapToLong(PhysicalCluster::blocks)
                    .sum();
            if (inode.union() != blocks) {
                throw new CorruptDataException(
                        "inode " + nid + ", i_u.compressed_blocks",
                        data.offset(nid),
                        "is " + inode.union(),
                        "" + blocks);
            }
        }
    }
}
