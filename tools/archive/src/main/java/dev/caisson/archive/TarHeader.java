package dev.caisson.archive;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.NotThisFormatException;
import java.util.Arrays;

/**
 * One header block as POSIX.1-2017 ("ustar Interchange Format") and GNU tar lay it out.
 *
 * <pre>
 * offset size field
 *      0  100 name
 *    100    8 mode      octal
 *    108    8 uid       octal or base-256
 *    116    8 gid       octal or base-256
 *    124   12 size      octal or base-256
 *    136   12 mtime     octal or base-256
 *    148    8 chksum    octal: sum of all bytes, these eight taken as blanks
 *    156    1 typeflag
 *    157  100 linkname
 *    257    6 magic     "ustar" NUL (POSIX), "ustar" blank (GNU), NULs (v7)
 *    263    2 version
 *    265   32 uname     not used: owners are numbers
 *    297   32 gname     not used
 *    329    8 devmajor  only read for devices, unspecified for others
 *    337    8 devminor
 *    345  155 prefix    POSIX only: goes before name with a slash
 * </pre>
 */
final class TarHeader {
    static final int SIZE = 512;

    /** Which of the three layouts. */
    enum Layout {
        V7,
        POSIX,
        GNU
    }

    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_SIZE = 8;
    private static final int MAGIC_AT = 257;

    private final byte[] block;
    private final int at;
    private final long offset;
    private final Layout layout;

    /** Checks the checksum and the magic of the block at {@code at}, which lies at {@code offset} of the archive. */
    TarHeader(byte[] block, int at, long offset) throws CorruptDataException, NotThisFormatException {
        this.block = block;
        this.at = at;
        this.offset = offset;
        checkSum();
        this.layout = readLayout();
    }

    private void checkSum() throws CorruptDataException, NotThisFormatException {
        int sum = CHECKSUM_SIZE * ' ';
        for (int i = at; i < at + CHECKSUM_AT; i++) {
            sum += block[i] & 0xff;
        }
        for (int i = at + CHECKSUM_AT + CHECKSUM_SIZE; i < at + SIZE; i++) {
            sum += block[i] & 0xff;
        }
        long stored;
        try {
            stored = octal("chksum", CHECKSUM_AT, CHECKSUM_SIZE);
        } catch (CorruptDataException e) {
            throw wrongSum(e.actual(), sum);
        }
        if (stored != sum) {
            throw wrongSum("is " + stored + ", the bytes give " + sum, sum);
        }
    }

    /** A first block without a valid checksum is no tar archive at all; a later one is damage. */
    private NotThisFormatException wrongSum(String actual, int sum) throws CorruptDataException {
        if (offset == 0) {
            return new NotThisFormatException("tar header chksum", offset, actual, "a tar archive");
        }
        throw new CorruptDataException("tar header chksum", offset, actual, String.valueOf(sum));
    }

    private Layout readLayout() throws CorruptDataException {
        int magic = at + MAGIC_AT;
        if (block[magic] == 'u'
                && block[magic + 1] == 's'
                && block[magic + 2] == 't'
                && block[magic + 3] == 'a'
                && block[magic + 4] == 'r'
                && (block[magic + 5] == 0 || block[magic + 5] == ' ')) {
            return block[magic + 5] == 0 ? Layout.POSIX : Layout.GNU;
        }
        for (int i = magic; i < magic + 6; i++) {
            if (block[i] != 0) {
                throw new CorruptDataException(
                        "tar header magic",
                        offset,
                        "is \"" + TarEntry.printable(Arrays.copyOfRange(block, magic, magic + 6)) + "\"",
                        "\"ustar\" or NULs");
            }
        }
        return Layout.V7;
    }

    long offset() {
        return offset;
    }

    Layout layout() {
        return layout;
    }

    char type() {
        return (char) (block[at + 156] & 0xff);
    }

    /** The name with its prefix. */
    byte[] path() {
        byte[] name = text(0, 100);
        if (layout != Layout.POSIX || block[at + 345] == 0) {
            return name;
        }
        byte[] prefix = text(345, 155);
        byte[] path = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        path[prefix.length] = '/';
        System.arraycopy(name, 0, path, prefix.length + 1, name.length);
        return path;
    }

    byte[] linkTarget() {
        return text(157, 100);
    }

    /** Permission bits; the bits of the file type, which some writers add, say nothing that the type does not. */
    int mode() throws CorruptDataException {
        long mode = octal("mode", 100, 8);
        if (mode > 0177777) {
            throw corrupt("mode", "is " + Long.toOctalString(mode), "at most 0177777");
        }
        return (int) mode & 07777;
    }

    long uid() throws CorruptDataException {
        return id("uid", 108);
    }

    long gid() throws CorruptDataException {
        return id("gid", 116);
    }

    private long id(String field, int from) throws CorruptDataException {
        long value = number(field, from, 8);
        checkRange(field, value, 0xffffffffL);
        return value;
    }

    long size() throws CorruptDataException {
        long value = number("size", 124, 12);
        checkRange("size", value, Long.MAX_VALUE);
        return value;
    }

    long mtime() throws CorruptDataException {
        return number("mtime", 136, 12);
    }

    /** The ranges of Linux' 32-bit {@code dev_t}. */
    int major() throws CorruptDataException {
        long value = number("devmajor", 329, 8);
        checkRange("devmajor", value, 0xfff);
        return (int) value;
    }

    int minor() throws CorruptDataException {
        long value = number("devminor", 337, 8);
        checkRange("devminor", value, 0xfffff);
        return (int) value;
    }

    private void checkRange(String field, long value, long max) throws CorruptDataException {
        if (value < 0 || value > max) {
            throw corrupt(field, "is " + value, "0 to " + max);
        }
    }

    private CorruptDataException corrupt(String field, String actual, String expected) {
        String name = TarEntry.printable(text(0, 100));
        return new CorruptDataException("tar header " + field + " of " + name, offset, actual, expected);
    }

    private byte[] text(int from, int length) {
        int end = at + from;
        while (end < at + from + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, at + from, end);
    }

    private long number(String field, int from, int length) throws CorruptDataException {
        return block[at + from] < 0 ? base256(field, from, length) : octal(field, from, length);
    }

    /** GNU: the first bit is set, the rest is a big-endian two's complement number. */
    private long base256(String field, int from, int length) throws CorruptDataException {
        // Bit 7 is the marker; bit 6 is the sign.
        long value = (byte) (block[at + from] << 1) >> 1;
        for (int i = at + from + 1; i < at + from + length; i++) {
            if (value != value << 8 >> 8) {
                throw corrupt(field, "is beyond 64 bits", "");
            }
            value = value << 8 | block[i] & 0xff;
        }
        return value;
    }

    /** Blanks, digits, then a blank or NUL or the field's end; an empty field is 0, as GNU tar and dpkg have it. */
    private long octal(String field, int from, int length) throws CorruptDataException {
        int i = at + from;
        int end = i + length;
        while (i < end && block[i] == ' ') {
            i++;
        }
        long value = 0;
        while (i < end && block[i] >= '0' && block[i] <= '7') {
            value = value << 3 | block[i++] - '0';
        }
        while (i < end && (block[i] == ' ' || block[i] == 0)) {
            i++;
        }
        if (i < end) {
            String raw = TarEntry.printable(Arrays.copyOfRange(block, at + from, end));
            throw corrupt(field, "is \"" + raw + "\"", "an octal number");
        }
        return value;
    }
}
