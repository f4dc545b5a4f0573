package dev.caisson.engine.layer;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.IdentifiedSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * The encoded contents of one layer: blocks of all its files one after another, in a file of the store that is opened on
 * first use. Thread-safe.
 */
public final class LayerBlob implements Closeable {
    private final Digest digest;
    private final Path file;
    private final long size;
    private final byte[] leaves;
    private final int leafBytes;
    private FileSource open;

    /**
     * @param digest SHA-256 of the file, its name in the store
     * @param leaves the salted dm-verity digests of its blocks, in order; empty when they are not known
     * @param leafBytes length of each of them
     */
    LayerBlob(Digest digest, Path file, long size, byte[] leaves, int leafBytes) {
        this.digest = digest;
        this.file = file;
        this.size = size;
        this.leaves = leaves;
        this.leafBytes = leafBytes;
    }

    /** SHA-256 of all blocks. */
    public Digest digest() {
        return digest;
    }

    /** Size in bytes. */
    public long size() {
        return size;
    }

    /** The digests of the blocks {@code first} to {@code first + count - 1}, one after another; empty without verity. */
    public byte[] leaves(long first, int count, int digestBytes) {
        return java.util.Arrays.copyOfRange(
                leaves, Math.toIntExact(first * digestBytes), Math.toIntExact((first + count) * digestBytes));
    }

    private Optional<Digest> identity(long offset, long length) {
        long blockSize = leaves.length == 0 ? 0 : size / (leaves.length / leafBytes);
        if (blockSize == 0 || offset % blockSize != 0 || length % blockSize != 0) {
            return Optional.empty();
        }
        MessageDigest names = DigestAlgorithm.SHA256.newDigest();
        names.update(leaves, (int) (offset / blockSize * leafBytes), (int) (length / blockSize * leafBytes));
        return Optional.of(new Digest(DigestAlgorithm.SHA256, names.digest()));
    }

    private synchronized FileSource source() throws IOException {
        if (open == null) {
            open = FileSource.open(file);
        }
        return open;
    }

    /**
     * A range of the blob.
     *
     * @throws IllegalArgumentException when it is not within
     */
    public Range range(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new IllegalArgumentException(offset + "+" + length + " is not within " + size + " bytes");
        }
        return new Range(this, offset, length);
    }

    @Override
    public synchronized void close() throws IOException {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    /**
     * The stored blocks of one file.
     *
     * @param blob the layer's blocks
     * @param offset first byte in the blob
     * @param length length in bytes
     */
    public record Range(LayerBlob blob, long offset, long length) implements IdentifiedSource {
        @Override
        public long size() {
            return length;
        }

        /** The digest of the digests of the blocks; empty when a range begins or ends within one, or without digests. */
        @Override
        public Optional<Digest> identity() {
            return blob.identity(offset, length);
        }

        @Override
        public void readFully(long at, ByteBuffer dst) throws IOException {
            ByteSource.checkRange(this, at, dst.remaining());
            blob.source().readFully(offset + at, dst);
        }
    }
}
