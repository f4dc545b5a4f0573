package dev.caisson.engine.formats;

import dev.caisson.diskimage.DiskFormatWriter;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.diskimage.EncodedBatch;
import dev.caisson.diskimage.ImageFileOutput;
import dev.caisson.diskimage.RawDisk;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes a disk into a file: batches are encoded on all workers, a bounded number ahead, and placed in order by this thread. */
public final class FormatPipeline {
    private static final int RANGE_BYTES = 8 << 20;
    /** Batches in flight per worker: enough that none waits for the one that writes. */
    private static final int AHEAD = 4;

    private final WorkPool pool;
    private final Progress progress;

    /** A pipeline on these workers. */
    public FormatPipeline(WorkPool pool, Progress progress) {
        this.pool = pool;
        this.progress = progress;
    }

    /** Writes a file, which must not exist. */
    public void write(DiskFormatWriter writer, Path file) throws Exception {
        try (ImageFileOutput out = ImageFileOutput.create(file)) {
            int total = writer.batches();
            Deque<WorkPool.Item<EncodedBatch>> ahead = new ArrayDeque<>();
            int started = 0;
            for (int placed = 0; placed < total; placed++) {
                while (started < total && ahead.size() < AHEAD * pool.jobs()) {
                    int index = started++;
                    ahead.add(pool.fork(() -> writer.encode(index)));
                }
                writer.place(ahead.remove().get(), out);
                progress.count(file.getFileName().toString(), placed + 1L, total, false);
            }
            out.setSize(writer.finish(out));
        }
    }

    /** Writes a plain sparse file, which must not exist. */
    public void writeRaw(DiskImage image, Path file) throws Exception {
        RawDisk disk = RawDisk.create(image, file);
        List<RawDisk.Range> ranges = disk.ranges(RANGE_BYTES);
        AtomicInteger done = new AtomicInteger();
        pool.map(ranges.size(), i -> {
            disk.copy(ranges.get(i));
            progress.count(file.getFileName().toString(), done.incrementAndGet(), ranges.size(), false);
            return null;
        });
    }
}
