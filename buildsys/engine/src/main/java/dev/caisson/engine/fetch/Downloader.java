package dev.caisson.engine.fetch;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Downloads batches of files into a folder, several at a time. A file appears under its final name only when it is complete and
 * its size and digest are those asked for; what a broken connection or a killed run left is gone on with. For one batch at a
 * time; several processes may share the folder.
 */
public final class Downloader implements Closeable {
    private static final long PROGRESS_STEP = 1 << 17;

    private final Path folder;
    private final DownloadOptions options;
    private final HttpTransport http;
    private FileChannel lockFile;

    /**
     * @param folder for files that grow; made when needed, and on the file system of the store, so that moving is cheap
     * @param options how
     */
    public Downloader(Path folder, DownloadOptions options) {
        this.folder = folder;
        this.options = options;
        this.http = new HttpTransport(options);
    }

    /** The options that it was made with. */
    public DownloadOptions options() {
        return options;
    }

    /**
     * Downloads all files of a batch; the first failure stops the others.
     *
     * @return the results, in the order of the requests, none of them a failure
     * @throws FetchException for a request that failed; parts that came are kept
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    public List<DownloadResult> download(List<DownloadRequest> requests, DownloadListener listener) throws IOException {
        return download(requests, listener, false);
    }

    /**
     * Downloads what can be downloaded.
     *
     * @return the results, in the order of the requests, failures among them
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    public List<DownloadResult> tryDownload(List<DownloadRequest> requests, DownloadListener listener)
            throws IOException {
        return download(requests, listener, true);
    }

    private List<DownloadResult> download(List<DownloadRequest> requests, DownloadListener listener, boolean keepGoing)
            throws IOException {
        if (requests.isEmpty()) {
            return List.of();
        }
        FileChannel lock = prepare();
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(options.parallel(), requests.size()), task -> {
            Thread thread = new Thread(task, "caisson-download");
            thread.setDaemon(true);
            return thread;
        });
        Batch batch = new Batch(requests, listener, pool, keepGoing);
        try {
            return collect(submit(requests, lock, batch));
        } finally {
            stop(pool);
        }
    }

    private List<Future<DownloadResult>> submit(List<DownloadRequest> requests, FileChannel lock, Batch batch) {
        List<Future<DownloadResult>> futures = new ArrayList<>();
        for (DownloadRequest request : requests) {
            try {
                futures.add(batch.pool.submit(() -> one(request, lock, batch)));
            } catch (RejectedExecutionException e) {
                // One of those before has failed and closed the pool; its failure is collected.
                break;
            }
        }
        return futures;
    }

    /** Waits until no thread writes any more: what comes next may use the same parts. */
    private static void stop(ExecutorService pool) {
        pool.shutdownNow();
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                if (pool.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized FileChannel prepare() throws FetchException {
        try {
            if (lockFile == null || !lockFile.isOpen()) {
                Files.createDirectories(folder);
                lockFile = FileChannel.open(
                        folder.resolve("parts.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            }
            return lockFile;
        } catch (IOException e) {
            throw new FetchException(
                    FetchException.Kind.STORAGE,
                    folder.toString(),
                    "cannot be used (" + e.getMessage() + ")",
                    "check the cache folder",
                    e);
        }
    }

    private DownloadResult one(DownloadRequest request, FileChannel lock, Batch batch) throws IOException {
        try {
            DownloadResult result =
                    FileDownload.run(request, options, http, folder, lock, bytes -> batch.bytes(request.name(), bytes));
            batch.done(request.name());
            return result;
        } catch (FetchException e) {
            if (batch.keepGoing) {
                return new DownloadResult.Failed(e);
            }
            batch.fail();
            if (wasStopped(e)) {
                throw new InterruptedIOException("interrupted");
            }
            throw e;
        } catch (IOException | RuntimeException e) {
            batch.fail();
            throw e;
        }
    }

    /** Whether it failed only because its file was closed under it, when another one's failure stopped all. */
    private static boolean wasStopped(FetchException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    private static List<DownloadResult> collect(List<Future<DownloadResult>> futures) throws IOException {
        List<DownloadResult> results = new ArrayList<>();
        Optional<IOException> failure = Optional.empty();
        for (Future<DownloadResult> future : futures) {
            try {
                results.add(future.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (CancellationException e) {
                // Stopped because of another one, whose failure is found in this loop too.
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof IOException cause)) {
                    throw new IllegalStateException(e.getCause());
                }
                // Of a download that failed and one that was stopped because of it, the first is the news.
                if (failure.isEmpty() || failure.get() instanceof InterruptedIOException) {
                    failure = Optional.of(cause);
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return results;
    }

    @Override
    public synchronized void close() throws IOException {
        if (lockFile != null) {
            lockFile.close();
            lockFile = null;
        }
    }

    /** The state of one batch, for the listener. */
    private static final class Batch {
        private final DownloadListener listener;
        private final ExecutorService pool;
        private final boolean keepGoing;
        private final int filesTotal;
        private final long bytesTotal;
        private int filesDone;
        private long bytesDone;
        private long reported;

        Batch(List<DownloadRequest> requests, DownloadListener listener, ExecutorService pool, boolean keepGoing) {
            this.listener = listener;
            this.pool = pool;
            this.keepGoing = keepGoing;
            this.filesTotal = requests.size();
            this.bytesTotal =
                    requests.stream().mapToLong(r -> Math.max(0, r.sizeBytes())).sum();
        }

        synchronized void bytes(String name, long count) {
            bytesDone += count;
            if (Math.abs(bytesDone - reported) >= PROGRESS_STEP) {
                report(name);
            }
        }

        synchronized void done(String name) {
            filesDone++;
            report(name);
        }

        private void report(String name) {
            reported = bytesDone;
            listener.progress(new DownloadListener.Progress(filesDone, filesTotal, bytesDone, bytesTotal, name));
        }

        /** Stops the other downloads; those that did not begin are cancelled, so that nobody waits for them. */
        void fail() {
            for (Runnable waiting : pool.shutdownNow()) {
                if (waiting instanceof Future<?> future) {
                    future.cancel(false);
                }
            }
        }
    }
}
