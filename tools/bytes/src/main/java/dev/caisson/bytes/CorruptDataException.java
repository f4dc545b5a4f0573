package dev.caisson.bytes;

/** The format is right but its contents contradict themselves or end too early: damage or an attack. */
public final class CorruptDataException extends FormatException {
    /**
     * @param structure the structure and field, in the specification's words
     * @param offset byte offset in the source, or {@link #NO_OFFSET}
     * @param actual what was found
     * @param expected what was expected, or empty
     */
    public CorruptDataException(String structure, long offset, String actual, String expected) {
        super(structure, offset, actual, expected);
    }
}
