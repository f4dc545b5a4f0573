package dev.caisson.engine.inspect;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/** Reads large parts of an image on all workers and counts what was read. */
final class ParallelReads {
    /** What one work item reads. */
    static final int RANGE_BYTES = 8 << 20;

    private static final int PIECE_BYTES = 256 << 10;
    private static final byte[] ZEROS = new byte[PIECE_BYTES];

    private final WorkPool pool;
    private final Progress progress;
    private final String what;
    private final AtomicLong total = new AtomicLong();
    private final AtomicLong done = new AtomicLong();

    /**
     * @param what the work's name, for people
     */
    ParallelReads(WorkPool pool, Progress progress, String what) {
        this.pool = pool;
        this.progress = progress;
        this.what = what;
    }

    /** Part of a loop over a number of bytes or blocks. */
    @FunctionalInterface
    interface RangeBody<T> {
        /** Handles {@code count} units from {@code first} on. */
        T run(long first, long count) throws IOException;
    }

    /** Starts one item that will read about this many bytes through {@link #counted}. */
    <T> WorkPool.Item<T> fork(long bytes, Callable<T> body) {
        total.addAndGet(bytes);
        return pool.fork(body);
    }

    /**
     * Starts a loop, cut into ranges; the results come in the order of the ranges.
     *
     * @param count number of units
     * @param unitBytes bytes per unit
     */
    <T> List<WorkPool.Item<T>> forkRanges(long count, int unitBytes, RangeBody<T> body) {
        List<WorkPool.Item<T>> items = new ArrayList<>();
        long step = Math.max(1, RANGE_BYTES / unitBytes);
        for (long at = 0; at < count; at += step) {
            long first = at;
            long length = Math.min(step, count - at);
            items.add(fork(length * unitBytes, () -> body.run(first, length)));
        }
        return items;
    }

    /** Starts looking for a byte that is not zero; each range gives its first one's offset in the source. */
    List<WorkPool.Item<OptionalLong>> forkZeroScan(ByteSource source, long from, long to) {
        ByteSource counted = counted(source);
        return forkRanges(to - from, 1, (first, count) -> firstNonZero(counted, from + first, count));
    }

    /** The offset of the first byte that is not zero. */
    static OptionalLong firstNonZero(ByteSource source, long offset, long length) throws IOException {
        byte[] bytes = new byte[(int) Math.min(PIECE_BYTES, Math.max(1, length))];
        for (long at = offset; at < offset + length; at += bytes.length) {
            int count = (int) Math.min(bytes.length, offset + length - at);
            source.readFully(at, ByteBuffer.wrap(bytes, 0, count));
            int index = Arrays.mismatch(bytes, 0, count, ZEROS, 0, count);
            if (index >= 0) {
                return OptionalLong.of(at + index);
            }
        }
        return OptionalLong.empty();
    }

    /** The source, with every read counted as progress. */
    ByteSource counted(ByteSource source) {
        return new ByteSource() {
            @Override
            public long size() {
                return source.size();
            }

            @Override
            public void readFully(long offset, ByteBuffer dst) throws IOException {
                int length = dst.remaining();
                source.readFully(offset, dst);
                long all = total.get();
                progress.count(what, Math.min(done.addAndGet(length), all), all, true);
            }
        };
    }
}
