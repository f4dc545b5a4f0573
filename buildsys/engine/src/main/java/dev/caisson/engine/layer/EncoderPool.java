package dev.caisson.engine.layer;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.EncodedFile;
import dev.caisson.erofs.EncodedSegment;
import dev.caisson.erofs.ErofsFileEncoder;
import dev.caisson.erofs.ErofsFormat;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Encodes file contents on all workers. Encoders keep tables, so they are lent and taken back; the bytes that wait to be
 * encoded are counted, and a reader that runs ahead of the workers is made to encode itself.
 */
public final class EncoderPool implements AutoCloseable {
    /** Uncompressed bytes that may wait, for the whole build. */
    private static final long BUDGET_BYTES = 96L << 20;

    private final WorkPool pool;
    private final ErofsFormat format;
    private final ConcurrentLinkedQueue<ErofsFileEncoder> idle = new ConcurrentLinkedQueue<>();
    private final AtomicLong waiting = new AtomicLong();

    /** A pool of encoders for one format. */
    public EncoderPool(WorkPool pool, ErofsFormat format) {
        this.pool = pool;
        this.format = format;
    }

    /** The format that contents are encoded for. */
    public ErofsFormat format() {
        return format;
    }

    /** Whether readers should finish what they have begun before they read on. */
    boolean isFull() {
        return waiting.get() > BUDGET_BYTES;
    }

    /** A file whose segments are being encoded. */
    final class Pending {
        private final long size;
        private final List<WorkPool.Item<EncodedSegment>> segments = new ArrayList<>();

        private Pending(long size) {
            this.size = size;
        }

        /** Whether all segments are done, so that {@link #finish} does not work or wait. */
        boolean isDone() {
            return segments.stream().allMatch(WorkPool.Item::isDone);
        }

        /** The encoded file; this thread encodes what nobody has begun. */
        EncodedFile finish() throws Exception {
            List<EncodedSegment> done = new ArrayList<>(segments.size());
            for (WorkPool.Item<EncodedSegment> segment : segments) {
                done.add(segment.get());
            }
            return EncodedFile.join(format, size, done);
        }
    }

    /** Reads a file's content and starts encoding it. */
    Pending start(InputStream content, long size) throws IOException {
        Pending file = new Pending(size);
        long at = 0;
        do {
            int length = (int) Math.min(ErofsFileEncoder.SEGMENT_BYTES, size - at);
            // At once, so that decoders write here and not into buffers in between.
            byte[] segment = new byte[length];
            int got = content.readNBytes(segment, 0, length);
            if (got < length) {
                throw new EOFException("content ends after " + (at + got) + " of " + size + " bytes");
            }
            at += length;
            boolean last = at == size;
            waiting.addAndGet(length);
            file.segments.add(pool.fork(() -> encode(segment, last)));
        } while (at < size);
        return file;
    }

    /** Frees what idle encoders hold outside of the heap. */
    @Override
    public void close() {
        for (ErofsFileEncoder encoder = idle.poll(); encoder != null; encoder = idle.poll()) {
            encoder.close();
        }
    }

    /** Encodes a whole file in this thread. */
    public EncodedFile encode(ByteSource content) throws IOException {
        ErofsFileEncoder encoder = idle.poll();
        if (encoder == null) {
            encoder = new ErofsFileEncoder(format);
        }
        try {
            return encoder.encode(content);
        } finally {
            idle.add(encoder);
        }
    }

    private EncodedSegment encode(byte[] segment, boolean last) {
        ErofsFileEncoder encoder = idle.poll();
        if (encoder == null) {
            encoder = new ErofsFileEncoder(format);
        }
        try {
            return encoder.encode(segment, 0, segment.length, last);
        } finally {
            idle.add(encoder);
            waiting.addAndGet(-segment.length);
        }
    }
}
