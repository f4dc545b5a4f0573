package dev.caisson.archive;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.Xattrs;
import java.nio.charset.StandardCharsets;

/**
 * One member of a tar archive, with the extended headers before it applied.
 *
 * @param path the name's bytes as stored, not empty, without NUL; a directory's may end in a slash
 * @param type what it is
 * @param mode permission bits with setuid, setgid and sticky: 0–07777
 * @param uid owner, 0–2^32-1
 * @param gid group, 0–2^32-1
 * @param mtimeSeconds modification time in seconds since 1970
 * @param mtimeNanos nanoseconds within the second
 * @param size bytes of content; 0 unless it is a regular file
 * @param linkTarget the target's bytes of a hard link (a member's path) or a symbolic link (1–4095 bytes); empty for others
 * @param major major number of a device, 0–4095; 0 for others
 * @param minor minor number of a device, 0–1048575; 0 for others
 * @param xattrs extended attributes
 * @param offset position of the header block in the archive, in bytes
 */
public record TarEntry(
        byte[] path,
        Type type,
        int mode,
        long uid,
        long gid,
        long mtimeSeconds,
        int mtimeNanos,
        long size,
        byte[] linkTarget,
        int major,
        int minor,
        Xattrs xattrs,
        long offset) {

    /** What a member is. */
    public enum Type {
        /** A regular file ('0', NUL, '7'). */
        FILE,
        /** Another name for an earlier member ('1'). */
        HARD_LINK,
        /** A symbolic link ('2'). */
        SYMLINK,
        /** A character device ('3'). */
        CHARACTER_DEVICE,
        /** A block device ('4'). */
        BLOCK_DEVICE,
        /** A directory ('5', and in v7 archives a name that ends in a slash). */
        DIRECTORY,
        /** A named pipe ('6'). */
        FIFO
    }

    /** The attributes that the member's inode carries. */
    public Attributes attributes() {
        return new Attributes(mode, uid, gid, mtimeSeconds, mtimeNanos, xattrs);
    }

    /** The path as text for messages; bytes that are not printable ASCII become {@code \xNN}. */
    public String pathText() {
        return printable(path);
    }

    static String printable(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
            if (c >= ' ' && c < 127) {
                text.append(c);
            } else {
                text.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return text.toString();
    }
}
