package dev.caisson.deb;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.LimitExceededException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads the paragraphs of a control file ({@code deb822(5)}) such as {@code control}, {@code Packages} or {@code Release} from
 * a stream. Paragraphs are separated by empty lines; a line is a field name, a colon and a value, or begins with a blank and
 * goes on with the field before it.
 *
 * <p>It refuses what readers disagree about: lines of blanks only, carriage returns, a field twice, lines without a colon, and,
 * unless asked for, comments. It does not know which fields a file must have. For one thread; does not close the stream.
 */
public final class Deb822Reader {
    private static final int BUFFER_BYTES = 1 << 18;

    /** A Release file is one paragraph of a few hundred KiB. */
    private static final int MAX_PARAGRAPH_BYTES = 1 << 26;

    private final String file;
    private final InputStream in;
    private final boolean comments;
    private byte[] buffer;
    private int at;
    private int end;
    private boolean ended;
    private long bufferOffset;

    private Deb822Reader(String file, InputStream in, boolean comments, int bufferBytes) {
        this.file = Objects.requireNonNull(file);
        this.in = Objects.requireNonNull(in);
        this.comments = comments;
        this.buffer = new byte[bufferBytes];
    }

    /**
     * A reader of a file without comments.
     *
     * @param file what it is called in messages
     */
    public static Deb822Reader of(String file, InputStream in) {
        return new Deb822Reader(file, in, false, BUFFER_BYTES);
    }

    /** A reader that passes over lines that begin with {@code #}, which people's own files ({@code *.sources}) may have. */
    public static Deb822Reader withComments(String file, InputStream in) {
        return new Deb822Reader(file, in, true, BUFFER_BYTES);
    }

    /** What is done with each paragraph. */
    @FunctionalInterface
    public interface ParagraphConsumer {
        /** Takes a paragraph, which may be kept. */
        void accept(Deb822Paragraph paragraph) throws IOException;
    }

    /**
     * Parses a file that is exactly one paragraph.
     *
     * @throws CorruptDataException when it is malformed, empty or has more
     */
    public static Deb822Paragraph single(String file, byte[] bytes) throws IOException {
        int bufferBytes = Math.min(BUFFER_BYTES, bytes.length + 1);
        Deb822Reader reader = new Deb822Reader(file, new ByteArrayInputStream(bytes), false, bufferBytes);
        Deb822Paragraph paragraph = reader.next();
        if (paragraph == null) {
            throw new CorruptDataException(file, 0, "is empty", "one paragraph");
        }
        Deb822Paragraph second = reader.next();
        if (second != null) {
            throw new CorruptDataException(file, second.offset(), "has a second paragraph", "one");
        }
        return paragraph;
    }

    /** Reads to the end and gives each paragraph to {@code consumer}, in the file's order. */
    public void forEach(ParagraphConsumer consumer) throws IOException {
        for (Deb822Paragraph paragraph = next(); paragraph != null; paragraph = next()) {
            consumer.accept(paragraph);
        }
    }

    /**
     * The next paragraph, or null at the end.
     *
     * @throws CorruptDataException with the offset of the line that is malformed
     * @throws LimitExceededException when a paragraph is larger than 64 MiB or has more than 1000 fields
     */
    public Deb822Paragraph next() throws IOException {
        if (!skipSeparators()) {
            return null;
        }
        int length = paragraphLength();
        long offset = bufferOffset + at;
        byte[] bytes = Arrays.copyOfRange(buffer, at, at + length);
        at += length;
        return Deb822Paragraph.parse(file, comments ? withoutComments(bytes) : bytes, offset);
    }

    /** Moves to the first byte of a paragraph; false at the end. */
    private boolean skipSeparators() throws IOException {
        while (true) {
            if (at == end && !fill()) {
                return false;
            }
            if (buffer[at] == '\n') {
                at++;
            } else if (comments && buffer[at] == '#') {
                int length = lineLength(0);
                at += length;
            } else {
                return true;
            }
        }
    }

    /** Length of the lines up to the next empty one; a line feed at their end is not counted. */
    private int paragraphLength() throws IOException {
        int length = 0;
        while (true) {
            length = lineLength(length);
            if (at + length == end && !fill()) {
                return length;
            }
            if (at + length + 1 == end) {
                fill();
            }
            if (at + length + 1 >= end || buffer[at + length + 1] == '\n') {
                return length;
            }
            length++;
        }
    }

    /** Counts on from {@code from} bytes after {@code at} to the next line feed or the end of the file. */
    private int lineLength(int from) throws IOException {
        int length = from;
        while (true) {
            int i = at + length;
            int stop = end;
            byte[] bytes = buffer;
            while (i < stop && bytes[i] != '\n') {
                i++;
            }
            length = i - at;
            if (i < stop || !fill()) {
                return length;
            }
        }
    }

    private static byte[] withoutComments(byte[] bytes) {
        byte[] kept = new byte[bytes.length];
        int length = 0;
        for (int from = 0; from < bytes.length; ) {
            int next = from;
            while (next < bytes.length && bytes[next] != '\n') {
                next++;
            }
            next = Math.min(next + 1, bytes.length);
            if (bytes[from] != '#') {
                System.arraycopy(bytes, from, kept, length, next - from);
                length += next - from;
            }
            from = next;
        }
        return Arrays.copyOf(kept, length);
    }

    /** Reads more behind what is there, after moving it to the front; false at the end of the file. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (at > 0) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            bufferOffset += at;
            end -= at;
            at = 0;
        }
        if (end == buffer.length) {
            if (end >= MAX_PARAGRAPH_BYTES) {
                throw new LimitExceededException(
                        file, bufferOffset, "has a larger paragraph", "at most " + MAX_PARAGRAPH_BYTES + " bytes");
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count <= 0) {
            ended = true;
            return false;
        }
        end += count;
        return true;
    }
}
