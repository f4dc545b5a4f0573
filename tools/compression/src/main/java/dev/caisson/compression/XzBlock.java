package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * One block of an .xz stream, decoded while it is read.
 *
 * <pre>
 * size / 4 - 1 (u8), flags (u8), [compressed size], [uncompressed size], filter{1,4}, zeros, CRC32    the header
 * compressed bytes, zeros to a multiple of 4, check
 * flags  := number of filters - 1 (bits 0-1), compressed size is there (bit 6), uncompressed size is there (bit 7)
 * filter := id, number of property bytes, property bytes
 * </pre>
 */
final class XzBlock {
    private static final String HEADER = "xz stream block header";
    private static final String STRUCTURE = "xz stream block";
    private static final int RESERVED_FLAGS = 0x3C;
    private static final int HAS_COMPRESSED = 0x40;
    private static final int HAS_UNCOMPRESSED = 0x80;
    private static final int MOST_NUMBER_BYTES = 9;
    private static final long LARGEST_NUMBER = Long.MAX_VALUE;

    private final XzInput in;
    private final int headerBytes;
    private final XzCheck check;
    private long compressedBytes = -1;
    private long uncompressedBytes = -1;
    private int at;
    private int headerEnd;
    private InputStream content;
    private long start;
    private long produced;
    private boolean ended;

    /** Decoders' tables and dictionary, which one block leaves to the next. */
    static final class Memory {
        private Lzma2Decoder last;
    }

    private XzBlock(XzInput in, int headerBytes, XzCheck check) {
        this.in = in;
        this.headerBytes = headerBytes;
        this.check = check;
    }

    /** Reads the header of {@code headerBytes} bytes, the first of which is taken. */
    static XzBlock begin(XzInput in, int headerBytes, XzCheck check, Memory memory, long maxMemoryBytes)
            throws IOException {
        XzBlock block = new XzBlock(in, headerBytes, check);
        in.require(headerBytes - 1, HEADER);
        byte[] header = new byte[headerBytes];
        header[0] = (byte) (headerBytes / 4 - 1);
        System.arraycopy(in.bytes(), in.at(), header, 1, headerBytes - 1);
        in.skip(headerBytes - 1);
        XzFilters filters = block.parse(header);
        if (filters.memoryBytes() > maxMemoryBytes) {
            throw new LimitExceededException(
                    "xz stream memory",
                    in.offset(),
                    filters.memoryBytes() + " bytes",
                    "at most " + maxMemoryBytes + " bytes");
        }
        block.start = in.offset();
        memory.last = new Lzma2Decoder(in, memory.last, filters.dictionaryBytes());
        block.content = filters.behind(memory.last);
        return block;
    }

    private XzFilters parse(byte[] header) throws IOException {
        headerEnd = header.length - 4;
        if (Lz4Format.read4(header, headerEnd) != XzCheck.crc32(header, 0, headerEnd)) {
            throw corruptHeader("its CRC32 is not that of its fields");
        }
        int flags = header[1] & 0xFF;
        if ((flags & RESERVED_FLAGS) != 0) {
            throw unsupported("flags 0x" + Integer.toHexString(flags), "reserved ones to be 0");
        }
        at = 2;
        if ((flags & HAS_COMPRESSED) != 0) {
            compressedBytes = number(header);
            long most = (LARGEST_NUMBER & ~3) - headerBytes - check.sizeBytes();
            if (compressedBytes == 0 || compressedBytes > most) {
                throw corruptHeader("compressed size " + compressedBytes);
            }
        }
        if ((flags & HAS_UNCOMPRESSED) != 0) {
            uncompressedBytes = number(header);
        }
        XzFilters filters = new XzFilters(in.offset());
        int count = (flags & 3) + 1;
        for (int i = 0; i < count; i++) {
            long id = number(header);
            long length = number(header);
            if (length > headerEnd - at) {
                throw corruptHeader(length + " bytes of filter properties");
            }
            filters.add(id, Arrays.copyOfRange(header, at, at + (int) length));
            at += (int) length;
        }
        while (at < headerEnd) {
            if (header[at++] != 0) {
                throw unsupported("padding other than zeros", "");
            }
        }
        filters.check();
        return filters;
    }

    private long number(byte[] header) throws CorruptDataException {
        long number = 0;
        for (int i = 0; i < MOST_NUMBER_BYTES && at < headerEnd; i++) {
            int b = header[at++];
            number |= (long) (b & 0x7F) << 7 * i;
            if (b >= 0) {
                if (b == 0 && i > 0) {
                    break;
                }
                return number;
            }
        }
        throw corruptHeader("a number in another form than the shortest");
    }

    /** The next decoded bytes, as many as are wanted and there; -1 at the end, when all checks have passed. */
    int read(byte[] to, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int count = content.read(to, offset, length);
        if (count > 0) {
            check.update(to, offset, count);
            produced += count;
        }
        checkSizes();
        if (count < length) {
            finish();
            ended = true;
        }
        return count;
    }

    private void checkSizes() throws CorruptDataException {
        if (compressedBytes >= 0 && in.offset() - start > compressedBytes
                || uncompressedBytes >= 0 && produced > uncompressedBytes) {
            throw wrongSizes();
        }
    }

    private CorruptDataException wrongSizes() {
        return corrupt("other sizes than its header says");
    }

    private void finish() throws IOException {
        long compressed = in.offset() - start;
        if (content.read() >= 0
                || compressedBytes >= 0 && compressed != compressedBytes
                || uncompressedBytes >= 0 && produced != uncompressedBytes) {
            throw wrongSizes();
        }
        compressedBytes = compressed;
        while ((in.offset() - start) % 4 != 0) {
            if (in.next(STRUCTURE) != 0) {
                throw corrupt("padding other than zeros");
            }
        }
        int size = check.sizeBytes();
        in.require(size, STRUCTURE);
        byte[] value = check.value();
        if (!Arrays.equals(value, 0, size, in.bytes(), in.at(), in.at() + size)) {
            throw corrupt("its check is not that of its content");
        }
        in.skip(size);
    }

    /** Header, compressed bytes and check; once all is read. */
    long unpaddedBytes() {
        return headerBytes + compressedBytes + check.sizeBytes();
    }

    /** Bytes that came out. */
    long uncompressedBytes() {
        return produced;
    }

    private CorruptDataException corrupt(String actual) {
        return new CorruptDataException(STRUCTURE, in.offset(), actual, "");
    }

    private CorruptDataException corruptHeader(String actual) {
        return new CorruptDataException(HEADER, in.offset(), actual, "");
    }

    private UnsupportedFeatureException unsupported(String actual, String expected) {
        return new UnsupportedFeatureException(HEADER, in.offset(), actual, expected);
    }
}
