package dev.caisson.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Hashes what passes through to another sink, so that no byte is read a second time for its digest. For one thread. */
public final class DigestingSink implements ByteSink {
    private static final byte[] ZEROS = new byte[1 << 16];

    private final ByteSink target;
    private final DigestAlgorithm algorithm;
    private final MessageDigest digest;

    /** Wraps {@code target}, which stays its owner's to close. */
    public DigestingSink(ByteSink target, DigestAlgorithm algorithm) {
        this.target = target;
        this.algorithm = algorithm;
        this.digest = algorithm.newDigest();
    }

    @Override
    public long position() {
        return target.position();
    }

    @Override
    public void write(ByteBuffer src) throws IOException {
        digest.update(src.duplicate());
        target.write(src);
    }

    @Override
    public void zeros(long count) throws IOException {
        for (long rest = count; rest > 0; rest -= ZEROS.length) {
            digest.update(ZEROS, 0, (int) Math.min(ZEROS.length, rest));
        }
        target.zeros(count);
    }

    /** The digest of all bytes so far; the sink must not be written to afterwards. */
    public Digest digest() {
        return new Digest(algorithm, digest.digest());
    }
}
