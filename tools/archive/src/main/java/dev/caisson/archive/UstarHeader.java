package dev.caisson.archive;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Header blocks of plain files as POSIX.1-2017 ("ustar Interchange Format") lays them out, without any extension: owner
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

    /**
     * Reads the header of a plain file, which must have no extension of any kind.
     *
     * @param block 512 bytes
     * @param offset of the block in the archive, for messages
     * @return empty for a block of zeros, which ends an archive
     * @throws NotThisFormatException when the first block of an archive is no header
     * @throws CorruptDataException when the header is damaged
     * @throws UnsupportedFeatureException for GNU's layout, folders, links and extended headers
     */
    public static Optional<File> decode(byte[] block, long offset) throws FormatException {
        if (Arrays.equals(block, new byte[BLOCK])) {
            return Optional.empty();
        }
        TarHeader header = new TarHeader(block, 0, offset);
        String name = new String(header.path(), StandardCharsets.UTF_8);
        if (header.layout() != TarHeader.Layout.POSIX || header.type() != '0' && header.type() != 0) {
            throw new UnsupportedFeatureException(
                    "tar header of " + TarEntry.printable(header.path()),
                    offset,
                    header.layout() + " layout, type '" + TarEntry.printable(new byte[] {(byte) header.type()}) + "'",
                    "a plain file in the ustar format");
        }
        return Optional.of(new File(name, header.size()));
    }

    /**
     * A file of an archive.
     *
     * @param name its name, with folders if there are any
     * @param sizeBytes size of its content
     */
    public record File(String name, long sizeBytes) {}

    private static byte[] octal(long value, int digits) {
        return ascii(String.format(Locale.ROOT, "%0" + digits + "o\0", value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
