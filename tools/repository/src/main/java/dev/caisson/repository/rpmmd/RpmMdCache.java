package dev.caisson.repository.rpmmd;

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
 * The stored form of a {@link RpmMdIndex}. It is a cache: whoever meets a damaged or foreign one parses the metadata again.
 *
 * <pre>
 * offset  size           field        meaning
 *      0     8           magic        "CaisnRmd"
 *      8     4           version      1
 *     12     4           checksum     CRC-32C of all bytes from offset 16 on
 *     16    32           source       SHA-256 of the name (algorithm:hex) of the primary file's checksum
 *     48     4           count        packages
 *     52     4           entries      distinct entries
 *     56     4           references   members of all lists together
 *     60     4           strings      distinct strings
 *     64     4           textBytes    their bytes together
 *     68     4           columns      text columns × 2^16 + number columns
 *     72     8*numbers*count          number columns, package by package
 *      …     4*texts*count            string numbers, package by package
 *      …     12*entries               string number, comparison and bit 4 for pre, string number
 *      …     4*(9*count+1)            where each list starts
 *      …     4*references             entry numbers; string numbers in the ninth list
 *      …     4*(strings+1)            where each string starts
 *      …     textBytes                strings
 * </pre>
 *
 * All numbers are little-endian.
 */
public final class RpmMdCache {
    private static final byte[] MAGIC = "CaisnRmd".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = 72;
    private static final int COLUMNS = RpmMdIndex.TEXTS << 16 | RpmMdIndex.NUMBERS;
    private static final String STRUCTURE = "rpm-md cache";

    private RpmMdCache() {}

    /** The bytes of the cache file for an index parsed from a primary file with this checksum. */
    public static byte[] write(RpmMdIndex index, Digest source) {
        int entries = index.entryCount();
        long size = size(index.count, entries, index.references.length, index.stringCount(), index.text.length);
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).putInt(VERSION).putInt(0).put(key(source));
        out.putInt(index.count).putInt(entries).putInt(index.references.length);
        out.putInt(index.stringCount()).putInt(index.text.length).putInt(COLUMNS);
        out.asLongBuffer().put(index.numbers);
        out.position(out.position() + 8 * index.numbers.length);
        for (int[] values : new int[][] {index.texts, index.entries, index.starts, index.references, index.offsets}) {
            out.asIntBuffer().put(values);
            out.position(out.position() + 4 * values.length);
        }
        out.put(index.text);
        out.putInt(12, checksum(out.array()));
        return out.array();
    }

    /**
     * Takes a cache file apart.
     *
     * @param source checksum of the primary file that the caller wants
     * @throws FormatException when it is damaged, of another version or of another file
     */
    public static RpmMdIndex read(byte[] bytes, Digest source) throws FormatException {
        if (bytes.length < HEADER || !Arrays.equals(bytes, 0, 8, MAGIC, 0, 8)) {
            throw new NotThisFormatException(STRUCTURE, 0, "has no magic", "CaisnRmd");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(8) != VERSION || in.getInt(68) != COLUMNS) {
            throw new UnsupportedFeatureException(STRUCTURE, 8, "has version " + in.getInt(8), "" + VERSION);
        }
        if (in.getInt(12) != checksum(bytes)) {
            throw new CorruptDataException(STRUCTURE, 12, "has a wrong checksum", "that of its bytes");
        }
        if (!Arrays.equals(bytes, 16, 48, key(source), 0, 32)) {
            throw new CorruptDataException(STRUCTURE, 16, "is of another file", source.toString());
        }
        int count = in.getInt(48);
        int entries = in.getInt(52);
        int references = in.getInt(56);
        int strings = in.getInt(60);
        int textBytes = in.getInt(64);
        if (count < 0
                || entries < 0
                || references < 0
                || strings < 1
                || textBytes < 0
                || size(count, entries, references, strings, textBytes) != bytes.length) {
            throw new CorruptDataException(STRUCTURE, 48, "has counts that do not give its size", "");
        }
        in.position(HEADER);
        long[] numbers = new long[count * RpmMdIndex.NUMBERS];
        in.asLongBuffer().get(numbers);
        in.position(in.position() + 8 * numbers.length);
        int[] texts = ints(in, count * RpmMdIndex.TEXTS, strings);
        int[] entryTable = ints(in, entries * RpmMdIndex.ENTRY, Integer.MAX_VALUE);
        int[] starts = ints(in, count * RpmMdIndex.LISTS + 1, references + 1);
        int[] members = ints(in, references, Integer.MAX_VALUE);
        int[] offsets = ints(in, strings + 1, textBytes + 1);
        byte[] text = Arrays.copyOfRange(bytes, bytes.length - textBytes, bytes.length);
        RpmMdIndex index = new RpmMdIndex(count, texts, numbers, entryTable, starts, members, offsets, text);
        check(index);
        return index;
    }

    private static void check(RpmMdIndex index) throws CorruptDataException {
        boolean good = ascends(index.offsets, index.text.length) && ascends(index.starts, index.references.length);
        for (int i = 0; good && i < index.entries.length; i += RpmMdIndex.ENTRY) {
            int comparison = index.entries[i + 1] & ~RpmMdIndex.PRE;
            good = index.entries[i] < index.stringCount()
                    && index.entries[i + 2] < index.stringCount()
                    && comparison < RpmMdIndex.COMPARISONS;
        }
        for (int list = 0; good && list < index.starts.length - 1; list++) {
            boolean files = list % RpmMdIndex.LISTS == RpmMdIndex.LISTS - 1;
            int bound = files ? index.stringCount() : index.entryCount();
            for (int i = index.starts[list]; good && i < index.starts[list + 1]; i++) {
                good = index.references[i] < bound;
            }
        }
        if (!good) {
            throw new CorruptDataException(STRUCTURE, FormatException.NO_OFFSET, "has numbers out of range", "");
        }
    }

    private static boolean ascends(int[] values, int end) {
        boolean good = values[0] == 0 && values[values.length - 1] == end;
        for (int i = 1; i < values.length; i++) {
            good &= values[i - 1] <= values[i];
        }
        return good;
    }

    private static byte[] key(Digest source) {
        return DigestAlgorithm.SHA256
                .of(source.toString().getBytes(StandardCharsets.US_ASCII))
                .bytes();
    }

    private static long size(int count, int entries, int references, int strings, int textBytes) {
        long perPackage = 8L * RpmMdIndex.NUMBERS + 4L * RpmMdIndex.TEXTS + 4L * RpmMdIndex.LISTS;
        return HEADER
                + perPackage * count
                + 4L * RpmMdIndex.ENTRY * entries
                + 4L
                + 4L * references
                + 4L * (strings + 1L)
                + textBytes;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 16, bytes.length - 16);
        return (int) crc.getValue();
    }

    private static int[] ints(ByteBuffer in, int length, int bound) throws CorruptDataException {
        int[] values = new int[length];
        in.asIntBuffer().get(values);
        boolean good = true;
        for (int value : values) {
            good &= value >= 0 && value < bound;
        }
        if (!good) {
            throw new CorruptDataException(STRUCTURE, in.position(), "has a number out of range", "below " + bound);
        }
        in.position(in.position() + 4 * length);
        return values;
    }
}
