package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A file that is growing, hashed as it grows. With a known digest it has a fixed name, so that a later run goes on where a
 * killed one stopped; a byte of the folder's lock file keeps two builds apart, and the one that comes second takes a name of
 * its own. Errors of the disk are {@link FetchException.Kind#STORAGE}. For one thread at a time.
 */
final class PartFile implements Closeable {
    /** For less it is not worth while to note where it came from. */
    private static final long NOTED_FROM_BYTES = 1 << 20;

    private final DownloadRequest request;
    private final LongConsumer progress;
    private final Path path;
    private final FileLock lock;
    private final FileChannel channel;
    private MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
    private long position;

    private PartFile(DownloadRequest request, LongConsumer progress, Path path, FileLock lock) throws IOException {
        this.request = request;
        this.progress = progress;
        this.path = path;
        this.lock = lock;
        this.channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * @param lockFile open for writing as long as downloads run
     * @param progress is told how many bytes came (or, negative, were thrown away)
     */
    static PartFile open(DownloadRequest request, Path folder, FileChannel lockFile, LongConsumer progress)
            throws TransferException {
        try {
            FileLock lock = request.sha256().isPresent()
                    ? tryLock(lockFile, request.sha256().get())
                    : null;
            Path path = lock == null
                    ? Files.createTempFile(folder, "download-", ".part")
                    : folder.resolve(request.sha256().get().hex() + ".part");
            PartFile part = new PartFile(request, progress, path, lock);
            part.adopt();
            return part;
        } catch (IOException e) {
            throw storage(e);
        }
    }

    private static FileLock tryLock(FileChannel lockFile, Digest digest) throws IOException {
        byte[] bytes = digest.bytes();
        long position = ByteBuffer.wrap(bytes).getLong() >>> 2;
        try {
            return lockFile.tryLock(position, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    static TransferException storage(IOException cause) {
        return new TransferException(
                FetchException.Kind.STORAGE,
                TransferException.Next.GIVE_UP,
                "cannot be stored: " + cause.getMessage(),
                java.time.Duration.ZERO,
                cause);
    }

    /** Takes over what an earlier run left. */
    private void adopt() throws IOException {
        if (channel.size() > request.maxBytes()) {
            channel.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (channel.read(buffer.clear(), position) > 0) {
            digest.update(buffer.flip());
            position += buffer.limit();
        }
        progress.accept(position);
    }

    long position() {
        return position;
    }

    private Path note() {
        String name = path.getFileName().toString();
        return path.resolveSibling(name.substring(0, name.length() - ".part".length()) + ".from");
    }

    /**
     * Notes where the bytes come from, {@code NAME.from}: digest of the address, ETag and Last-Modified, a line each. A later run can
     * then ask for the rest of the same version, and gets another version whole instead of a rest that does not fit.
     */
    void note(URI source, DownloadRequest.Validators validators) throws TransferException {
        if (lock != null && request.maxBytes() >= NOTED_FROM_BYTES && !validators.isEmpty()) {
            String text = identity(source) + "\n" + validators.etag() + "\n" + validators.lastModified() + "\n";
            try {
                Files.writeString(note(), text);
            } catch (IOException e) {
                throw storage(e);
            }
        }
    }

    /** What was noted of this address. */
    DownloadRequest.Validators noted(URI source) {
        try {
            List<String> lines = lock == null ? List.of() : Files.readAllLines(note());
            boolean right = lines.size() == 3
                    && lines.get(0).equals(identity(source))
                    && lines.stream().allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 0x7f));
            return right ? new DownloadRequest.Validators(lines.get(1), lines.get(2)) : DownloadRequest.Validators.NONE;
        } catch (IOException e) {
            return DownloadRequest.Validators.NONE;
        }
    }

    /** Not the address itself, which may hold a password. */
    private static String identity(URI source) {
        return DigestAlgorithm.SHA256
                .of(source.toString().getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    boolean isComplete() {
        return request.sizeBytes() >= 0 && position == request.sizeBytes();
    }

    void restart() throws TransferException {
        try {
            channel.truncate(0);
        } catch (IOException e) {
            throw storage(e);
        }
        progress.accept(-position);
        position = 0;
        digest = DigestAlgorithm.SHA256.newDigest();
    }

    void append(ByteBuffer bytes) throws TransferException {
        int length = bytes.remaining();
        if (position + length > request.maxBytes()) {
            String expected = request.sizeBytes() >= 0 ? "expected " : "at most ";
            throw new TransferException(
                    FetchException.Kind.SIZE_MISMATCH,
                    TransferException.Next.RESTART,
                    "is longer than " + expected + request.maxBytes() + " bytes");
        }
        digest.update(bytes.duplicate());
        try {
            while (bytes.hasRemaining()) {
                position += channel.write(bytes, position);
            }
        } catch (IOException e) {
            throw storage(e);
        }
        progress.accept(length);
    }

    /**
     * Checks size and digest and gives the file its final name.
     *
     * @throws TransferException when they are not those of the request
     */
    DownloadResult.Fetched finish(URI source, DownloadRequest.Validators validators) throws TransferException {
        if (request.sizeBytes() >= 0 && position != request.sizeBytes()) {
            throw new TransferException(
                    FetchException.Kind.SIZE_MISMATCH,
                    TransferException.Next.RESTART,
                    "is " + position + " bytes, expected " + request.sizeBytes());
        }
        Digest actual = new Digest(DigestAlgorithm.SHA256, cloneOf(digest).digest());
        if (request.sha256().isPresent() && !request.sha256().get().equals(actual)) {
            throw new TransferException(
                    FetchException.Kind.DIGEST_MISMATCH,
                    TransferException.Next.RESTART,
                    "has SHA-256 " + actual.hex() + ", expected "
                            + request.sha256().get().hex());
        }
        try {
            channel.close();
            Files.deleteIfExists(note());
            // A name of its own: the next build may fetch the same as soon as the lock is released.
            Path target = Files.createTempFile(path.getParent(), "download-", ".done");
            return new DownloadResult.Fetched(move(path, target), actual, source, validators);
        } catch (IOException e) {
            throw storage(e);
        }
    }

    private static MessageDigest cloneOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private static Path move(Path from, Path to) throws IOException {
        try {
            return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            return Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Keeps a part that a later run can use; deletes one that only this run knows. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (lock == null) {
            Files.deleteIfExists(path);
        } else {
            try {
                lock.release();
            } catch (ClosedChannelException e) {
                // An interrupted thread closes the channel, and with it the lock.
            }
        }
    }
}
