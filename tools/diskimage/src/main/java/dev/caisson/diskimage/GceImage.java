package dev.caisson.diskimage;

import dev.caisson.bytes.BinaryReader;
import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.compression.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What Google Compute Engine imports: a gzip-compressed tar file in the old GNU format that holds the plain disk under the name
 * {@code disk.raw}, its size whole GiB. The disk is filled up with zeros to that; a guest's systemd-repart or sgdisk -e moves the
 * backup partition table to the new end.
 */
public final class GceImage {
    private static final int BLOCK = 512;
    private static final long GIBIBYTE = 1L << 30;
    /** Two blocks of zeros end an archive. */
    private static final int END_BYTES = 2 * BLOCK;

    private static final String HEADER = "tar header";
    private static final int SIZE_AT = 124;
    private static final int CHECKSUM_AT = 148;
    private static final long MOST_OCTAL_SIZE = 0_77777777777L;

    private GceImage() {}

    /** The disk as a file in a tar archive: a disk itself, to be compressed by {@link #writer}. */
    public static DiskImage archive(DiskImage image, long epochSeconds) {
        long size = (image.size() + GIBIBYTE - 1) / GIBIBYTE * GIBIBYTE;
        List<Extent> extents = new ArrayList<>();
        extents.add(new Extent(0, ByteSource.of(header(size, epochSeconds))));
        image.extents().forEach(extent -> extents.add(extent.shiftedBy(BLOCK)));
        return DiskImage.of(BLOCK + size + END_BYTES, extents);
    }

    /** A writer of the whole file. */
    public static DiskFormatWriter writer(DiskImage image, long epochSeconds, int level) {
        return new StreamWriter(archive(image, epochSeconds), Codec.GZIP, level);
    }

    /**
     * The disk in an archive that was decompressed.
     *
     * @throws dev.caisson.bytes.NotThisFormatException when the first file is not disk.raw
     * @throws dev.caisson.bytes.CorruptDataException when the header is damaged or the file is cut short
     */
    public static DiskImage open(ByteSource archive) throws IOException {
        byte[] header = archive.read(0, (int) Math.min(BLOCK, archive.size()));
        BinaryReader in = BinaryReader.bigEndian(HEADER, header);
        if (header.length < BLOCK || !in.text(100).equals("disk.raw")) {
            throw new NotThisFormatException(HEADER, 0, "the first file is not disk.raw", "a GCE image");
        }
        int stored = (int) octal(in.seek(CHECKSUM_AT).text(8));
        if (stored != checksum(header)) {
            throw new CorruptDataException(
                    HEADER, CHECKSUM_AT, "checksum " + stored, Integer.toString(checksum(header)));
        }
        in.seek(SIZE_AT);
        long size = header[SIZE_AT] < 0 ? in.skip(4).u63() : octal(in.text(12));
        ByteSource.checkRange(archive, BLOCK, size);
        return DiskImage.of(size, List.of(new Extent(0, archive.slice(BLOCK, size))));
    }

    private static long octal(String text) throws CorruptDataException {
        String digits = text.strip();
        if (!digits.matches("[0-7]{1,11}")) {
            throw new CorruptDataException(HEADER, 0, "\"" + digits + "\"", "an octal number");
        }
        return Long.parseLong(digits, 8);
    }

    /** The sum of all bytes, those of the checksum taken as blanks. */
    private static int checksum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < header.length; i++) {
            sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? ' ' : header[i] & 0xff;
        }
        return sum;
    }

    /** GNU tar's header of before POSIX: magic {@code "ustar  "}; sizes of 8 GiB and more in base 256. */
    private static byte[] header(long size, long epochSeconds) {
        BinaryWriter out = BinaryWriter.bigEndian(BLOCK)
                .bytes(ascii("disk.raw"))
                .zerosUpTo(100)
                .bytes(octal(0644, 7))
                .bytes(octal(0, 7))
                .bytes(octal(0, 7));
        if (size <= MOST_OCTAL_SIZE) {
            out.bytes(octal(size, 11));
        } else {
            out.u32(0x80000000L).u64(size);
        }
        byte[] bytes = out.bytes(octal(epochSeconds, 11))
                .bytes(ascii("        0"))
                .zerosUpTo(257)
                .bytes(ascii("ustar  "))
                .zerosUpTo(BLOCK)
                .toByteArray();
        byte[] checksum = ascii(String.format(Locale.ROOT, "%06o\0 ", checksum(bytes)));
        System.arraycopy(checksum, 0, bytes, CHECKSUM_AT, checksum.length);
        return bytes;
    }

    private static byte[] octal(long value, int digits) {
        return ascii(String.format(Locale.ROOT, "%0" + digits + "o\0", value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
