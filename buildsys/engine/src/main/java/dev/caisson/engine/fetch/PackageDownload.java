package dev.caisson.engine.fetch;

import dev.caisson.bytes.Digest;

/**
 * One package file to get.
 *
 * @param archive symbolic name
 * @param path relative to the archive's base address
 * @param sizeBytes exact size
 * @param sha256 its digest
 */
public record PackageDownload(String archive, String path, long sizeBytes, Digest sha256) {
    /** The file's own name. */
    public String fileName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
