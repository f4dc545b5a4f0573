package dev.caisson.engine.resolve;

import dev.caisson.engine.Progress;
import dev.caisson.engine.fetch.BlobStore;
import dev.caisson.engine.fetch.DownloadListener;
import dev.caisson.engine.fetch.DownloadRequest;
import dev.caisson.engine.fetch.DownloadResult;
import dev.caisson.engine.fetch.Downloader;
import dev.caisson.engine.fetch.FetchException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link RepositoryFormat} comes to its files.
 *
 * @param downloader downloads, of {@code file:} addresses too
 * @param store keeps what has a digest
 * @param metadata folder for what is remembered
 * @param now the present, for signatures
 * @param progress is told of what may surprise
 */
record RepositoryFiles(Downloader downloader, BlobStore store, Path metadata, Instant now, Progress progress) {
    /** Whether an address, of a file that a repository has when it is of some format, answers. */
    boolean exists(URI address, long maxBytes) throws IOException {
        if ("file".equals(address.getScheme())) {
            return Files.exists(Path.of(address));
        }
        DownloadRequest request =
                DownloadRequest.open(FetchException.display(address), List.of(address), maxBytes, Optional.empty());
        DownloadResult result =
                downloader.tryDownload(List.of(request), DownloadListener.NONE).get(0);
        if (result instanceof DownloadResult.Fetched fetched) {
            Files.deleteIfExists(fetched.file());
            return true;
        }
        if (result instanceof DownloadResult.Failed failed
                && failed.cause().kind() != FetchException.Kind.NOT_FOUND
                && failed.cause().kind() != FetchException.Kind.OFFLINE) {
            throw failed.cause();
        }
        return false;
    }

    /** Tells of progress under a name. */
    DownloadListener listener(String what) {
        return state -> progress.count(what, state.bytesDone(), Math.max(state.bytesTotal(), state.bytesDone()), true);
    }
}
