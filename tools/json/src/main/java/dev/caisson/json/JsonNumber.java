package dev.caisson.json;

import java.math.BigDecimal;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A number, as its text: nothing is rounded.
 *
 * @param text the number in JSON's grammar
 */
public record JsonNumber(String text) implements JsonValue {
    private static final Pattern GRAMMAR = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /** Checks the grammar (RFC 8259, section 6). */
    public JsonNumber {
        if (!GRAMMAR.matcher(text).matches()) {
            throw new IllegalArgumentException("not a JSON number: " + text);
        }
    }

    /** The integer in decimal digits. */
    public static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }

    /** The value when it is an integer between -2^63 and 2^63-1, whatever its spelling; else empty. */
    public OptionalLong longValue() {
        try {
            // Exact conversion looks at the magnitude first, so a huge exponent costs nothing.
            return OptionalLong.of(decimalValue().longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * The exact value.
     *
     * @throws NumberFormatException when the exponent does not fit 32 bits
     */
    public BigDecimal decimalValue() {
        return new BigDecimal(text);
    }

    @Override
    public String kind() {
        return "a number";
    }
}
