package dev.caisson.repository;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The stored form of a {@link PackagesIndex}. It is a cache: whoever meets a damaged or foreign one parses the index again.
 *
 * <pre>
 * offset  size           field        meaning
 *      0     8           magic        "CaisnPkg"
 *      8     4           version      1
 *     12     4           checksum     CRC-32C of all bytes from offset 16 on
 *     16    32           source       SHA-256 of the (compressed) index file that was parsed
 *     48     4           count        packages
 *     52     4           strings      distinct strings
 *     56     4           textBytes    their bytes together
 *     60     4           columns      text columns, as in PackagesField
 *     64     4*columns*count          string numbers, package by package
 *      …     8*count                  Size
 *      …     8*count                  Installed-Size, -1 for none
 *      …     32*count                 SHA256
 *      …     4*(strings+1)            where each string starts
 *      …     4*count                  package numbers, by name
 *      …     textBytes                strings
 * </pre>
 *
 * All numbers are little-endian.
 */
public final class IndexCache {
    private static final byte[] MAGIC = "CaisnPkg".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = 64;

    private IndexCache() {}

    /** The bytes of the cache file for an index parsed from a file with digest {@code source} (SHA-256). */
    public static byte[] write(PackagesIndex index, Digest source) {
        long size = size(index.count, index.offsets.length - 1, index.text.length);
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).putInt(VERSION).putInt(0).put(source.bytes());
        out.putInt(index.count)
                .putInt(index.offsets.length - 1)
                .putInt(index.text.length)
                .putInt(PackagesField.COUNT);
        put(out, index.columns);
        put(out, index.sizes);
        put(out, index.installedSizes);
        out.put(index.digests);
        put(out, index.offsets);
        put(out, index.byName);
        out.put(index.text);
        out.putInt(12, checksum(out.array()));
        return out.array();
    }

    /**
     * Takes a cache file apart.
     *
     * @param bytes the whole file, which is kept and must not change
     * @param source digest of the index file that the caller wants
     * @throws FormatException when it is damaged, of another version or of another index
     */
    public static PackagesIndex read(byte[] bytes, Digest source) throws FormatException {
        if (bytes.length < HEADER || !Arrays.equals(bytes, 0, 8, MAGIC, 0, 8)) {
            throw new NotThisFormatException("index cache", 0, "has no magic", "CaisnPkg");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(8) != VERSION || in.getInt(60) != PackagesField.COUNT) {
            throw new UnsupportedFeatureException("index cache", 8, "has version " + in.getInt(8), "" + VERSION);
        }
        if (in.getInt(12) != checksum(bytes)) {
            throw new CorruptDataException("index cache", 12, "has a wrong checksum", "that of its bytes");
        }
        if (source.algorithm() != DigestAlgorithm.SHA256 || !Arrays.equals(bytes, 16, 48, source.bytes(), 0, 32)) {
            throw new CorruptDataException("index cache", 16, "is of another index", source.toString());
        }
        int count = in.getInt(48);
        int strings = in.getInt(52);
        int textBytes = in.getInt(56);
        if (count < 0 || strings < 1 || textBytes < 0 || size(count, strings, textBytes) != bytes.length) {
            throw new CorruptDataException("index cache", 48, "has counts that do not give its size", "");
        }
        in.position(HEADER);
        int[] columns = ints(in, count * PackagesField.COUNT, strings);
        long[] sizes = longs(in, count);
        long[] installedSizes = longs(in, count);
        byte[] digests = new byte[count * 32];
        in.get(digests);
        int[] offsets = ints(in, strings + 1, textBytes + 1);
        int[] byName = ints(in, count, count);
        byte[] text = Arrays.copyOfRange(bytes, bytes.length - textBytes, bytes.length);
        checkOffsets(offsets, textBytes);
        return new PackagesIndex(count, columns, sizes, installedSizes, digests, offsets, text, byName);
    }

    private static void checkOffsets(int[] offsets, int textBytes) throws CorruptDataException {
        boolean good = offsets[0] == 0 && offsets[offsets.length - 1] == textBytes;
        for (int i = 1; i < offsets.length; i++) {
            good &= offsets[i - 1] <= offsets[i];
        }
        if (!good) {
            throw new CorruptDataException("index cache", FormatException.NO_OFFSET, "has strings out of order", "");
        }
    }

    private static long size(int count, int strings, int textBytes) {
        return HEADER + (4L * PackagesField.COUNT + 8 + 8 + 32 + 4) * count + 4L * (strings + 1L) + textBytes;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 16, bytes.length - 16);
        return (int) crc.getValue();
    }

    private static void put(ByteBuffer out, int[] values) {
        out.asIntBuffer().put(values);
        out.position(out.position() + 4 * values.length);
    }

    private static void put(ByteBuffer out, long[] values) {
        out.asLongBuffer().put(values);
        out.position(out.position() + 8 * values.length);
    }

    private static int[] ints(ByteBuffer in, int length, int bound) throws CorruptDataException {
        int[] values = new int[length];
        in.asIntBuffer().get(values);
        boolean good = true;
        for (int value : values) {
            good &= value >= 0 && value < bound;
        }
        if (!good) {
            throw new CorruptDataException("index cache", in.position(), "has a number out of range", "below " + bound);
        }
        in.position(in.position() + 4 * length);
        return values;
    }

    private static long[] longs(ByteBuffer in, int length) {
        long[] values = new long[length];
        in.asLongBuffer().get(values);
        in.position(in.position() + 8 * length);
        return values;
    }
}
