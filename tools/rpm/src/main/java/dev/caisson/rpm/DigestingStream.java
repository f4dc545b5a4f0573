package dev.caisson.rpm;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Hashes what is read through it. */
final class DigestingStream extends FilterInputStream {
    private final DigestAlgorithm algorithm;
    private final MessageDigest digest;
    private long count;

    DigestingStream(InputStream in, DigestAlgorithm algorithm) {
        super(in);
        this.algorithm = algorithm;
        this.digest = algorithm.newDigest();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int got = in.read(to, from, length);
        if (got > 0) {
            digest.update(to, from, got);
            count += got;
        }
        return got;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Bytes read. */
    long count() {
        return count;
    }

    /** Reads what is left and gives the digest of all; nothing may be read afterwards. */
    Digest finish() throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (read(buffer, 0, buffer.length) >= 0) {
            // Only the digest is wanted.
        }
        return new Digest(algorithm, digest.digest());
    }
}
