package dev.caisson.erofs;

import dev.caisson.bytes.Guid;
import java.nio.charset.StandardCharsets;

/**
 * What an image is called and how it is laid out.
 *
 * @param format block size and compression
 * @param uuid volume UUID, stored in text order
 * @param label volume name: at most 16 bytes of UTF-8
 * @param epochSeconds build time in seconds since 1970; files of exactly this mtime get the small inode form
 * @param extendedInodes whether every inode is of the extended form
 * @param fullIndexes whether compressed files get the 8-byte cluster index instead of the compact one; blocks above 16 KiB
 *     always do
 */
public record ErofsVolume(
        ErofsFormat format, Guid uuid, String label, long epochSeconds, boolean extendedInodes, boolean fullIndexes) {
    /** Checks the label and the time. */
    public ErofsVolume {
        if (label.getBytes(StandardCharsets.UTF_8).length > ErofsSuperblock.VOLUME_NAME_BYTES
                || label.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("volume label \"" + label + "\", expected at most 16 bytes");
        }
        if (epochSeconds < 0) {
            throw new IllegalArgumentException("build time " + epochSeconds + ", expected 0 or later");
        }
    }

    /** Small inodes where possible, compact indexes. */
    public static ErofsVolume of(ErofsFormat format, Guid uuid, String label, long epochSeconds) {
        return new ErofsVolume(format, uuid, label, epochSeconds, false, false);
    }

    /** Whether compressed files get the compact index. */
    boolean compactIndexes() {
        return !fullIndexes && format.blockSizeBits() <= Lclusters.MAX_COMPACT_BITS;
    }
}
