package dev.caisson.erofs;

import dev.caisson.filetree.TreeDump;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * The canonical text of an image's structures: the superblock field by field, each inode in the order of the numbers, the physical clusters
 * of compressed files, then the tree ({@link TreeDump}). Contents and data blocks are not shown.
 */
public final class ErofsDump {
    private ErofsDump() {}

    /** Dumps an image. */
    public static String of(ErofsImage image) throws IOException {
        StringBuilder out = new StringBuilder();
        superblock(out, image.superblock());
        for (Map.Entry<Long, ErofsInode> entry : image.inodes().entrySet()) {
            inode(out, image, entry.getKey(), entry.getValue());
        }
        return out.append(TreeDump.of(image.tree(), false)).toString();
    }

    private static void superblock(StringBuilder out, ErofsSuperblock s) {
        line(out, "superblock");
        line(out, "  feature_compat 0x%x", s.compatibleFeatures());
        line(out, "  feature_incompat 0x%x", s.incompatibleFeatures());
        line(out, "  blkszbits %d", s.blockSizeBits());
        line(out, "  root_nid %d", s.rootNid());
        line(out, "  inos %d", s.inodes());
        line(out, "  build_time %d.%09d", s.buildSeconds(), s.buildNanos());
        line(out, "  blocks %d", s.blocks());
        line(out, "  meta_blkaddr %d", s.metaBlock());
        line(out, "  xattr_blkaddr %d", s.xattrBlock());
        line(out, "  uuid %s", s.uuid());
        line(out, "  volume_name %s", s.label());
        line(out, "  available_compr_algs 0x%x", s.algorithms());
        line(out, "  lz4_max_distance %d", s.lz4MaxDistance());
        line(out, "  max_pclusterblks %d", s.maxPclusterBlocks());
        line(out, "  zstd_windowlog %d", s.zstdWindowLog());
    }

    private static void inode(StringBuilder out, ErofsImage image, long nid, ErofsInode i) throws IOException {
        line(
                out,
                "inode %d: %s %s mode %06o nlink %d size %d u %d ino %d uid %d gid %d mtime %d.%09d xattr %d",
                nid,
                i.extended() ? "extended" : "compact",
                i.layout(),
                i.mode(),
                i.nlink(),
                i.size(),
                i.union(),
                i.ino(),
                i.uid(),
                i.gid(),
                i.mtimeSeconds(),
                i.mtimeNanos(),
                i.xattrBytes());
        if (i.layout().isCompressed()) {
            MapHeader header = image.data().mapHeader(nid, i);
            line(out, "  advise 0x%x algorithm %d", header.advise(), header.algorithm());
            for (PhysicalCluster c : image.data().clusters(nid, i, header)) {
                line(
                        out,
                        "  %d+%d: %s, %d blocks from %d",
                        c.start(),
                        c.length(),
                        c.compressed() ? "compressed" : "plain",
                        c.blocks(),
                        c.block());
            }
        }
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
