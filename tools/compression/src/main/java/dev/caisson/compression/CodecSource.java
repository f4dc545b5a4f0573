package dev.caisson.compression;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The compressed side of a {@link CodecStream}: counts what was taken, lets the first bytes be looked at, and remembers its own
 * exception, so that it can be told from one that a library throws about the bytes.
 */
final class CodecSource extends InputStream {
    private final InputStream in;
    private byte[] peeked = new byte[0];
    private int peekedUsed;
    private long count;
    private IOException failure;

    CodecSource(InputStream in) {
        this.in = in;
    }

    /** Number of bytes handed out. */
    long count() {
        return count;
    }

    /** What the source itself threw, or null. */
    IOException failure() {
        return failure;
    }

    /** The first bytes, fewer when there are not that many; they stay to be read. */
    byte[] peek(int length) throws IOException {
        peeked = in.readNBytes(length);
        return Arrays.copyOf(peeked, peeked.length);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int got;
        if (peekedUsed < peeked.length) {
            got = Math.min(length, peeked.length - peekedUsed);
            System.arraycopy(peeked, peekedUsed, bytes, offset, got);
            peekedUsed += got;
        } else {
            try {
                got = in.read(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
        count += Math.max(got, 0);
        return got;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
