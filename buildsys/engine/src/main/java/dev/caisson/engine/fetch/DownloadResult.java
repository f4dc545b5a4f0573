package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** What became of a {@link DownloadRequest}. */
public sealed interface DownloadResult {
    /**
     * The file is there.
     *
     * @param file a complete file in the downloader's folder, the caller's to move or delete
     * @param sha256 its digest
     * @param source where it came from in the end
     * @param validators what it came with
     */
    record Fetched(Path file, Digest sha256, URI source, DownloadRequest.Validators validators)
            implements DownloadResult {}

    /** The copy that the request's validators describe still holds. */
    record NotModified() implements DownloadResult {}

    /**
     * There is no file.
     *
     * @param cause why
     */
    record Failed(FetchException cause) implements DownloadResult {}

    /** The file, if it came. */
    default Optional<Fetched> fetched() {
        return this instanceof Fetched fetched ? Optional.of(fetched) : Optional.empty();
    }
}
