package dev.caisson.archive;

import dev.caisson.bytes.BinaryWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes header blocks of plain files as POSIX.1-2017 ("ustar Interchange Format") lays them out, without any extension: owner
 * 0:0 without names, mode 0644. Names have at most 100 bytes of ASCII without a slash, sizes are below 8 GiB.
 */
public final class UstarHeader {
    /** Header and data are filled up to multiples of it; two blocks of zeros end an archive. */
    public static final int BLOCK = 512;

    private static final int CHECKSUM_AT = 148;
    private static final long MOST_BYTES = 0_77777777777L;
    private static final int MODE = 0644;

    private UstarHeader() {}

    /**
     * The header of one file.
     *
     * @param mtimeSeconds seconds since 1970, 0 to 8,589,934,591
     * @throws IllegalArgumentException for a name or number that the format cannot hold
     */
    public static byte[] encode(String name, long sizeBytes, long mtimeSeconds) {
        if (!name.matches("[!-.0-~]{1,100}")) {
            throw new IllegalArgumentException("\"" + name + "\" cannot be a name in a ustar archive");
        }
        if (sizeBytes < 0 || sizeBytes > MOST_BYTES || mtimeSeconds < 0 || mtimeSeconds > MOST_BYTES) {
            throw new IllegalArgumentException(name + ": " + sizeBytes + " bytes of time " + mtimeSeconds);
        }
        byte[] header = BinaryWriter.bigEndian(BLOCK)
                .bytes(ascii(name))
                .zerosUpTo(100)
                .bytes(octal(MODE, 7))
                .bytes(octal(0, 7))
                .bytes(octal(0, 7))
                .bytes(octal(sizeBytes, 11))
                .bytes(octal(mtimeSeconds, 11))
                .bytes(ascii("        0"))
                .zerosUpTo(257)
                .bytes(ascii("ustar\00000"))
                .zerosUpTo(329)
                .bytes(octal(0, 7))
                .bytes(octal(0, 7))
                .zerosUpTo(BLOCK)
                .toByteArray();
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        byte[] checksum = ascii(String.format(Locale.ROOT, "%06o\0 ", sum));
        System.arraycopy(checksum, 0, header, CHECKSUM_AT, checksum.length);
        return header;
    }

    private static byte[] octal(long value, int digits) {
        return ascii(String.format(Locale.ROOT, "%0" + digits + "o\0", value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
