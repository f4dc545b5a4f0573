package dev.caisson.json;

/** One JSON value. Equality is that of the contents; the place in a text does not count. */
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {
    /** What kind of value this is, with its article, for messages: {@code an object}, {@code a string} … */
    String kind();
}
