package dev.caisson.engine.image;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.diskimage.RawDisk;
import dev.caisson.engine.work.WorkPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Writes a disk image and, in the same pass, a file of the part that holds the root file system. Every byte is read once and
 * goes from there to the check against the hash tree, to both files and to both digests. Workers take pieces in disk order;
 * memory is bounded by a fixed number of buffers.
 */
final class DiskWriter {
    private static final int PIECE_BYTES = 1 << 20;
    /** So far may the other workers go ahead while one hashes a long hole. */
    private static final int AHEAD = 32;

    private final DiskImage image;
    private final Path file;
    private final Optional<Part> part;
    private final List<Piece> pieces = new ArrayList<>();
    private final OrderedDigest whole = new OrderedDigest();
    private final OrderedDigest ofPart = new OrderedDigest();
    private final AtomicInteger nextPiece = new AtomicInteger();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** Looks at bytes of the part before they are written. */
    @FunctionalInterface
    interface Check {
        /** Throws when the bytes at this offset of the part are not what they should be. */
        void check(long offset, byte[] bytes, int from, int length) throws Exception;
    }

    /**
     * A range of the disk that becomes a file of its own as well.
     *
     * @param offset on the disk, a multiple of 1 MiB
     * @param length in bytes
     * @param file the file to make, if one is wanted
     * @param check sees every byte first, in pieces that begin at multiples of 1 MiB
     */
    record Part(long offset, long length, Optional<Path> file, Check check) {}

    /** A bounded number of buffers, made when they are first needed. */
    private static final class Buffers {
        private final Semaphore permits;
        private final Queue<byte[]> unused = new ConcurrentLinkedQueue<>();

        Buffers(int most) {
            permits = new Semaphore(most);
        }

        byte[] take() throws InterruptedException {
            permits.acquire();
            byte[] buffer = unused.poll();
            return buffer == null ? new byte[PIECE_BYTES] : buffer;
        }

        void give(byte[] buffer) {
            unused.add(buffer);
            permits.release();
        }
    }

    /** Digests of both files. */
    record Digests(Digest whole, Optional<Digest> part) {}

    /** A range of the disk with data in it, or a hole of any length; with its numbers in the two digests. */
    private record Piece(long offset, long length, boolean data, long partNumber) {}

    private DiskWriter(DiskImage image, Path file, Optional<Part> part) {
        this.image = image;
        this.file = file;
        this.part = part;
        plan();
    }

    /** Writes the files, neither of which may exist. */
    static Digests write(WorkPool pool, DiskImage image, Path file, Optional<Part> part) throws Exception {
        return new DiskWriter(image, file, part).write(pool);
    }

    /** Cuts at multiples of the piece size and at both ends of the part; holes next to each other are one piece. */
    private void plan() {
        long partStart = part.isPresent() ? part.get().offset : 0;
        long partEnd = part.isPresent() ? partStart + part.get().length : 0;
        long partPieces = 0;
        for (long at = 0; at < image.size(); ) {
            long end = Math.min(image.size(), at - at % PIECE_BYTES + PIECE_BYTES);
            if (at < partStart && partStart < end) {
                end = partStart;
            } else if (at < partEnd && partEnd < end) {
                end = partEnd;
            }
            boolean inPart = partStart <= at && at < partEnd;
            boolean data = image.hasData(at, end - at);
            Piece last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
            if (last != null && !data && !last.data && !inPart && last.partNumber < 0) {
                pieces.set(pieces.size() - 1, new Piece(last.offset, end - last.offset, false, -1));
            } else {
                pieces.add(new Piece(at, end - at, data || inPart, inPart ? partPieces++ : -1));
            }
            at = end;
        }
    }

    private Digests write(WorkPool pool) throws Exception {
        RawDisk.create(image, file);
        Buffers free = new Buffers(2 * pool.jobs() + AHEAD);
        ByteSource source = image.asSource();
        try (FileChannel disk = FileChannel.open(file, StandardOpenOption.WRITE);
                FileChannel copy = openCopy()) {
            pool.map(pool.jobs(), worker -> {
                work(source, disk, copy, free);
                return null;
            });
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        long inPart = pieces.stream().filter(piece -> piece.partNumber >= 0).count();
        return new Digests(
                whole.result(pieces.size()), part.isPresent() ? Optional.of(ofPart.result(inPart)) : Optional.empty());
    }

    private FileChannel openCopy() throws IOException {
        Optional<Path> target = part.flatMap(Part::file);
        return target.isPresent()
                ? FileChannel.open(target.get(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                : null;
    }

    /**
     * Takes pieces until there are none. The buffer comes before the piece: so the buffers that are out always belong to the
     * earliest pieces, and the one that both digests wait for is never without.
     */
    private void work(ByteSource source, FileChannel disk, FileChannel copy, Buffers free) throws InterruptedException {
        while (failure.get() == null) {
            byte[] buffer = free.take();
            if (failure.get() != null) {
                free.give(buffer);
                return;
            }
            int number = nextPiece.getAndIncrement();
            if (number >= pieces.size()) {
                free.give(buffer);
                return;
            }
            Piece piece = pieces.get(number);
            if (!piece.data) {
                free.give(buffer);
                whole.zeros(number, piece.length);
                continue;
            }
            try {
                copy(number, piece, source, disk, copy, buffer, free);
            } catch (Exception e) {
                failure.compareAndSet(null, e);
                free.give(buffer); // whoever waits for one looks at the failure next
            }
        }
    }

    private void copy(
            int number, Piece piece, ByteSource source, FileChannel disk, FileChannel copy, byte[] buffer, Buffers free)
            throws Exception {
        int length = (int) piece.length;
        source.readFully(piece.offset, ByteBuffer.wrap(buffer, 0, length));
        boolean inPart = piece.partNumber >= 0;
        if (inPart) {
            long offset = piece.offset - part.orElseThrow().offset;
            part.orElseThrow().check.check(offset, buffer, 0, length);
            if (copy != null) {
                writeFully(copy, buffer, length, offset);
            }
        }
        RawDisk.writeData(disk, buffer, length, piece.offset);
        AtomicInteger users = new AtomicInteger(inPart ? 2 : 1);
        Runnable done = () -> {
            if (users.decrementAndGet() == 0) {
                free.give(buffer);
            }
        };
        if (inPart) {
            ofPart.bytes(piece.partNumber, buffer, length, done);
        }
        whole.bytes(number, buffer, length, done);
    }

    private static void writeFully(FileChannel channel, byte[] bytes, int length, long offset) throws IOException {
        ByteBuffer data = ByteBuffer.wrap(bytes, 0, length);
        while (data.hasRemaining()) {
            channel.write(data, offset + data.position());
        }
    }
}
