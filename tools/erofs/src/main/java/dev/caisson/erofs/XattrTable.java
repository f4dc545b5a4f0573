package dev.caisson.erofs;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Extended attributes. After an inode: {@code struct erofs_xattr_ibody_header} (12 bytes: 4 filter, 1 number of shared
 * attributes, 7 reserved), 4 bytes for each shared attribute (its offset from {@code xattr_blkaddr}, divided by 4), then entries. An
 * entry, {@code struct erofs_xattr_entry}, starts at a multiple of 4:
 *
 * <pre>
 *  0  1  e_name_len     of the name after its prefix
 *  1  1  e_name_index   which prefix
 *  2  2  e_value_size
 *  4     name, value
 * </pre>
 *
 * An attribute that two inodes or more have alike is stored once, in the shared area. Immutable.
 */
final class XattrTable {
    static final int HEADER = 12;
    private static final int ENTRY_HEADER = 4;
    private static final int MAX_SHARED = 255;
    /** What a 16-bit {@code i_xattr_icount} can say. */
    private static final int MAX_BYTES = HEADER + 4 * 65534;

    /** {@code EROFS_XATTR_INDEX_*}; the two ACLs are whole names. */
    private enum Prefix {
        USER(1, "user."),
        ACL_ACCESS(2, "system.posix_acl_access"),
        ACL_DEFAULT(3, "system.posix_acl_default"),
        TRUSTED(4, "trusted."),
        SECURITY(6, "security.");

        final int index;
        final String text;

        Prefix(int index, String text) {
            this.index = index;
            this.text = text;
        }

        boolean isWholeName() {
            return !text.endsWith(".");
        }

        static Prefix of(String name) {
            for (Prefix prefix : values()) {
                if (prefix.isWholeName() ? name.equals(prefix.text) : name.startsWith(prefix.text)) {
                    return prefix;
                }
            }
            return null;
        }

        static Prefix of(int index) {
            for (Prefix prefix : values()) {
                if (prefix.index == index) {
                    return prefix;
                }
            }
            return null;
        }
    }

    /** Offsets in the shared area, divided by 4, by the bytes of the entry, one char each. */
    private final Map<String, Integer> shared;

    private final byte[] sharedArea;

    private XattrTable(Map<String, Integer> shared, byte[] sharedArea) {
        this.shared = shared;
        this.sharedArea = sharedArea;
    }

    /**
     * Finds what the inodes of a tree share.
     *
     * @param inodes each inode once, with a path for messages
     * @throws UnsupportedFeatureException for a name outside the supported namespaces
     */
    static XattrTable of(Map<TreePath, Inode> inodes) throws FormatException {
        Map<String, Integer> uses = new TreeMap<>();
        for (Map.Entry<TreePath, Inode> entry : inodes.entrySet()) {
            for (String bytes :
                    entries(entry.getKey(), entry.getValue().attributes().xattrs())) {
                uses.merge(bytes, 1, Integer::sum);
            }
        }
        Map<String, Integer> shared = new HashMap<>();
        BinaryWriter area = BinaryWriter.littleEndian(256);
        uses.forEach((bytes, count) -> {
            if (count > 1) {
                shared.put(bytes, area.position() / 4);
                area.bytes(bytes.getBytes(StandardCharsets.ISO_8859_1)).alignTo(4);
            }
        });
        return new XattrTable(shared, area.toByteArray());
    }

    /** The entries of an inode, one char per byte so that they compare, in the order of their bytes. */
    private static Collection<String> entries(TreePath path, Xattrs xattrs) throws FormatException {
        List<String> entries = new ArrayList<>();
        for (Map.Entry<String, byte[]> xattr : xattrs.asMap().entrySet()) {
            Prefix prefix = Prefix.of(xattr.getKey());
            if (prefix == null) {
                throw new UnsupportedFeatureException(
                        "extended attribute of " + path,
                        FormatException.NO_OFFSET,
                        xattr.getKey(),
                        "user., trusted., security. or a POSIX ACL");
            }
            byte[] name = xattr.getKey().substring(prefix.text.length()).getBytes(StandardCharsets.UTF_8);
            if (name.length > 255 || name.length == 0 && !prefix.isWholeName()) {
                throw new UnsupportedFeatureException(
                        "extended attribute of " + path, FormatException.NO_OFFSET, xattr.getKey(), "a shorter name");
            }
            byte[] bytes = BinaryWriter.littleEndian(64)
                    .u8(name.length)
                    .u8(prefix.index)
                    .u16(xattr.getValue().length)
                    .bytes(name)
                    .bytes(xattr.getValue())
                    .toByteArray();
            entries.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return entries;
    }

    /** The shared area; empty when nothing is shared. */
    byte[] sharedArea() {
        return sharedArea;
    }

    /** What follows an inode with these attributes; empty without any. */
    byte[] body(TreePath path, Xattrs xattrs) throws FormatException {
        if (xattrs.isEmpty()) {
            return new byte[0];
        }
        List<Integer> ids = new ArrayList<>();
        BinaryWriter inline = BinaryWriter.littleEndian(64);
        for (String bytes : entries(path, xattrs)) {
            Integer id = shared.get(bytes);
            if (id != null && ids.size() < MAX_SHARED) {
                ids.add(id);
            } else {
                inline.bytes(bytes.getBytes(StandardCharsets.ISO_8859_1)).alignTo(4);
            }
        }
        BinaryWriter out = BinaryWriter.littleEndian(64).u32(0).u8(ids.size()).zeros(7);
        for (int id : ids) {
            out.u32(id);
        }
        byte[] body = out.bytes(inline.toByteArray()).toByteArray();
        if (body.length > MAX_BYTES) {
            throw new LimitExceededException(
                    "extended attributes of " + path,
                    FormatException.NO_OFFSET,
                    "are " + body.length + " bytes",
                    "at most " + MAX_BYTES + " bytes");
        }
        return body;
    }

    /**
     * Reads what follows an inode.
     *
     * @param offset position of the attributes in the image
     * @param length size of the attributes in bytes
     */
    static Xattrs read(ByteSource image, ErofsSuperblock superblock, long offset, int length) throws IOException {
        Xattrs xattrs = Xattrs.NONE;
        if (length == 0) {
            return xattrs;
        }
        BinaryReader in = reader(image, offset, length);
        in.skip(4);
        int sharedCount = in.u8();
        in.skip(7);
        for (int i = 0; i < sharedCount; i++) {
            long at = (superblock.xattrBlock() << superblock.blockSizeBits()) + 4 * in.u32();
            int size = entrySize(reader(image, at, ENTRY_HEADER));
            xattrs = readEntry(reader(image, at, size), xattrs);
        }
        while (in.remaining() >= ENTRY_HEADER) {
            xattrs = readEntry(in, xattrs);
            in.skip(-in.position() & 3);
        }
        return xattrs;
    }

    private static int entrySize(BinaryReader in) throws FormatException {
        int nameLength = in.u8();
        in.skip(1);
        return ENTRY_HEADER + nameLength + in.u16();
    }

    private static Xattrs readEntry(BinaryReader in, Xattrs xattrs) throws FormatException {
        long at = in.offset();
        int nameLength = in.u8();
        int index = in.u8();
        int valueSize = in.u16();
        byte[] rest = in.bytes(nameLength);
        byte[] value = in.bytes(valueSize);
        Prefix prefix = Prefix.of(index);
        if (prefix == null) {
            throw new UnsupportedFeatureException("erofs_xattr_entry.e_name_index", at, "is " + index, "1, 2, 3, 4, 6");
        }
        String name = prefix.text + new String(rest, StandardCharsets.UTF_8);
        boolean wrongLength = prefix.isWholeName() != (nameLength == 0) || name.length() > 255;
        if (wrongLength || name.indexOf('\0') >= 0 || xattrs.asMap().containsKey(name)) {
            throw new CorruptDataException("erofs_xattr_entry", at, "name \"" + name + "\"", "a new name");
        }
        return xattrs.with(name, value);
    }

    private static BinaryReader reader(ByteSource image, long offset, int length) throws IOException {
        return new BinaryReader(
                "erofs_xattr_entry", image.read(offset, length), 0, length, offset, ByteOrder.LITTLE_ENDIAN);
    }
}
