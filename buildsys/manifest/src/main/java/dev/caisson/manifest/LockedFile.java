package dev.caisson.manifest;

import dev.caisson.bytes.Digest;

/**
 * One file of a repository.
 *
 * @param path relative to the archive's address, with {@code /}
 * @param sizeBytes its length
 * @param digest its SHA-256
 */
public record LockedFile(String path, long sizeBytes, Digest digest) {
    /** Checks that the path stays inside the archive. */
    public LockedFile {
        if (!isInside(path)) {
            throw new IllegalArgumentException("path leaves the archive: " + path);
        }
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("size " + sizeBytes);
        }
    }

    /** Whether a path is relative and without empty, {@code .} and {@code ..} components, {@code \} and control characters. */
    static boolean isInside(String path) {
        return path.indexOf('\\') < 0 && path.indexOf(':') != 1 && ImagePaths.isClean("/" + path) && !path.isEmpty();
    }
}
