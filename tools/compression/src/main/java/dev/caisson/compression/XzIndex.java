package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a stream's index must say: the sizes of the blocks that came, kept as a digest, so that any number of blocks takes no
 * memory.
 *
 * <pre>
 * index  := 00 count record* zeros to a multiple of 4, CRC32
 * record := unpadded size, uncompressed size
 * </pre>
 *
 * All numbers are of {@link #number}'s form.
 */
final class XzIndex {
    private static final String STRUCTURE = "xz stream index";
    private static final int MOST_NUMBER_BYTES = 9;
    private static final int CRC_BYTES = 4;

    private final MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
    private final ByteBuffer record = ByteBuffer.allocate(2 * Long.BYTES);
    private long count;

    void add(long unpaddedBytes, long uncompressedBytes) {
        count++;
        note(digest, unpaddedBytes, uncompressedBytes);
    }

    private void note(MessageDigest to, long unpaddedBytes, long uncompressedBytes) {
        record.clear().putLong(unpaddedBytes).putLong(uncompressedBytes);
        to.update(record.array());
    }

    /** Reads the index, whose first byte is taken; returns its length. */
    long check(XzInput in) throws IOException {
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(0);
        long start = in.offset() - 1;
        long records = number(in, crc);
        if (records != count) {
            throw corrupt(in, records + " records", count + " as there are blocks");
        }
        MessageDigest found = DigestAlgorithm.SHA256.newDigest();
        for (long i = 0; i < count; i++) {
            note(found, number(in, crc), number(in, crc));
        }
        if (!Arrays.equals(found.digest(), digest.digest())) {
            throw corrupt(in, "other sizes", "those of the blocks");
        }
        while ((in.offset() - start) % 4 != 0) {
            int padding = in.next(STRUCTURE);
            crc.update(padding);
            if (padding != 0) {
                throw corrupt(in, "padding of " + padding, "0");
            }
        }
        in.require(CRC_BYTES, STRUCTURE);
        if (Lz4Format.read4(in.bytes(), in.at()) != (int) crc.getValue()) {
            throw corrupt(in, "its CRC32 is not that of its records", "");
        }
        in.skip(CRC_BYTES);
        return in.offset() - start;
    }

    /** Seven bits a byte, the lowest first, the highest bit set in all but the last; at most 63 bits, in the shortest form. */
    private static long number(XzInput in, java.util.zip.CRC32 crc) throws IOException {
        long number = 0;
        for (int i = 0; i < MOST_NUMBER_BYTES; i++) {
            int b = in.next(STRUCTURE);
            crc.update(b);
            number |= (long) (b & 0x7F) << 7 * i;
            if (b < 0x80) {
                if (b == 0 && i > 0) {
                    break;
                }
                return number;
            }
        }
        throw corrupt(in, "a number in another form", "the shortest, up to 63 bits");
    }

    private static CorruptDataException corrupt(XzInput in, String actual, String expected) {
        return new CorruptDataException(STRUCTURE, in.offset(), actual, expected);
    }
}
