package dev.caisson.erofs;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The data of a directory: blocks that each hold {@code struct erofs_dirent}s and then their names without terminators. All
 * names of a directory, {@code .} and {@code ..} among them, are in the order of their unsigned bytes: lookups are two binary searches.
 *
 * <pre>
 *  0  8  nid
 *  8  2  nameoff    from the start of the block; the first one tells the number of entries
 * 10  1  file_type
 * 11  1  reserved
 * </pre>
 *
 * A block's last name ends at the first NUL or with the block; the directory's size ends with the last block's last name.
 */
final class DirectoryBlocks {
    static final int DIRENT = 12;

    private static final int FT_REG_FILE = 1;
    private static final int FT_DIR = 2;
    private static final int FT_CHRDEV = 3;
    private static final int FT_BLKDEV = 4;
    private static final int FT_FIFO = 5;
    private static final int FT_SOCK = 6;
    private static final int FT_SYMLINK = 7;

    private DirectoryBlocks() {}

    /**
     * One name.
     *
     * @param name 1 to 255 bytes
     * @param nid inode
     * @param fileType {@code EROFS_FT_*}
     */
    record Entry(byte[] name, long nid, int fileType) {}

    /** {@code EROFS_FT_*} of a file type as in {@code st_mode}. */
    static int fileType(int type) {
        return switch (type) {
            case ErofsInode.S_IFREG -> FT_REG_FILE;
            case ErofsInode.S_IFDIR -> FT_DIR;
            case ErofsInode.S_IFCHR -> FT_CHRDEV;
            case ErofsInode.S_IFBLK -> FT_BLKDEV;
            case ErofsInode.S_IFIFO -> FT_FIFO;
            case ErofsInode.S_IFSOCK -> FT_SOCK;
            case ErofsInode.S_IFLNK -> FT_SYMLINK;
            default -> 0;
        };
    }

    /** How many of the names from {@code from} on fit into a block. */
    private static int fit(List<byte[]> names, int from, int blockSize) {
        int used = 0;
        int at = from;
        while (at < names.size() && used + DIRENT + names.get(at).length <= blockSize) {
            used += DIRENT + names.get(at++).length;
        }
        return at - from;
    }

    private static int bytes(List<byte[]> names) {
        return names.stream().mapToInt(name -> DIRENT + name.length).sum();
    }

    /** Size of a directory of these sorted names. */
    static long size(List<byte[]> names, int blockSize) {
        long size = 0;
        for (int from = 0; from < names.size(); ) {
            int count = fit(names, from, blockSize);
            boolean last = from + count == names.size();
            size += last ? bytes(names.subList(from, from + count)) : blockSize;
            from += count;
        }
        return size;
    }

    /** The data of a directory of these sorted entries. */
    static byte[] encode(List<Entry> entries, int blockSize) {
        List<byte[]> names = entries.stream().map(Entry::name).toList();
        BinaryWriter out = BinaryWriter.littleEndian(blockSize);
        for (int from = 0; from < names.size(); ) {
            out.alignTo(blockSize);
            int count = fit(names, from, blockSize);
            int nameOffset = count * DIRENT;
            for (Entry entry : entries.subList(from, from + count)) {
                out.u64(entry.nid()).u16(nameOffset).u8(entry.fileType()).u8(0);
                nameOffset += entry.name().length;
            }
            for (byte[] name : names.subList(from, from + count)) {
                out.bytes(name);
            }
            from += count;
        }
        return out.toByteArray();
    }

    /**
     * Reads a directory's data.
     *
     * @param offset where they are in the image, for messages
     */
    static List<Entry> decode(byte[] data, int blockSize, long offset) throws FormatException {
        List<Entry> entries = new ArrayList<>();
        for (int from = 0; from < data.length; from += blockSize) {
            decodeBlock(data, from, Math.min(blockSize, data.length - from), offset + from, entries);
        }
        return entries;
    }

    private static void decodeBlock(byte[] data, int from, int length, long offset, List<Entry> entries)
            throws FormatException {
        BinaryReader in = new BinaryReader("erofs_dirent", data, from, length, offset, ByteOrder.LITTLE_ENDIAN);
        int firstName = in.seek(8).u16();
        if (firstName < DIRENT || firstName % DIRENT != 0 || firstName >= length) {
            throw corrupt(offset, "nameoff " + firstName, "a multiple of 12 within the block");
        }
        int count = firstName / DIRENT;
        for (int i = 0; i < count; i++) {
            BinaryReader dirent = in.seek((long) i * DIRENT);
            long nid = dirent.u63();
            int nameOffset = dirent.u16();
            int fileType = dirent.u8();
            boolean last = i == count - 1;
            int end = last ? length : in.seek((i + 1L) * DIRENT + 8).u16();
            if (nameOffset < firstName || end <= nameOffset || end > length) {
                throw corrupt(offset + (long) i * DIRENT, "name at " + nameOffset + " to " + end, "within the block");
            }
            byte[] name = Arrays.copyOfRange(data, from + nameOffset, from + end);
            add(entries, new Entry(last ? untilNul(name) : name, nid, fileType), offset + (long) i * DIRENT);
        }
    }

    private static byte[] untilNul(byte[] name) {
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return Arrays.copyOf(name, length);
    }

    private static void add(List<Entry> entries, Entry entry, long offset) throws CorruptDataException {
        byte[] name = entry.name();
        boolean bad = name.length == 0 || name.length > 255;
        for (byte b : name) {
            bad |= b == 0 || b == '/';
        }
        if (bad) {
            throw corrupt(offset, "a name of " + name.length + " bytes or with NUL or slash", "1 to 255 other bytes");
        }
        if (!entries.isEmpty()
                && Arrays.compareUnsigned(entries.get(entries.size() - 1).name(), name) >= 0) {
            throw corrupt(offset, "a name not after the one before it", "names in the order of their bytes");
        }
        entries.add(entry);
    }

    private static CorruptDataException corrupt(long offset, String actual, String expected) {
        return new CorruptDataException("erofs_dirent", offset, actual, expected);
    }
}
