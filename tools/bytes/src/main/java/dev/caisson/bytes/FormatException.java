package dev.caisson.bytes;

import java.io.IOException;

/**
 * Bytes that cannot be taken as the format that they were offered as. The four kinds differ in what the caller can do:
 * try another format, report damage, use another tool, raise a limit.
 *
 * <p>The facts are fields, so that callers and tests never read the message text, whose form is
 * <i>structure at offset: is actual, expected expected</i>.
 */
public abstract sealed class FormatException extends IOException
        permits NotThisFormatException, CorruptDataException, UnsupportedFeatureException, LimitExceededException {
    /** {@link #offset()} where no position is known or meaningful. */
    public static final long NO_OFFSET = -1;

    private final String structure;
    private final long offset;
    private final String actual;
    private final String expected;

    FormatException(String structure, long offset, String actual, String expected) {
        super(message(structure, offset, actual, expected));
        this.structure = structure;
        this.offset = offset;
        this.actual = actual;
        this.expected = expected;
    }

    private static String message(String structure, long offset, String actual, String expected) {
        String where = offset == NO_OFFSET ? "" : " at offset 0x" + Long.toHexString(offset);
        return structure + where + ": " + actual + (expected.isEmpty() ? "" : ", expected " + expected);
    }

    /** The on-disk structure (and field) that is wrong, in the words of its specification. */
    public final String structure() {
        return structure;
    }

    /** Byte offset of the structure in its source, or {@link #NO_OFFSET}. */
    public final long offset() {
        return offset;
    }

    /** What was found. */
    public final String actual() {
        return actual;
    }

    /** What the specification asks for; empty when {@link #actual()} says it all. */
    public final String expected() {
        return expected;
    }
}
