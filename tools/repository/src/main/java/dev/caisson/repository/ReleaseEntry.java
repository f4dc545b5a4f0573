package dev.caisson.repository;

import dev.caisson.bytes.Digest;

/**
 * One file that a Release file vouches for.
 *
 * @param path relative to the Release file, such as {@code main/binary-amd64/Packages.xz}
 * @param sizeBytes exact size
 * @param sha256 of the file
 */
public record ReleaseEntry(String path, long sizeBytes, Digest sha256) {
    /** The path by content next to the named one (Acquire-By-Hash), which survives an update of the archive. */
    public String byHashPath() {
        int slash = path.lastIndexOf('/');
        return path.substring(0, slash + 1) + "by-hash/SHA256/" + sha256.hex();
    }
}
