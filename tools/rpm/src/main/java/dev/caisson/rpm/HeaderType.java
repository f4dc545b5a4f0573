package dev.caisson.rpm;

import java.util.Locale;
import java.util.Optional;

/** The data types of header entries, in the order of their numbers (rpm's {@code docs/manual/format_header.md}). */
public enum HeaderType {
    /** Number 0, in no header; here so that the order is the numbers'. */
    NULL(0, 0, 1),
    /** Bytes. */
    CHAR(1, 1, 1),
    /** 8-bit numbers. */
    INT8(2, 1, 1),
    /** 16-bit numbers, unsigned. */
    INT16(3, 2, 2),
    /** 32-bit numbers, unsigned. */
    INT32(4, 4, 4),
    /** 64-bit numbers. */
    INT64(5, 8, 8),
    /** One string. */
    STRING(6, 0, 1),
    /** One run of bytes. */
    BIN(7, 1, 1),
    /** Strings. */
    STRING_ARRAY(8, 0, 1),
    /** One string in several languages, in the order of HEADERI18NTABLE; the first is in none. */
    I18NSTRING(9, 0, 1);

    private final int number;
    private final int size;
    private final int alignment;

    HeaderType(int number, int size, int alignment) {
        this.number = number;
        this.size = size;
        this.alignment = alignment;
    }

    /** The type with this number; empty for 0 and numbers that there are none of. */
    static Optional<HeaderType> ofNumber(long number) {
        for (HeaderType type : values()) {
            if (type.number == number && type != NULL) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** As the index has it. */
    int number() {
        return number;
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
