package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds inodes and their data in an image; everything it hands out lies within the image's blocks. */
final class InodeData {
    private final ByteSource image;
    private final ErofsSuperblock superblock;
    private final int bits;

    InodeData(ByteSource image, ErofsSuperblock superblock) {
        this.image = image;
        this.superblock = superblock;
        this.bits = superblock.blockSizeBits();
    }

    ByteSource image() {
        return image;
    }

    /** Position of an inode. */
    long offset(long nid) throws CorruptDataException {
        long start = superblock.metaBlock() << bits;
        if (nid < 0 || nid > (image.size() - start) / ErofsInode.SLOT) {
            throw new CorruptDataException(
                    "erofs_dirent.nid", start, "is " + Long.toUnsignedString(nid), "a slot within the image");
        }
        return start + nid * ErofsInode.SLOT;
    }

    /** The data of an inode that has some. */
    ByteSource content(long nid, ErofsInode inode) throws IOException {
        return inode.layout().isCompressed() ? compressed(nid, inode) : flat(nid, inode);
    }

    private EncodedContent flat(long nid, ErofsInode inode) throws IOException {
        byte[] tail = new byte[0];
        if (inode.layout() == InodeLayout.FLAT_INLINE) {
            int length = (int) (inode.size() & superblock.blockSize() - 1);
            long offset = offset(nid) + inode.inodeBytes() + inode.xattrBytes();
            if ((offset & superblock.blockSize() - 1) + length > superblock.blockSize()) {
                throw new CorruptDataException(
                        "inode " + nid, offset, "an inline tail of " + length + " bytes", "one within its block");
            }
            tail = image.read(offset, length);
        }
        long count = Lclusters.count(inode.size() - tail.length, bits);
        ByteSource blocks = blocks(nid, inode.union(), count);
        EncodedFile file = new EncodedFile(format(1), -1, inode.size(), List.of(), blocks, tail);
        return EncodedContent.ofImage(file, inode.union() << bits);
    }

    private ByteSource blocks(long nid, long first, long count) throws IOException {
        if (count == 0) {
            return ByteSource.of(new byte[0]);
        }
        if (first < 1 || first > superblock.blocks() || count > superblock.blocks() - first) {
            throw new CorruptDataException(
                    "inode " + nid,
                    offset(nid),
                    "data in blocks " + first + " to " + (first + count),
                    "blocks 1 to " + superblock.blocks());
        }
        return image.slice(first << bits, count << bits);
    }

    private EncodedContent compressed(long nid, ErofsInode inode) throws IOException {
        MapHeader header = mapHeader(nid, inode);
        List<PhysicalCluster> clusters = clusters(nid, inode, header);
        long first = Long.MAX_VALUE;
        long end = 0;
        for (PhysicalCluster cluster : clusters) {
            if (!cluster.isInline()) {
                first = Math.min(first, cluster.block());
                end = Math.max(end, cluster.block() + cluster.blocks());
            }
        }
        first = Math.min(first, end);
        ByteSource blocks = blocks(nid, first, end - first);
        List<PhysicalCluster> own = new ArrayList<>();
        for (PhysicalCluster cluster : clusters) {
            own.add(cluster.moved(0, -first));
        }
        byte[] tail = header.inlineBytes() == 0 ? new byte[0] : inlineCluster(nid, inode, header);
        int most = superblock.pclusterBlocksLimit(header.bigPclusters());
        EncodedFile file = new EncodedFile(format(most), header.algorithm(), inode.size(), own, blocks, tail);
        return EncodedContent.ofImage(file, first << bits);
    }

    /** Says the block size; the rest is not known of an image. */
    private ErofsFormat format(int pclusterBlocks) {
        ErofsCompression compression = pclusterBlocks > 1 ? ErofsCompression.LZ4 : ErofsCompression.NONE;
        return new ErofsFormat(bits, compression, 0, pclusterBlocks << bits);
    }

    private long mapHeaderOffset(long nid, ErofsInode inode) throws IOException {
        return offset(nid) + inode.inodeBytes() + inode.xattrBytes() + 7 & ~7L;
    }

    MapHeader mapHeader(long nid, ErofsInode inode) throws IOException {
        if ((superblock.incompatibleFeatures() & ErofsSuperblock.INCOMPAT_ZERO_PADDING) == 0) {
            throw new UnsupportedFeatureException(
                    "erofs_super_block.feature_incompat",
                    ErofsSuperblock.OFFSET + 80,
                    "compressed files without padding in front",
                    "the bit for it");
        }
        long offset = mapHeaderOffset(nid, inode);
        boolean compact = inode.layout() == InodeLayout.COMPRESSED_COMPACT;
        return MapHeader.readFrom(image.read(offset, MapHeader.SIZE), offset, superblock, compact);
    }

    /** What is behind the index of an inode that holds its last cluster. */
    private byte[] inlineCluster(long nid, ErofsInode inode, MapHeader header) throws IOException {
        long offset = mapHeaderOffset(nid, inode) + MapHeader.SIZE;
        long count = Lclusters.count(inode.size(), bits);
        boolean full = inode.layout() == InodeLayout.COMPRESSED_FULL;
        offset += full
                ? FullIndex.size(count)
                : compactIndex(header, offset, (int) count).size();
        if ((offset & superblock.blockSize() - 1) + header.inlineBytes() > superblock.blockSize()) {
            throw new CorruptDataException(
                    "inode " + nid,
                    offset,
                    "an inline cluster of " + header.inlineBytes() + " bytes",
                    "one within its block");
        }
        return read(offset, header.inlineBytes());
    }

    /** The physical clusters of a compressed file, by blocks of the image. */
    List<PhysicalCluster> clusters(long nid, ErofsInode inode, MapHeader header) throws IOException {
        List<PhysicalCluster> clusters = indexed(nid, inode, header);
        if (header.inlineBytes() == 0) {
            return clusters;
        }
        if (clusters.isEmpty()) {
            throw new CorruptDataException("inode " + nid, offset(nid), "an inline cluster of nothing", "a size");
        }
        PhysicalCluster last = clusters.remove(clusters.size() - 1);
        if (last.blocks() != 1 || !last.compressed() && last.length() != header.inlineBytes()) {
            throw new CorruptDataException(
                    "inode " + nid,
                    offset(nid),
                    "an inline cluster of " + header.inlineBytes() + " bytes for " + last.length() + ", "
                            + last.blocks() + " blocks",
                    "one of less than a block, as long as what it holds if it is plain");
        }
        clusters.add(new PhysicalCluster(last.start(), last.length(), last.block(), 0, last.compressed()));
        return clusters;
    }

    private List<PhysicalCluster> indexed(long nid, ErofsInode inode, MapHeader header) throws IOException {
        long offset = mapHeaderOffset(nid, inode) + MapHeader.SIZE;
        long count = Lclusters.count(inode.size(), bits);
        // An entry takes two bytes at least, so that this bounds what is allocated for them.
        if (count > image.size() / 2) {
            throw new CorruptDataException(
                    "erofs_inode.i_size", offset(nid), "is " + inode.size(), "a size that its index can cover");
        }
        Lclusters lclusters;
        if (inode.layout() == InodeLayout.COMPRESSED_FULL) {
            byte[] bytes = read(offset, FullIndex.size(count));
            lclusters = FullIndex.read(bytes, offset, bits, (int) count);
        } else {
            CompactIndex index = compactIndex(header, offset, (int) count);
            lclusters = index.read(read(offset, index.size()));
        }
        return lclusters.toClusters(
                inode.size(), header, superblock.pclusterBlocksLimit(header.bigPclusters()), offset);
    }

    private CompactIndex compactIndex(MapHeader header, long offset, int count) throws UnsupportedFeatureException {
        if (bits > (header.compacted2b() ? Lclusters.MAX_2B_BITS : Lclusters.MAX_COMPACT_BITS)) {
            throw new UnsupportedFeatureException(
                    "z_erofs_map_header.h_advise", offset, "a compact index for large blocks", "a full one");
        }
        return new CompactIndex(header, bits, offset, count);
    }

    private byte[] read(long offset, long length) throws IOException {
        ByteSource.checkRange(image, offset, length);
        if (length > Integer.MAX_VALUE - 8) {
            throw new CorruptDataException("cluster index", offset, "is " + length + " bytes", "less than 2 GiB");
        }
        return image.read(offset, (int) length);
    }
}
