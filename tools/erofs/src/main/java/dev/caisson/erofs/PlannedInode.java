package dev.caisson.erofs;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.util.List;

/**
 * One inode while its image is planned. The planner fills it in the order of the fields: what is stored, then its form, then
 * its place.
 */
final class PlannedInode {
    final TreePath path;
    final Inode inode;
    final long ino;
    long nlink;
    byte[] xattrs = new byte[0];

    /** Contents of a regular file. */
    EncodedFile file;
    /** Data of anything else that has some; a directory's are known last. */
    byte[] data = new byte[0];

    long size;
    boolean extended;
    InodeLayout layout = InodeLayout.FLAT_PLAIN;
    /** Whether the last cluster of a compressed file is behind its index. */
    boolean inlineCluster;

    long nid;
    /** First block of flat data. */
    long firstBlock;

    PlannedInode(TreePath path, Inode inode, long ino) {
        this.path = path;
        this.inode = inode;
        this.ino = ino;
    }

    /** Decides the inode's form once size, links and attributes are known. */
    void chooseForm(ErofsVolume volume) {
        Attributes a = inode.attributes();
        boolean epoch = a.mtimeSeconds() == volume.epochSeconds() && a.mtimeNanos() == 0;
        extended = volume.extendedInodes() || !epoch || !ErofsInode.fitsCompact(size, a.uid(), a.gid(), nlink);
        int tail = tailLength(volume.format());
        if (file != null && file.isCompressed()) {
            layout = volume.compactIndexes() ? InodeLayout.COMPRESSED_COMPACT : InodeLayout.COMPRESSED_FULL;
            inlineCluster = tail > 0
                    && metadataBytes(volume.format()) + tail <= volume.format().blockSize();
        } else if (tail > 0 && headBytes() + tail <= volume.format().blockSize()) {
            layout = InodeLayout.FLAT_INLINE;
        }
    }

    /** Bytes after the last whole block that may go into the inode. */
    int tailLength(ErofsFormat format) {
        return file != null ? file.inlineTailLength() : (int) (size & format.blockSize() - 1);
    }

    /** Whether a tail of contents gets a block of its own, behind the others. */
    boolean hasTailBlock() {
        boolean within = layout == InodeLayout.FLAT_INLINE || inlineCluster;
        return file != null && file.inlineTailLength() > 0 && !within;
    }

    /** Whether something must lie within one block of metadata. */
    boolean isWithinBlock() {
        return layout == InodeLayout.FLAT_INLINE || inlineCluster;
    }

    /** Bytes of the inode and its attributes. */
    int headBytes() {
        return (extended ? ErofsInode.EXTENDED_SIZE : ErofsInode.COMPACT_SIZE) + xattrs.length;
    }

    private int mapHeaderOffset() {
        return headBytes() + 7 & ~7;
    }

    /** Blocks of data outside the inode; not for regular files. */
    long dataBlocks(ErofsFormat format) {
        long inline = layout == InodeLayout.FLAT_INLINE ? tailLength(format) : 0;
        return Lclusters.count(size - inline, format.blockSizeBits());
    }

    /** Bytes of metadata: inode, attributes, and a tail or a cluster index. */
    long metadataBytes(ErofsFormat format) {
        if (layout == InodeLayout.FLAT_INLINE) {
            return (long) headBytes() + tailLength(format);
        }
        if (!layout.isCompressed()) {
            return headBytes();
        }
        long count = Lclusters.count(size, format.blockSizeBits());
        int indexOffset = mapHeaderOffset() + MapHeader.SIZE;
        long index = layout == InodeLayout.COMPRESSED_FULL
                ? FullIndex.size(count)
                : compactIndex(format, (int) count).size();
        return indexOffset + index + (inlineCluster ? file.inlineTailLength() : 0);
    }

    private CompactIndex compactIndex(ErofsFormat format, int count) {
        // Slots are multiples of 32, so the offset within the inode is as good as that in the image.
        int indexOffset = mapHeaderOffset() + MapHeader.SIZE;
        return new CompactIndex(MapHeader.of(format, true, 0), format.blockSizeBits(), indexOffset, count);
    }

    /** The metadata. */
    byte[] encode(ErofsFormat format) {
        BinaryWriter out = BinaryWriter.littleEndian(256);
        onDisk().writeTo(out);
        out.bytes(xattrs);
        if (layout == InodeLayout.FLAT_INLINE) {
            int tail = tailLength(format);
            out.bytes(file != null ? file.inlineTail() : data, file != null ? 0 : data.length - tail, tail);
        } else if (layout.isCompressed()) {
            boolean compact = layout == InodeLayout.COMPRESSED_COMPACT;
            List<PhysicalCluster> stored = hasTailBlock() ? file.clustersWithTailBlock() : file.clusters();
            Lclusters clusters = Lclusters.of(stored, size, format.blockSizeBits(), firstBlock, format.bigPclusters());
            out.alignTo(8);
            MapHeader.of(format, compact, inlineCluster ? file.inlineTailLength() : 0)
                    .writeTo(out);
            if (compact) {
                out.bytes(compactIndex(format, clusters.count()).write(clusters));
            } else {
                FullIndex.write(clusters, out);
            }
            if (inlineCluster) {
                out.bytes(file.inlineTail());
            }
        }
        return out.toByteArray();
    }

    private ErofsInode onDisk() {
        Attributes a = inode.attributes();
        return new ErofsInode(
                extended,
                layout,
                xattrs.length,
                typeBits(inode) | a.mode(),
                nlink,
                size,
                union(),
                ino,
                a.uid(),
                a.gid(),
                a.mtimeSeconds(),
                a.mtimeNanos());
    }

    private long union() {
        if (inode instanceof Inode.Device device) {
            return ErofsInode.deviceNumber(device.major(), device.minor());
        }
        return layout.isCompressed() ? file.blockCount() + (hasTailBlock() ? 1 : 0) : firstBlock;
    }

    static int typeBits(Inode inode) {
        return switch (inode.typeLetter()) {
            case 'd' -> ErofsInode.S_IFDIR;
            case 'f' -> ErofsInode.S_IFREG;
            case 'l' -> ErofsInode.S_IFLNK;
            case 'c' -> ErofsInode.S_IFCHR;
            case 'b' -> ErofsInode.S_IFBLK;
            case 'p' -> ErofsInode.S_IFIFO;
            case 's' -> ErofsInode.S_IFSOCK;
            default -> throw new IllegalStateException("file type " + inode.typeLetter());
        };
    }
}
