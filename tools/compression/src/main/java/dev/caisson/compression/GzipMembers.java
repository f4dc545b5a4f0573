package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * All members of a gzip file (RFC 1952), checked by CRC and length. The JDK's own stream takes the end of what happens to be
 * available for the end of the file, and garbage behind a member for nothing.
 *
 * <p>Zero bytes up to the end may follow the last member (tapes and block devices leave them); anything else is damage.
 */
final class GzipMembers extends InputStream {
    private static final int BUFFER = 64 << 10;
    private static final int DEFLATE = 8;
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int RESERVED_FLAGS = 0xE0;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int end;
    private long consumedBefore;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private long memberLength;
    private boolean inMember;
    private boolean ended;

    GzipMembers(InputStream in) throws IOException {
        this.in = in;
        readHeader(readByte());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!ended) {
            if (!inMember) {
                nextMember();
                continue;
            }
            int got = inflate(bytes, offset, length);
            if (got > 0) {
                crc.update(bytes, offset, got);
                memberLength += got;
                return got;
            }
        }
        return -1;
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        try {
            int got = inflater.inflate(bytes, offset, length);
            if (got > 0) {
                return got;
            }
        } catch (DataFormatException e) {
            throw corrupt("deflate data: " + e.getMessage(), "");
        }
        if (inflater.finished()) {
            next = end - inflater.getRemaining();
            readTrailer();
        } else if (inflater.needsDictionary()) {
            throw corrupt("deflate data asks for a dictionary", "");
        } else if (inflater.needsInput()) {
            next = end;
            fill();
            if (end == 0) {
                throw corrupt("it ends within a member", "");
            }
            inflater.setInput(buffer, 0, end);
        }
        return 0;
    }

    private void readTrailer() throws IOException {
        long storedCrc = readInt();
        long storedLength = readInt();
        if (storedCrc != crc.getValue()) {
            throw corrupt("CRC32 is 0x" + Long.toHexString(storedCrc), "0x" + Long.toHexString(crc.getValue()));
        }
        if (storedLength != (memberLength & 0xFFFFFFFFL)) {
            throw corrupt("ISIZE is " + storedLength, Long.toString(memberLength & 0xFFFFFFFFL));
        }
        inMember = false;
    }

    private void nextMember() throws IOException {
        int first = readByteOrEnd();
        while (first == 0) {
            first = readByteOrEnd();
            if (first > 0) {
                throw corrupt("byte 0x" + Integer.toHexString(first) + " in the padding", "zeros up to the end");
            }
        }
        if (first < 0) {
            ended = true;
        } else {
            readHeader(first);
        }
    }

    private void readHeader(int first) throws IOException {
        headerCrc.reset();
        headerCrc.update(first);
        int second = headerByte();
        if (first != 0x1F || second != 0x8B) {
            throw corrupt("bytes 0x" + Integer.toHexString(first << 8 | second), "a member's 0x1f8b or the end");
        }
        int method = headerByte();
        int flags = headerByte();
        if (method != DEFLATE || (flags & RESERVED_FLAGS) != 0) {
            throw new UnsupportedFeatureException(
                    "gzip member",
                    position(),
                    "method " + method + ", flags 0x" + Integer.toHexString(flags),
                    "method 8");
        }
        skipHeader(6);
        if ((flags & FLAG_EXTRA) != 0) {
            int low = headerByte();
            skipHeader(low | headerByte() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            long expected = headerCrc.getValue() & 0xFFFF;
            int low = readByte();
            int stored = low | readByte() << 8;
            if (stored != expected) {
                throw corrupt("header CRC16 is 0x" + Integer.toHexString(stored), "0x" + Long.toHexString(expected));
            }
        }
        inflater.reset();
        inflater.setInput(buffer, next, end - next);
        crc.reset();
        memberLength = 0;
        inMember = true;
    }

    private int headerByte() throws IOException {
        int value = readByte();
        headerCrc.update(value);
        return value;
    }

    private void skipHeader(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            headerByte();
        }
    }

    private void skipText() throws IOException {
        while (headerByte() != 0) {
            // Name and comment are of no use here.
        }
    }

    private long readInt() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (long) readByte() << shift;
        }
        return value;
    }

    private int readByte() throws IOException {
        int value = readByteOrEnd();
        if (value < 0) {
            throw corrupt("it ends within a member", "");
        }
        return value;
    }

    private int readByteOrEnd() throws IOException {
        if (next == end) {
            fill();
            if (end == 0) {
                return -1;
            }
        }
        return buffer[next++] & 0xFF;
    }

    /** Replaces the buffer, which has been used up; empty means the end. */
    private void fill() throws IOException {
        consumedBefore += end;
        next = 0;
        end = 0;
        end = Math.max(0, in.read(buffer, 0, buffer.length));
    }

    private long position() {
        return consumedBefore + next;
    }

    private CorruptDataException corrupt(String actual, String expected) {
        return new CorruptDataException("gzip member", position(), actual, expected);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
