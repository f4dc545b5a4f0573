package dev.caisson.archive;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads a tar archive from front to back: {@link #next} gives a member, then {@link #content} or {@link #readContent} its bytes,
 * which are passed over when they are not asked for. After the last member the whole rest of the stream is read and must be
 * zeros, so that a decompressor beneath has checked its own end when {@code next} returns null.
 *
 * <p>Reads ahead in pieces of 64 KiB and does not close the stream, which is its owner's. For one thread.
 */
public final class TarReader {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Zeros accepted after the end marker: GNU tar fills its last record, by default 10 KiB, at most a few hundred. */
    private static final long MAX_PADDING_BYTES = 1 << 20;

    /** The longest symbolic link that Linux stores. */
    private static final int MAX_SYMLINK_BYTES = 4095;

    private final InputStream in;
    private final TarLimits limits;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    /** Position of {@code buffer[0]} in the archive. */
    private long bufferOffset;

    private long contentLeft;
    private int paddingLeft;
    private long entries;
    private boolean finished;
    private TarEntry current;
    private PaxRecords global = PaxRecords.NONE;

    /** Reads {@code in}, which must stand at the archive's first byte. */
    public TarReader(InputStream in, TarLimits limits) {
        this.in = Objects.requireNonNull(in);
        this.limits = Objects.requireNonNull(limits);
    }

    /** Bytes of the archive consumed so far. */
    public long offset() {
        return bufferOffset + at;
    }

    /**
     * The next member, or null after the last.
     *
     * @throws dev.caisson.bytes.NotThisFormatException when the first block is not a tar header
     * @throws CorruptDataException when the archive is damaged or ends before its end marker
     * @throws UnsupportedFeatureException for sparse files, multi-volume archives and unknown member types
     * @throws LimitExceededException when one of the limits is passed
     */
    public TarEntry next() throws IOException {
        if (finished) {
            return null;
        }
        skipContent();
        current = null;
        Extensions extensions = new Extensions();
        while (true) {
            long offset = offset();
            if (!fill(TarHeader.SIZE)) {
                throw truncated("tar archive", "two zero blocks at its end");
            }
            if (isZeroBlock()) {
                extensions.checkNone(offset);
                readEnd();
                finished = true;
                return null;
            }
            if (++entries > limits.entries()) {
                throw new LimitExceededException(
                        "tar archive", offset, "has more entries", "at most " + limits.entries() + " entries");
            }
            TarHeader header = new TarHeader(buffer, at, offset);
            if (!readExtension(header, extensions)) {
                current = entry(header, extensions);
                at += TarHeader.SIZE;
                startContent(current.size(), current.pathText(), offset);
                return current;
            }
        }
    }

    /** The content of the member that {@link #next} gave last, from where it was read to; valid until the next call. */
    public InputStream content() {
        return new Content(entries);
    }

    /**
     * Reads the rest of the current member's content.
     *
     * @throws LimitExceededException when it is larger than {@code limitBytes}
     */
    public byte[] readContent(int limitBytes) throws IOException {
        if (contentLeft > limitBytes) {
            throw new LimitExceededException(
                    "tar member " + current.pathText(),
                    current.offset(),
                    "is " + contentLeft + " bytes",
                    "at most " + limitBytes + " bytes");
        }
        // Grows with what really is there: the header's word alone allocates nothing large.
        byte[] bytes = new byte[(int) Math.min(contentLeft, BUFFER_BYTES)];
        int length = 0;
        while (contentLeft > 0) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min((long) length + contentLeft, 4L * length));
            }
            length += readContent(bytes, length, bytes.length - length);
        }
        return bytes;
    }

    /** What the headers before a member's own say. */
    private static final class Extensions {
        private byte[] longName;
        private byte[] longLink;
        private PaxRecords pax;

        void checkNone(long offset) throws CorruptDataException {
            if (longName != null || longLink != null || pax != null) {
                throw new CorruptDataException("tar archive", offset, "ends after an extended header", "a member");
            }
        }

        void checkFree(boolean free, char type, long offset) throws CorruptDataException {
            if (!free) {
                throw new CorruptDataException(
                        "tar header typeflag", offset, "is a second '" + type + "' for one member", "one");
            }
        }
    }

    /** Takes in a header that describes the next one; false when this is a member's own. */
    private boolean readExtension(TarHeader header, Extensions to) throws IOException {
        char type = header.type();
        long offset = header.offset();
        switch (type) {
            case 'L':
                to.checkFree(to.longName == null && to.pax == null, type, offset);
                to.longName = longName(readExtensionContent(header), offset);
                return true;
            case 'K':
                to.checkFree(to.longLink == null && to.pax == null, type, offset);
                to.longLink = longName(readExtensionContent(header), offset);
                return true;
            case 'x':
                to.checkFree(to.pax == null && to.longName == null && to.longLink == null, type, offset);
                to.pax = PaxRecords.parse(readExtensionContent(header), offset + TarHeader.SIZE);
                return true;
            case 'g':
                to.checkNone(offset);
                global = PaxRecords.parse(readExtensionContent(header), offset + TarHeader.SIZE)
                        .asGlobal()
                        .over(global);
                return true;
            default:
                return false;
        }
    }

    private byte[] readExtensionContent(TarHeader header) throws IOException {
        long size = header.size();
        if (size > limits.extensionBytes()) {
            throw new LimitExceededException(
                    "tar header of type '" + header.type() + "'",
                    header.offset(),
                    "is " + size + " bytes",
                    "at most " + limits.extensionBytes() + " bytes");
        }
        at += TarHeader.SIZE;
        startContent(size, "extended header", header.offset());
        byte[] bytes = readContent(limits.extensionBytes());
        skipContent();
        return bytes;
    }

    private static byte[] longName(byte[] bytes, long offset) throws CorruptDataException {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] == 0) {
                throw new CorruptDataException("GNU long name", offset, "holds NUL", "");
            }
        }
        if (length == 0) {
            throw new CorruptDataException("GNU long name", offset, "is empty", "a name");
        }
        return Arrays.copyOf(bytes, length);
    }

    private TarEntry entry(TarHeader header, Extensions extensions) throws FormatException {
        PaxRecords pax = extensions.pax == null ? global : extensions.pax.over(global);
        byte[] path = first(pax.name("path"), extensions.longName, header.path());
        checkPath(path, header.offset());
        TarEntry.Type type = type(header, path);
        boolean link = type == TarEntry.Type.HARD_LINK || type == TarEntry.Type.SYMLINK;
        byte[] target = link ? first(pax.name("linkpath"), extensions.longLink, header.linkTarget()) : new byte[0];
        if (link) {
            checkTarget(target, path, type, header.offset());
        }
        long size = pax.number("size", Long.MAX_VALUE, -1);
        size = size < 0 ? header.size() : size;
        if (type != TarEntry.Type.FILE && size != 0) {
            throw new UnsupportedFeatureException(
                    "tar header size", header.offset(), "is " + size + " for a member of type " + type, "0");
        }
        boolean device = type == TarEntry.Type.BLOCK_DEVICE || type == TarEntry.Type.CHARACTER_DEVICE;
        long[] mtime = pax.mtime();
        long uid = pax.number("uid", 0xffffffffL, -1);
        long gid = pax.number("gid", 0xffffffffL, -1);
        return new TarEntry(
                path,
                type,
                header.mode(),
                uid < 0 ? header.uid() : uid,
                gid < 0 ? header.gid() : gid,
                mtime == null ? header.mtime() : mtime[0],
                mtime == null ? 0 : (int) mtime[1],
                size,
                target,
                device ? header.major() : 0,
                device ? header.minor() : 0,
                pax.isEmpty() ? Xattrs.NONE : pax.xattrs(),
                header.offset());
    }

    private static byte[] first(byte[] a, byte[] b, byte[] otherwise) {
        return a != null ? a : b != null ? b : otherwise;
    }

    private void checkPath(byte[] path, long offset) throws FormatException {
        if (path.length == 0) {
            throw new CorruptDataException("tar header name", offset, "is empty", "a path");
        }
        if (path.length > limits.pathBytes()) {
            throw new LimitExceededException(
                    "tar header name",
                    offset,
                    "is " + path.length + " bytes",
                    "at most " + limits.pathBytes() + " bytes");
        }
    }

    private void checkTarget(byte[] target, byte[] path, TarEntry.Type type, long offset) throws FormatException {
        if (target.length == 0) {
            throw new CorruptDataException(
                    "tar header linkname of " + TarEntry.printable(path), offset, "is empty", "a path");
        }
        int limit = type == TarEntry.Type.SYMLINK ? MAX_SYMLINK_BYTES : limits.pathBytes();
        if (target.length > limit) {
            throw new LimitExceededException(
                    "tar header linkname of " + TarEntry.printable(path),
                    offset,
                    "is " + target.length + " bytes",
                    "at most " + limit + " bytes");
        }
    }

    private static TarEntry.Type type(TarHeader header, byte[] path) throws FormatException {
        switch (header.type()) {
            case 0:
            case '0':
                // v7 has no type for directories.
                return path[path.length - 1] == '/' ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
            case '7':
                return TarEntry.Type.FILE;
            case '1':
                return TarEntry.Type.HARD_LINK;
            case '2':
                return TarEntry.Type.SYMLINK;
            case '3':
                return TarEntry.Type.CHARACTER_DEVICE;
            case '4':
                return TarEntry.Type.BLOCK_DEVICE;
            case '5':
                return TarEntry.Type.DIRECTORY;
            case '6':
                return TarEntry.Type.FIFO;
            case 'S':
                throw new UnsupportedFeatureException(
                        "tar member " + TarEntry.printable(path), header.offset(), "is a sparse file", "");
            default:
                throw new UnsupportedFeatureException(
                        "tar member " + TarEntry.printable(path),
                        header.offset(),
                        "has type '" + TarEntry.printable(new byte[] {(byte) header.type()}) + "'",
                        "'0' to '7'");
        }
    }

    private void startContent(long size, String member, long offset) throws LimitExceededException {
        if (size > limits.contentBytes() || size > limits.totalBytes() - offset()) {
            throw new LimitExceededException(
                    "tar member " + member,
                    offset,
                    "is " + size + " bytes",
                    "at most " + Math.min(limits.contentBytes(), limits.totalBytes() - offset()) + " bytes");
        }
        contentLeft = size;
        paddingLeft = (int) (-size & TarHeader.SIZE - 1);
    }

    /** Passes over what has not been read of the current member's content; {@link #next} does so too. */
    public void skipContent() throws IOException {
        long left = contentLeft + paddingLeft;
        while (left > 0) {
            if (at == end && !fill(1)) {
                throw truncatedMember();
            }
            int count = (int) Math.min(left, end - at);
            at += count;
            left -= count;
        }
        contentLeft = 0;
        paddingLeft = 0;
    }

    /** Reads at least one byte of the content, which must not be at its end. */
    private int readContent(byte[] to, int from, int length) throws IOException {
        int wanted = (int) Math.min(length, contentLeft);
        int count;
        if (at == end && wanted >= BUFFER_BYTES) {
            // Large reads go past the buffer.
            count = in.read(to, from, wanted);
            if (count <= 0) {
                throw truncatedMember();
            }
            bufferOffset += end + count;
            at = 0;
            end = 0;
        } else {
            if (at == end && !fill(1)) {
                throw truncatedMember();
            }
            count = Math.min(wanted, end - at);
            System.arraycopy(buffer, at, to, from, count);
            at += count;
        }
        contentLeft -= count;
        return count;
    }

    private CorruptDataException truncatedMember() {
        String member = current == null ? "tar extended header" : "tar member " + current.pathText();
        return truncated(member, (contentLeft + paddingLeft) + " more bytes");
    }

    private CorruptDataException truncated(String structure, String expected) {
        return new CorruptDataException(structure, bufferOffset + end, "is truncated", expected);
    }

    /** Makes at least {@code count} bytes available; false when the stream ends before. */
    private boolean fill(int count) throws IOException {
        if (end - at >= count) {
            return true;
        }
        System.arraycopy(buffer, at, buffer, 0, end - at);
        bufferOffset += at;
        end -= at;
        at = 0;
        while (end < count) {
            int read = in.read(buffer, end, BUFFER_BYTES - end);
            if (read <= 0) {
                return false;
            }
            end += read;
        }
        return true;
    }

    private boolean isZeroBlock() {
        return isZero(at, at + TarHeader.SIZE);
    }

    private boolean isZero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (buffer[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void readEnd() throws IOException {
        at += TarHeader.SIZE;
        if (!fill(TarHeader.SIZE)) {
            throw truncated("tar archive", "two zero blocks at its end");
        }
        long start = offset();
        while (fill(1)) {
            if (!isZero(at, end)) {
                throw new CorruptDataException("tar end marker", offset(), "is followed by other data", "zeros");
            }
            at = end;
            if (offset() - start > MAX_PADDING_BYTES) {
                throw new LimitExceededException(
                        "tar end marker", start, "is longer", "at most " + MAX_PADDING_BYTES + " bytes");
            }
        }
        if (offset() % TarHeader.SIZE != 0) {
            throw truncated("tar archive", "a multiple of 512 bytes");
        }
    }

    /** The current member's content; reading it moves the archive on. */
    private final class Content extends InputStream {
        /** {@link #entries} when the member was read. */
        private final long owner;

        Content(long owner) {
            this.owner = owner;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, to.length);
            if (owner != entries) {
                throw new IllegalStateException("the archive has moved on to another member");
            }
            if (length == 0) {
                return 0;
            }
            return contentLeft == 0 ? -1 : readContent(to, from, length);
        }

        @Override
        public int available() {
            return owner == entries ? (int) Math.min(contentLeft, end - at) : 0;
        }
    }
}
