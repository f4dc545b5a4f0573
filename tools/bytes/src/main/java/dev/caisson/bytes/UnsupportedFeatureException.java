package dev.caisson.bytes;

/** Valid as far as can be told, but it uses a feature that this reader refuses; another implementation may read it. */
public final class UnsupportedFeatureException extends FormatException {
    /**
     * @param structure the structure and field, in the specification's words
     * @param offset byte offset in the source, or {@link #NO_OFFSET}
     * @param actual what was found
     * @param expected what was expected, or empty
     */
    public UnsupportedFeatureException(String structure, long offset, String actual, String expected) {
        super(structure, offset, actual, expected);
    }
}
