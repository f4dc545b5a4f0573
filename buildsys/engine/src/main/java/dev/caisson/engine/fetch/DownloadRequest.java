package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One file to download.
 *
 * @param name for progress and messages
 * @param sources addresses of the same file, tried in order
 * @param sizeBytes exact size, or -1 when unknown
 * @param maxBytes never takes more than this
 * @param sha256 the digest that it must have, when known
 * @param validators what an earlier copy came with; then the answer may be that it still holds
 */
public record DownloadRequest(
        String name,
        List<URI> sources,
        long sizeBytes,
        long maxBytes,
        Optional<Digest> sha256,
        Optional<Validators> validators) {
    /**
     * HTTP's names for a version of a file.
     *
     * @param etag the ETag header or empty
     * @param lastModified the Last-Modified header or empty
     */
    public record Validators(String etag, String lastModified) {
        /** Knows nothing. */
        public static final Validators NONE = new Validators("", "");

        /** Whether a condition can be made of it. */
        public boolean isEmpty() {
            return etag.isEmpty() && lastModified.isEmpty();
        }

        /** The value for If-Range: a strong ETag, else the time. */
        String forRange() {
            return !etag.isEmpty() && !etag.startsWith("W/") ? etag : lastModified;
        }
    }

    /** Copies the list. */
    public DownloadRequest {
        sources = List.copyOf(sources);
    }

    /** A file whose size and digest signed metadata state. */
    public static DownloadRequest exact(String name, List<URI> sources, long sizeBytes, Digest sha256) {
        return new DownloadRequest(name, sources, sizeBytes, sizeBytes, Optional.of(sha256), Optional.empty());
    }

    /** A file of unknown content, such as the signed metadata themselves. */
    public static DownloadRequest open(String name, List<URI> sources, long maxBytes, Optional<Validators> validators) {
        return new DownloadRequest(name, sources, -1, maxBytes, Optional.empty(), validators);
    }
}
