package dev.caisson.archive;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a cpio archive entry by entry from a stream, in bounded memory: the formats "newc", "crc" and the one that RPM has
 * for files of 4 GiB and more (rpm's {@code docs/manual/large_files.md}), whose headers are
 *
 * <pre>
 * offset field
 *      0 magic  "07070X"
 *      6 index  eight hexadecimal digits: number of the file in the package's header
 *     14 two bytes of padding
 * </pre>
 *
 * and whose sizes only the package's header knows. Between two entries everything is checked that is known; what names and
 * modes mean is for the caller to judge. For one thread.
 */
public final class CpioStreamReader {
    private static final int MAX_NAME_BYTES = 4096;
    private static final int MAGIC_BYTES = 6;
    private static final int STRIPPED_BYTES = 14;
    private static final byte[] MAGIC_STRIPPED = "07070X".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private long at;
    private CpioEntry entry;
    private Content content;
    private long checksum;
    private boolean ended;

    /** Reads from the stream's position on; the caller closes it. */
    public CpioStreamReader(InputStream in) {
        this.in = in;
    }

    /** Bytes of the archive read so far. */
    public long position() {
        return at;
    }

    /**
     * The next entry, after passing over what is left of the one before.
     *
     * @return null at the trailer
     * @throws NotThisFormatException when the first bytes are no cpio header
     * @throws CorruptDataException when the archive is damaged or ends
     * @throws LimitExceededException for a name longer than 4096 bytes
     */
    public CpioEntry next() throws IOException {
        if (ended) {
            return null;
        }
        finishEntry();
        long offset = at;
        byte[] head = new byte[CpioHeader.SIZE];
        read(head, 0, MAGIC_BYTES, "cpio header");
        if (Arrays.equals(head, 0, MAGIC_BYTES, MAGIC_STRIPPED, 0, MAGIC_BYTES)) {
            read(head, MAGIC_BYTES, STRIPPED_BYTES - MAGIC_BYTES, "cpio header");
            long index = CpioHeader.hex(head, MAGIC_BYTES, offset);
            readPadding();
            entry = new CpioEntry(CpioEntry.Format.STRIPPED, offset, index, new byte[0], 0, 0, 1, -1);
            return entry;
        }
        CpioHeader header = readHeader(head, offset);
        byte[] name = readName(header, offset);
        if (Arrays.equals(name, CpioHeader.TRAILER.getBytes(StandardCharsets.US_ASCII))) {
            if (header.fileSize() != 0) {
                throw new CorruptDataException("cpio trailer", offset, "has content", "none");
            }
            ended = true;
            entry = null;
            return null;
        }
        CpioEntry.Format format = header.checked() ? CpioEntry.Format.CRC : CpioEntry.Format.NEWC;
        checksum = header.checksum();
        entry = new CpioEntry(format, offset, -1, name, header.ino(), header.mode(), header.nlink(), header.fileSize());
        return entry;
    }

    /**
     * The content of the entry that was returned last, to be asked for once. It may be left unread in part; what is left is passed
     * over by {@link #next}.
     *
     * @param sizeBytes its size: the entry's own, or what the package's header says of a stripped entry
     * @return gives exactly that many bytes, or throws; valid until the next call of {@link #next}
     */
    public InputStream content(long sizeBytes) {
        if (entry == null
                || content != null
                || sizeBytes < 0
                || entry.sizeBytes() >= 0 && entry.sizeBytes() != sizeBytes) {
            throw new IllegalStateException("no content of " + sizeBytes + " bytes here");
        }
        content = new Content(sizeBytes);
        return content;
    }

    /** What follows the trailer must be zeros; reads up to the stream's end. */
    public void readEnd() throws IOException {
        byte[] buffer = new byte[8192];
        for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
            for (int i = 0; i < got; i++) {
                if (buffer[i] != 0) {
                    throw new CorruptDataException("cpio trailer", at + i, "is followed by other data", "zeros");
                }
            }
            at += got;
        }
    }

    private void finishEntry() throws IOException {
        if (entry == null) {
            return;
        }
        if (content == null) {
            if (entry.sizeBytes() < 0) {
                throw new IllegalStateException("the size of entry " + entry.nameText() + " was never told");
            }
            content = new Content(entry.sizeBytes());
        }
        content.drain();
        if (entry.format() == CpioEntry.Format.CRC
                && (entry.mode() & CpioHeader.TYPE_MASK) == CpioHeader.REGULAR
                && content.sum != checksum) {
            throw new CorruptDataException(
                    "cpio c_chksum of " + entry.nameText(),
                    entry.offset(),
                    "is 0x" + Long.toHexString(checksum) + ", the bytes give 0x" + Long.toHexString(content.sum),
                    "");
        }
        content = null;
        readPadding();
    }

    private CpioHeader readHeader(byte[] head, long offset) throws IOException {
        try {
            CpioHeader.checkMagic(head, offset);
            read(head, MAGIC_BYTES, CpioHeader.SIZE - MAGIC_BYTES, "cpio header");
            return CpioHeader.decode(head, offset);
        } catch (NotThisFormatException e) {
            if (offset == 0) {
                throw e;
            }
            throw new CorruptDataException(e.structure(), e.offset(), e.actual(), e.expected());
        }
    }

    private byte[] readName(CpioHeader header, long offset) throws IOException {
        if (header.nameSize() > MAX_NAME_BYTES) {
            throw new LimitExceededException(
                    "cpio c_namesize", offset, "is " + header.nameSize(), "at most " + MAX_NAME_BYTES);
        }
        if (header.nameSize() < 2) {
            throw new CorruptDataException("cpio c_namesize", offset, "is " + header.nameSize(), "at least 2");
        }
        byte[] bytes = new byte[(int) header.nameSize()];
        read(bytes, 0, bytes.length, "cpio name");
        readPadding();
        for (int i = 0; i < bytes.length; i++) {
            if ((bytes[i] == 0) != (i == bytes.length - 1)) {
                throw new CorruptDataException("cpio name", offset, "has NUL elsewhere than at its end", "");
            }
        }
        return Arrays.copyOf(bytes, bytes.length - 1);
    }

    private void readPadding() throws IOException {
        byte[] padding = new byte[(int) (-at & 3)];
        read(padding, 0, padding.length, "cpio padding");
        for (byte b : padding) {
            if (b != 0) {
                throw new CorruptDataException("cpio padding", at - padding.length, "is not zero", "zeros");
            }
        }
    }

    private void read(byte[] to, int from, int length, String what) throws IOException {
        int got = in.readNBytes(to, from, length);
        if (got < length) {
            throw new CorruptDataException(what, at, "ends after " + got + " bytes", length + " bytes");
        }
        at += length;
    }

    private final class Content extends InputStream {
        private long left;
        private long sum;

        private Content(long sizeBytes) {
            left = sizeBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            java.util.Objects.checkFromIndexSize(from, length, to.length);
            if (this != content) {
                throw new IllegalStateException("the archive has gone on to another entry");
            }
            if (length == 0 || left == 0) {
                return length == 0 ? 0 : -1;
            }
            int got = in.read(to, from, (int) Math.min(length, left));
            if (got < 0) {
                throw new CorruptDataException(
                        "cpio entry " + entry.nameText(), entry.offset(), "is truncated", left + " more bytes");
            }
            at += got;
            left -= got;
            if (entry.format() == CpioEntry.Format.CRC) {
                for (int i = from; i < from + got; i++) {
                    sum = sum + (to[i] & 0xff) & CpioHeader.FIELD_MAX;
                }
            }
            return got;
        }

        @Override
        public int available() {
            return (int) Math.min(Integer.MAX_VALUE, left);
        }

        private void drain() throws IOException {
            byte[] buffer = new byte[(int) Math.min(1 << 16, left)];
            while (left > 0) {
                read(buffer, 0, buffer.length);
            }
        }
    }
}
