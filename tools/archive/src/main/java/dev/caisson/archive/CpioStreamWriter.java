package dev.caisson.archive;

import dev.caisson.bytes.ByteSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a cpio archive entry by entry, in the formats that {@link CpioStreamReader} reads. The caller decides what names, numbers
 * and order mean; see {@link CpioWriter} for the archive of a whole tree. For one thread.
 */
public final class CpioStreamWriter {
    private final ByteSink out;
    private final long start;

    /** Writes from the sink's position on. */
    public CpioStreamWriter(ByteSink out) {
        this.out = out;
        this.start = out.position();
    }

    /** The bytes of one entry's content. */
    public interface Content {
        /** Appends exactly the bytes that were announced. */
        void writeTo(ByteSink out) throws IOException;
    }

    /**
     * Writes an entry in the format "newc", owned by user and group 0.
     *
     * @param name without NUL
     * @param ino below 2^32
     * @param mode type and permissions
     * @param nlink how many names the file has
     * @param mtimeSeconds below 2^32
     * @param major of a device node
     * @param minor of a device node
     * @param sizeBytes below 2^32
     */
    public void newc(
            byte[] name,
            long ino,
            int mode,
            long nlink,
            long mtimeSeconds,
            int major,
            int minor,
            long sizeBytes,
            Content content)
            throws IOException {
        if ((ino | mtimeSeconds | sizeBytes | nlink) >>> 32 != 0) {
            throw new IllegalArgumentException("a number of the entry does not fit 32 bits");
        }
        CpioHeader header = new CpioHeader(
                false, ino, mode, 0, 0, nlink, mtimeSeconds, sizeBytes, 0, 0, major, minor, name.length + 1L, 0);
        out.write(header.encode());
        out.write(name);
        out.zeros(1);
        content(sizeBytes, content);
    }

    /** Writes an entry with RPM's stripped header. */
    public void stripped(long index, long sizeBytes, Content content) throws IOException {
        out.write(("07070X" + String.format(Locale.ROOT, "%08x", index)).getBytes(StandardCharsets.US_ASCII));
        content(sizeBytes, content);
    }

    private void content(long sizeBytes, Content content) throws IOException {
        align();
        long before = out.position();
        content.writeTo(out);
        if (out.position() - before != sizeBytes) {
            throw new IllegalStateException("a content does not have the size that was announced");
        }
        align();
    }

    private void align() throws IOException {
        out.zeros(start - out.position() & 3);
    }

    /** Writes the trailer. */
    public void end() throws IOException {
        newc(CpioHeader.TRAILER.getBytes(StandardCharsets.US_ASCII), 0, 0, 1, 0, 0, 0, 0, target -> {});
    }
}
