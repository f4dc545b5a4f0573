package dev.caisson.compression;

import dev.caisson.bytes.CorruptDataException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The compressed bytes of an .xz file, a window of them at a time: {@link #require} brings the next ones together in {@link #bytes},
 * where decoders read them in place.
 */
final class XzInput {
    /** The most that can be required at once: an LZMA2 chunk. */
    static final int LARGEST = 1 << 16;

    /** A decoder may look at so many bytes behind what it required before it notices that there is no more. */
    static final int SLACK = 64;

    private static final int CAPACITY = 1 << 17;
    /** Enough for small inputs, of which there are many: kernel modules, control archives. */
    private static final int FIRST_CAPACITY = 1 << 14;

    private final InputStream in;
    private byte[] bytes = new byte[FIRST_CAPACITY + SLACK];
    private int at;
    private int end;
    private long before;

    XzInput(InputStream in) {
        this.in = in;
    }

    /** Where {@link #at} points into; another array, or the same with other contents, after every {@link #require}. */
    byte[] bytes() {
        return bytes;
    }

    /** Index of the next byte. */
    int at() {
        return at;
    }

    /** Offset of the next byte in the whole input. */
    long offset() {
        return before + at;
    }

    /** Passes over bytes that are there. */
    void skip(int count) {
        at += count;
    }

    /** Whether there is another byte. */
    boolean hasMore() throws IOException {
        return fill(1);
    }

    /**
     * Brings the next bytes into the array, from {@link #at} on.
     *
     * @param count at most {@link #LARGEST}
     * @throws CorruptDataException when the input ends before
     */
    void require(int count, String structure) throws IOException {
        if (!fill(count)) {
            throw new CorruptDataException(structure, before + end, "it ends within it", count + " more bytes");
        }
    }

    /** The next byte, taken. */
    int next(String structure) throws IOException {
        require(1, structure);
        return bytes[at++] & 0xFF;
    }

    private void grow() {
        if (bytes.length < CAPACITY) {
            bytes = Arrays.copyOf(bytes, CAPACITY + SLACK);
        }
    }

    private boolean fill(int count) throws IOException {
        if (end - at >= count) {
            return true;
        }
        System.arraycopy(bytes, at, bytes, 0, end - at);
        if (before + end > 0 || count > FIRST_CAPACITY) {
            grow();
        }
        before += at;
        end -= at;
        at = 0;
        while (end < count) {
            int got = in.read(bytes, end, bytes.length - SLACK - end);
            if (got < 0) {
                return false;
            }
            end += got;
        }
        return true;
    }
}
