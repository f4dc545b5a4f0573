package dev.caisson.engine.image;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/**
 * A digest of pieces that come from many threads in any order. Whoever brings the piece that is next hashes it and all that
 * have come meanwhile; the others leave theirs and go. No thread waits.
 */
final class OrderedDigest {
    private static final byte[] ZEROS = new byte[1 << 16];

    private final MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
    private final Map<Long, Piece> waiting = new HashMap<>();
    private long next;
    private boolean hashing;

    /** Bytes to hash, or with no array that many zeros. */
    private record Piece(byte[] bytes, long length, Runnable done) {}

    /**
     * Brings a piece.
     *
     * @param number its place in the order, from 0 on without gaps
     * @param done called when the bytes are no longer needed, by whatever thread
     */
    void bytes(long number, byte[] bytes, int length, Runnable done) {
        bring(number, new Piece(bytes, length, done));
    }

    /** Brings a piece of zeros. */
    void zeros(long number, long length) {
        bring(number, new Piece(null, length, () -> {}));
    }

    private void bring(long number, Piece piece) {
        synchronized (this) {
            waiting.put(number, piece);
            if (hashing || number != next) {
                return;
            }
            hashing = true;
        }
        for (Piece at = take(); at != null; at = take()) {
            update(at);
        }
    }

    private synchronized Piece take() {
        Piece piece = waiting.remove(next);
        if (piece == null) {
            hashing = false;
        } else {
            next++;
        }
        return piece;
    }

    /** Only ever called by the one thread that set {@code hashing}. */
    private void update(Piece piece) {
        if (piece.bytes != null) {
            digest.update(piece.bytes, 0, (int) piece.length);
        } else {
            for (long rest = piece.length; rest > 0; rest -= ZEROS.length) {
                digest.update(ZEROS, 0, (int) Math.min(ZEROS.length, rest));
            }
        }
        piece.done.run();
    }

    /** The digest, when all {@code pieces} have been brought. */
    synchronized Digest result(long pieces) {
        if (next != pieces || hashing) {
            throw new IllegalStateException(next + " of " + pieces + " pieces were hashed");
        }
        return new Digest(DigestAlgorithm.SHA256, digest.digest());
    }
}
