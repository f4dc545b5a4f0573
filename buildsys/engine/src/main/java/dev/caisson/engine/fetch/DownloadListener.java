package dev.caisson.engine.fetch;

/** Is told how a batch of downloads proceeds. Calls come from several threads, one at a time. */
@FunctionalInterface
public interface DownloadListener {
    /** Ignores everything. */
    DownloadListener NONE = progress -> {};

    /** Some bytes more, a file more, or a new attempt. */
    void progress(Progress progress);

    /**
     * The state of a batch.
     *
     * @param filesDone complete files
     * @param filesTotal files of the batch
     * @param bytesDone bytes that are there, those of resumed files included; falls when a file starts again
     * @param bytesTotal the sum of the sizes that are known
     * @param current name of the file that the event is about
     */
    record Progress(int filesDone, int filesTotal, long bytesDone, long bytesTotal, String current) {}
}
