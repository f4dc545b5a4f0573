package dev.caisson.engine.layer;

import dev.caisson.bytes.DigestAlgorithm;
import java.nio.file.Path;

/** Blobs for tests that never read them. */
public final class LayerBlobs {
    private LayerBlobs() {}

    /** A blob of this size. */
    public static LayerBlob of(long sizeBytes) {
        return new LayerBlob(DigestAlgorithm.SHA256.of(new byte[0]), Path.of("none"), sizeBytes, new byte[0], 32);
    }
}
