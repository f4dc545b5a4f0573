package dev.caisson.archive;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.NotThisFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The "newc" header of one cpio entry ({@code Documentation/driver-api/early-userspace/buffer-format.rst}): a magic of six
 * characters, then thirteen fields of eight hexadecimal digits. The name with its NUL follows, padded so that the content
 * begins at a multiple of four; the content is padded likewise.
 *
 * <pre>
 * offset field
 *      0 c_magic     "070701", or "070702" with c_chksum
 *      6 c_ino       equal for names of one file
 *     14 c_mode      type and permissions
 *     22 c_uid
 *     30 c_gid
 *     38 c_nlink
 *     46 c_mtime     seconds since 1970, unsigned
 *     54 c_filesize  bytes of content; of a symbolic link, of the target
 *     62 c_maj       device that held the file
 *     70 c_min
 *     78 c_rmaj      of a device node
 *     86 c_rmin
 *     94 c_namesize  with the NUL
 *    102 c_chksum    070702: sum of the content's bytes; else 0
 * </pre>
 */
record CpioHeader(
        boolean checked,
        long ino,
        int mode,
        long uid,
        long gid,
        long nlink,
        long mtime,
        long fileSize,
        long major,
        long minor,
        long deviceMajor,
        long deviceMinor,
        long nameSize,
        long checksum) {
    static final int SIZE = 110;

    static final String TRAILER = "TRAILER!!!";

    /** The largest value of a field. */
    static final long FIELD_MAX = 0xffffffffL;

    static final int TYPE_MASK = 0170000;
    static final int SOCKET = 0140000;
    static final int SYMLINK = 0120000;
    static final int REGULAR = 0100000;
    static final int BLOCK = 0060000;
    static final int DIRECTORY = 0040000;
    static final int CHARACTER = 0020000;
    static final int FIFO = 0010000;

    private static final String MAGIC = "070701";
    private static final String MAGIC_CHECKED = "070702";

    static CpioHeader decode(byte[] bytes, long offset) throws CorruptDataException, NotThisFormatException {
        String magic = checkMagic(bytes, offset);
        long[] fields = new long[13];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = hex(bytes, 6 + 8 * i, offset);
        }
        if (fields[1] > 0177777) {
            throw new CorruptDataException(
                    "cpio c_mode", offset, "is 0x" + Long.toHexString(fields[1]), "at most 0177777");
        }
        return new CpioHeader(
                magic.equals(MAGIC_CHECKED),
                fields[0],
                (int) fields[1],
                fields[2],
                fields[3],
                fields[4],
                fields[5],
                fields[6],
                fields[7],
                fields[8],
                fields[9],
                fields[10],
                fields[11],
                fields[12]);
    }

    /** The magic at the start of {@code bytes}. */
    static String checkMagic(byte[] bytes, long offset) throws NotThisFormatException {
        String magic = new String(bytes, 0, 6, StandardCharsets.ISO_8859_1);
        if (!magic.equals(MAGIC) && !magic.equals(MAGIC_CHECKED)) {
            throw new NotThisFormatException(
                    "cpio c_magic",
                    offset,
                    "is \"" + TarEntry.printable(magic.getBytes(StandardCharsets.ISO_8859_1)) + "\"",
                    "\"070701\" or \"070702\"");
        }
        return magic;
    }

    /** A field of eight hexadecimal digits. */
    static long hex(byte[] bytes, int from, long offset) throws CorruptDataException {
        long value = 0;
        for (int i = from; i < from + 8; i++) {
            int digit = bytes[i] < 0 ? -1 : Character.digit(bytes[i], 16);
            if (digit < 0) {
                throw new CorruptDataException(
                        "cpio header",
                        offset + i,
                        "is byte 0x" + Integer.toHexString(bytes[i] & 0xff),
                        "a hexadecimal digit");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    int type() {
        return mode & TYPE_MASK;
    }

    /** Whether all agrees that belongs to the file and not to one of its names. */
    boolean isSameFileAs(CpioHeader other) {
        return mode == other.mode
                && uid == other.uid
                && gid == other.gid
                && mtime == other.mtime
                && deviceMajor == other.deviceMajor
                && deviceMinor == other.deviceMinor;
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(SIZE).append(checked ? MAGIC_CHECKED : MAGIC);
        long[] fields = {
            ino, mode, uid, gid, nlink, mtime, fileSize, major, minor, deviceMajor, deviceMinor, nameSize, checksum
        };
        for (long field : fields) {
            text.append(String.format(Locale.ROOT, "%08X", field));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** {@code position} rounded up to a multiple of four. */
    static long aligned(long position) {
        return position + 3 & ~3L;
    }
}
