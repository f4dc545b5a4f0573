package dev.caisson.bytes;

/** Reading on would take more memory, depth or output than the caller allows; the message names both numbers with units. */
public final class LimitExceededException extends FormatException {
    /**
     * @param structure the structure and field, in the specification's words
     * @param offset byte offset in the source, or {@link #NO_OFFSET}
     * @param actual what was found
     * @param expected what was expected, or empty
     */
    public LimitExceededException(String structure, long offset, String actual, String expected) {
        super(structure, offset, actual, expected);
    }
}
