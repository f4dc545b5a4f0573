package dev.caisson.json;

import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;

/** Text to {@link JsonValue} and back. */
public final class Json {
    private Json() {}

    /**
     * Parses one value from UTF-8 text, within {@link JsonLimits#DEFAULT}.
     *
     * @throws FormatException for anything else, with line and column (from 1, in UTF-16 units)
     */
    public static JsonValue parse(byte[] utf8) throws FormatException {
        return parse(utf8, JsonLimits.DEFAULT);
    }

    /** As {@link #parse(byte[])}, within other limits. */
    public static JsonValue parse(byte[] utf8, JsonLimits limits) throws FormatException {
        return JsonReader.read(utf8, limits);
    }

    /** As {@link #parse(byte[])}, from text. */
    public static JsonValue parse(String text) throws FormatException {
        return JsonReader.read(text, JsonLimits.DEFAULT);
    }

    /**
     * Parses one object from UTF-8 text.
     *
     * @throws FormatException for other values as well
     */
    public static JsonObject parseObject(byte[] utf8) throws FormatException {
        return JsonReader.object(parse(utf8));
    }

    /** As {@link #parseObject(byte[])}, from text. */
    public static JsonObject parseObject(String text) throws FormatException {
        return JsonReader.object(parse(text));
    }

    /** The text for people: two spaces per level, members in their own order, a line feed at the end. */
    public static String pretty(JsonValue value) {
        return JsonWriter.pretty(value);
    }

    /** The text for digests: members sorted by name, no white space, no line feed. */
    public static String canonical(JsonValue value) {
        return JsonWriter.canonical(value);
    }

    /** {@link #canonical} as UTF-8. */
    public static byte[] canonicalBytes(JsonValue value) {
        return canonical(value).getBytes(StandardCharsets.UTF_8);
    }

    /** {@link #pretty} as UTF-8. */
    public static byte[] prettyBytes(JsonValue value) {
        return pretty(value).getBytes(StandardCharsets.UTF_8);
    }
}
