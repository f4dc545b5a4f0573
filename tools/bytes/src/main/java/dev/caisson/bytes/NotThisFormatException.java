package dev.caisson.bytes;

/** The bytes are something else: no magic of this format was found. Another reader may know them. */
public final class NotThisFormatException extends FormatException {
    /**
     * @param structure the structure and field, in the specification's words
     * @param offset byte offset in the source, or {@link #NO_OFFSET}
     * @param actual what was found
     * @param expected what was expected, or empty
     */
    public NotThisFormatException(String structure, long offset, String actual, String expected) {
        super(structure, offset, actual, expected);
    }
}
