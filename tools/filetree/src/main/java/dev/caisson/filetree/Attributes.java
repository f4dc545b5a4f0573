package dev.caisson.filetree;

import java.util.Locale;

/**
 * What every inode carries. There are no defaults: each is given or copied from an archive.
 *
 * @param mode permission bits with setuid, setgid and sticky: 0–07777
 * @param uid owner, 0–2^32-1
 * @param gid group, 0–2^32-1
 * @param mtimeSeconds modification time in seconds since 1970
 * @param mtimeNanos nanoseconds within the second, 0–999,999,999
 * @param xattrs extended attributes
 */
public record Attributes(int mode, long uid, long gid, long mtimeSeconds, int mtimeNanos, Xattrs xattrs) {
    /** Checks the ranges. */
    public Attributes {
        if ((mode & ~07777) != 0
                || uid < 0
                || uid > 0xffffffffL
                || gid < 0
                || gid > 0xffffffffL
                || mtimeNanos < 0
                || mtimeNanos > 999_999_999) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "mode %o uid %d gid %d nanos %d", mode, uid, gid, mtimeNanos));
        }
    }

    /** Owned by root, without extended attributes. */
    public static Attributes ofRoot(int mode, long mtimeSeconds) {
        return new Attributes(mode, 0, 0, mtimeSeconds, 0, Xattrs.NONE);
    }

    /** A copy with other permission bits. */
    public Attributes withMode(int newMode) {
        return new Attributes(newMode, uid, gid, mtimeSeconds, mtimeNanos, xattrs);
    }

    /** A copy with another owner and group. */
    public Attributes withOwner(long newUid, long newGid) {
        return new Attributes(mode, newUid, newGid, mtimeSeconds, mtimeNanos, xattrs);
    }

    /** A copy with another modification time. */
    public Attributes withMtime(long seconds, int nanos) {
        return new Attributes(mode, uid, gid, seconds, nanos, xattrs);
    }

    /** A copy with one more extended attribute. */
    public Attributes withXattr(String name, byte[] value) {
        return new Attributes(mode, uid, gid, mtimeSeconds, mtimeNanos, xattrs.with(name, value));
    }
}
