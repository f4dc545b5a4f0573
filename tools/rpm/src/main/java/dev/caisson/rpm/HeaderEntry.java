package dev.caisson.rpm;

/**
 * An entry of a header's index, its place in the data checked.
 *
 * @param tag says what it is
 * @param type of its values
 * @param offset first byte in the header's data
 * @param count number of values; of {@link HeaderType#BIN}, of bytes
 * @param length bytes of data, with the NULs of strings
 */
record HeaderEntry(int tag, HeaderType type, int offset, int count, int length) {
    /** Bytes of an entry in the index: tag, type, offset and count, 32 bits each. */
    static final int SIZE = 16;
}
