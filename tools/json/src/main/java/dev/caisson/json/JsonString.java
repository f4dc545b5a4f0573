package dev.caisson.json;

import java.util.Objects;

/**
 * A string.
 *
 * @param value the text, without quotes and escapes
 */
public record JsonString(String value) implements JsonValue {
    /** Refuses null. */
    public JsonString {
        Objects.requireNonNull(value);
    }

    @Override
    public String kind() {
        return "a string";
    }
}
