package dev.caisson.erofs;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * {@code struct erofs_inode_compact} (32 bytes) and {@code struct erofs_inode_extended} (64 bytes).
 *
 * <pre>
 *            compact   extended
 * i_format        0 2       0 2   bit 0 extended, bits 1-3 layout
 * i_xattr_icount  2 2       2 2   size of the attributes after the inode: 0, or 4 × count + 8 bytes
 * i_mode          4 2       4 2
 * i_nlink         6 2      44 4
 * i_size          8 4       8 8
 * i_u            16 4      16 4   first block of flat data, number of compressed blocks, or device number
 * i_ino          20 4      20 4
 * i_uid          24 2      24 4
 * i_gid          26 2      28 4
 * i_mtime           -      32 8   seconds since 1970; compact inodes take the superblock's build time
 * i_mtime_nsec      -      40 4
 * </pre>
 *
 * @param extended whether it is of the 64-byte form
 * @param layout where the data are
 * @param xattrBytes size of the attributes after the inode: 0, or 12 and more by 4
 * @param mode file type and permissions, as in {@code st_mode}
 * @param nlink number of names
 * @param size size in bytes
 * @param union {@code i_u}
 * @param ino number for 32-bit {@code stat}
 * @param uid owner
 * @param gid group
 * @param mtimeSeconds modification time in seconds since 1970
 * @param mtimeNanos nanoseconds within that second
 */
record ErofsInode(
        boolean extended,
        InodeLayout layout,
        int xattrBytes,
        int mode,
        long nlink,
        long size,
        long union,
        long ino,
        long uid,
        long gid,
        long mtimeSeconds,
        int mtimeNanos) {
    static final int SLOT = 32;
    static final int COMPACT_SIZE = 32;
    static final int EXTENDED_SIZE = 64;

    static final int S_IFMT = 0xf000;
    static final int S_IFIFO = 0x1000;
    static final int S_IFCHR = 0x2000;
    static final int S_IFDIR = 0x4000;
    static final int S_IFBLK = 0x6000;
    static final int S_IFREG = 0x8000;
    static final int S_IFLNK = 0xa000;
    static final int S_IFSOCK = 0xc000;

    /** Whether the small form can hold these values. */
    static boolean fitsCompact(long size, long uid, long gid, long nlink) {
        return size <= 0xffffffffL && uid <= 0xffff && gid <= 0xffff && nlink <= 0xffff;
    }

    int type() {
        return mode & S_IFMT;
    }

    boolean isDirectory() {
        return type() == S_IFDIR;
    }

    int inodeBytes() {
        return extended ? EXTENDED_SIZE : COMPACT_SIZE;
    }

    void writeTo(BinaryWriter out) {
        int count = xattrBytes == 0 ? 0 : (xattrBytes - XattrTable.HEADER) / 4 + 1;
        out.u16((extended ? 1 : 0) | layout.number() << 1).u16(count).u16(mode);
        if (extended) {
            out.u16(0).u64(size).u32(union).u32(ino).u32(uid).u32(gid);
            out.u64(mtimeSeconds).u32(mtimeNanos).u32(nlink).zeros(16);
        } else {
            out.u16((int) nlink).u32(size).u32(0).u32(union).u32(ino);
            out.u16((int) uid).u16((int) gid).u32(0);
        }
    }

    /** Reads the inode at an offset of the image. */
    static ErofsInode readFrom(ByteSource image, long offset, ErofsSuperblock superblock) throws IOException {
        int format = reader(image, offset, 2).u16();
        boolean extended = (format & 1) != 0;
        InodeLayout layout = InodeLayout.of(format >> 1 & 7);
        if (format >> 4 != 0 || layout == null) {
            throw new UnsupportedFeatureException(
                    "erofs_inode.i_format", offset, "is 0x" + Integer.toHexString(format), "a layout from 0 to 3");
        }
        BinaryReader in =
                reader(image, offset, extended ? EXTENDED_SIZE : COMPACT_SIZE).skip(2);
        ErofsInode inode = extended ? readExtended(in, layout) : readCompact(in, layout, superblock);
        inode.check(offset);
        return inode;
    }

    private static ErofsInode readCompact(BinaryReader in, InodeLayout layout, ErofsSuperblock superblock)
            throws FormatException {
        int xattrBytes = xattrBytes(in.u16());
        int mode = in.u16();
        int nlink = in.u16();
        long size = in.u32();
        in.skip(4);
        long union = in.u32();
        long ino = in.u32();
        int uid = in.u16();
        int gid = in.u16();
        return new ErofsInode(
                false,
                layout,
                xattrBytes,
                mode,
                nlink,
                size,
                union,
                ino,
                uid,
                gid,
                superblock.buildSeconds(),
                superblock.buildNanos());
    }

    private static ErofsInode readExtended(BinaryReader in, InodeLayout layout) throws FormatException {
        int xattrBytes = xattrBytes(in.u16());
        int mode = in.u16();
        in.skip(2);
        long size = in.u63();
        long union = in.u32();
        long ino = in.u32();
        long uid = in.u32();
        long gid = in.u32();
        long seconds = in.i64();
        long nanosAt = in.offset();
        long nanos = in.u32();
        if (nanos > 999_999_999) {
            throw new CorruptDataException("erofs_inode.i_mtime_nsec", nanosAt, "is " + nanos, "below 1000000000");
        }
        long nlink = in.u32();
        return new ErofsInode(true, layout, xattrBytes, mode, nlink, size, union, ino, uid, gid, seconds, (int) nanos);
    }

    private static int xattrBytes(int count) {
        return count == 0 ? 0 : XattrTable.HEADER + 4 * (count - 1);
    }

    private void check(long offset) throws CorruptDataException {
        int type = type();
        boolean known = type == S_IFREG
                || type == S_IFDIR
                || type == S_IFLNK
                || type == S_IFCHR
                || type == S_IFBLK
                || type == S_IFIFO
                || type == S_IFSOCK;
        if (!known) {
            throw new CorruptDataException(
                    "erofs_inode.i_mode", offset, "is 0" + Integer.toOctalString(mode), "one of the seven file types");
        }
        if (layout.isCompressed() && type != S_IFREG) {
            throw new CorruptDataException(
                    "erofs_inode.i_format", offset, "compressed with mode 0" + Integer.toOctalString(mode), "a file");
        }
    }

    private static BinaryReader reader(ByteSource image, long offset, int length) throws IOException {
        return new BinaryReader("erofs_inode", image.read(offset, length), 0, length, offset, ByteOrder.LITTLE_ENDIAN);
    }

    /** Linux' 32-bit device number ({@code new_encode_dev}). */
    static long deviceNumber(int major, int minor) {
        return (minor & 0xff) | (long) major << 8 | (long) (minor & ~0xff) << 12;
    }

    int deviceMajor() {
        return (int) (union >> 8 & 0xfff);
    }

    int deviceMinor() {
        return (int) (union & 0xff | union >> 12 & 0xfff00);
    }
}
