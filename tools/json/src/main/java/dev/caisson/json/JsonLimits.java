package dev.caisson.json;

/**
 * How much a text may ask for.
 *
 * @param maxBytes longest text in bytes
 * @param maxDepth deepest nesting of arrays and objects, at most 1000
 */
public record JsonLimits(int maxBytes, int maxDepth) {
    /** Longest text of a number, in characters. */
    static final int MAX_NUMBER_LENGTH = 100;

    /** 256 MiB, 100 levels. */
    public static final JsonLimits DEFAULT = new JsonLimits(256 << 20, 100);

    /** Checks the ranges; deeper nesting could exhaust a thread's stack. */
    public JsonLimits {
        if (maxBytes < 0 || maxDepth < 0 || maxDepth > 1000) {
            throw new IllegalArgumentException("maxBytes " + maxBytes + ", maxDepth " + maxDepth);
        }
    }
}
