package dev.caisson.erofs;

import dev.caisson.bytes.ByteSource;

/**
 * A part of an image.
 *
 * @param offset position of its first byte in the image
 * @param source its bytes
 */
public record PlacedBytes(long offset, ByteSource source) {
    /** Position after its last byte. */
    public long end() {
        return offset + source.size();
    }
}
