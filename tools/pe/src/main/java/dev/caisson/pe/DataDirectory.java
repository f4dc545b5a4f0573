package dev.caisson.pe;

/**
 * One entry of the data directories ({@code IMAGE_DATA_DIRECTORY}): two 32-bit numbers.
 *
 * @param virtualAddress relative to the image base; for {@link #CERTIFICATE_TABLE} a file offset
 * @param size in bytes
 */
public record DataDirectory(long virtualAddress, long size) {
    /** Stored size in bytes. */
    public static final int SIZE = 8;

    /** Index of the attribute certificate table, whose address is a file offset. */
    public static final int CERTIFICATE_TABLE = 4;

    /** Index of the base relocations. */
    public static final int BASE_RELOCATIONS = 5;

    /** Number of entries that the specification names; no image has more. */
    public static final int MAX_ENTRIES = 16;
}
