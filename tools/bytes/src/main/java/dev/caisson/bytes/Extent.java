package dev.caisson.bytes;

/**
 * Bytes at a place of a larger whole (a disk, a file system). What no extent covers is zeros.
 *
 * @param offset where the first byte lies, in bytes
 * @param source the bytes
 */
public record Extent(long offset, ByteSource source) {
    /** Checks that the end can be counted. */
    public Extent {
        if (offset < 0 || offset > Long.MAX_VALUE - source.size()) {
            throw new IllegalArgumentException(source.size() + " bytes at offset " + offset);
        }
    }

    /** Size in bytes. */
    public long size() {
        return source.size();
    }

    /** Offset of the first byte behind. */
    public long end() {
        return offset + source.size();
    }

    /** The same bytes, further behind. */
    public Extent shiftedBy(long bytes) {
        return new Extent(Math.addExact(offset, bytes), source);
    }
}
