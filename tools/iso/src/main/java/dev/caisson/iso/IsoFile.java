package dev.caisson.iso;

/**
 * A file and its place.
 *
 * @param path names between slashes, without one in front; each name of letters, digits and {@code ._-}
 * @param offset of the first byte in the image, a multiple of 2048
 * @param sizeBytes length
 */
public record IsoFile(String path, long offset, long sizeBytes) {
    /** Checks form and ranges. */
    public IsoFile {
        if (!path.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
                || path.matches("(.*/)?\\.\\.?(/.*)?")
                || offset < 0
                || offset % IsoLayout.SECTOR != 0
                || sizeBytes < 0) {
            throw new IllegalArgumentException("file '" + path + "' of " + sizeBytes + " bytes at " + offset);
        }
    }
}
