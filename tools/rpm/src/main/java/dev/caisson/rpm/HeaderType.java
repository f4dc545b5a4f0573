package dev.caisson.rpm;

import java.util.Locale;

/** The data types of header entries, in the order of their numbers (rpm's {@code docs/manual/format_header.md}). */
public enum HeaderType {
    /** Number 0, in no header; here so that the order is the numbers'. */
    NULL(0, 1),
    /** Bytes. */
    CHAR(1, 1),
    /** 8-bit numbers. */
    INT8(1, 1),
    /** 16-bit numbers, unsigned. */
    INT16(2, 2),
    /** 32-bit numbers, unsigned. */
    INT32(4, 4),
    /** 64-bit numbers. */
    INT64(8, 8),
    /** One string. */
    STRING(0, 1),
    /** One run of bytes. */
    BIN(1, 1),
    /** Strings. */
    STRING_ARRAY(0, 1),
    /** One string in several languages, in the order of HEADERI18NTABLE; the first is in none. */
    I18NSTRING(0, 1);

    private final int size;
    private final int alignment;

    HeaderType(int size, int alignment) {
        this.size = size;
        this.alignment = alignment;
    }

    /** Bytes of one value; 0 for strings. */
    int size() {
        return size;
    }

    /** What the offset of the data is a multiple of. */
    int alignment() {
        return alignment;
    }

    boolean isText() {
        return size == 0 && this != NULL;
    }

    boolean isNumber() {
        return this == INT8 || this == INT16 || this == INT32 || this == INT64;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
