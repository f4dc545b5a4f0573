package dev.caisson.json;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Named members in the order in which they were put. One that is being built grows by {@link #put}, which refuses a name
 * twice; it is complete when nobody puts any more, and must not be shared between threads before that.
 *
 * <p>The accessors throw a {@link CorruptDataException} that names the member, the place of the object in its text, what
 * is there and what was expected. The optional ones take a missing member for an empty answer, {@code null} as well; a
 * member of the wrong kind is an error for them too.
 */
public final class JsonObject implements JsonValue {
    private final Map<String, JsonValue> members = new LinkedHashMap<>();
    private final String where;

    JsonObject(String where) {
        this.where = where;
    }

    /** An empty object. */
    public static JsonObject of() {
        return new JsonObject("");
    }

    /**
     * Adds a member and returns this.
     *
     * @throws IllegalArgumentException when there is a member of this name
     */
    public JsonObject put(String name, JsonValue value) {
        if (name == null || value == null) {
            throw new NullPointerException("name or value");
        }
        if (members.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("member \"" + name + "\" twice");
        }
        return this;
    }

    /** Adds a string and returns this. */
    public JsonObject put(String name, String value) {
        return put(name, new JsonString(value));
    }

    /** Adds an integer and returns this. */
    public JsonObject put(String name, long value) {
        return put(name, JsonNumber.of(value));
    }

    /** Adds a truth value and returns this. */
    public JsonObject put(String name, boolean value) {
        return put(name, JsonBoolean.of(value));
    }

    /** Adds an array of strings and returns this. */
    public JsonObject putStrings(String name, Iterable<String> values) {
        return put(name, JsonArray.ofStrings(values));
    }

    /** Adds a string when there is one, and returns this. */
    public JsonObject putOptional(String name, Optional<String> value) {
        value.ifPresent(text -> put(name, text));
        return this;
    }

    /** All members in their order, unmodifiable. */
    public Map<String, JsonValue> members() {
        return Collections.unmodifiableMap(members);
    }

    /** The names in their order, unmodifiable. */
    public Set<String> names() {
        return members().keySet();
    }

    /** Number of members. */
    public int size() {
        return members.size();
    }

    /** Whether there is such a member, be it {@code null}. */
    public boolean has(String name) {
        return members.containsKey(name);
    }

    /** The member as it is; empty when there is none. */
    public Optional<JsonValue> get(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /** The text of a string member. */
    public String string(String name) throws CorruptDataException {
        return required(name, JsonString.class, "a string").value();
    }

    /** The text of a string member, if there is one. */
    public Optional<String> optionalString(String name) throws CorruptDataException {
        return optional(name, JsonString.class, "a string").map(JsonString::value);
    }

    /** An integer between -2^63 and 2^63-1. */
    public long longValue(String name) throws CorruptDataException {
        return toLong(name, required(name, JsonNumber.class, "an integer"));
    }

    /** An integer, if there is one. */
    public OptionalLong optionalLong(String name) throws CorruptDataException {
        Optional<JsonNumber> number = optional(name, JsonNumber.class, "an integer");
        return number.isEmpty() ? OptionalLong.empty() : OptionalLong.of(toLong(name, number.get()));
    }

    private long toLong(String name, JsonNumber number) throws CorruptDataException {
        return number.longValue()
                .orElseThrow(
                        () -> wrong("member \"" + name + "\" is " + number.text(), "an integer of at most 64 bits"));
    }

    /** An integer from {@code min} to {@code max}. */
    public long longValue(String name, long min, long max) throws CorruptDataException {
        long value = longValue(name);
        if (value < min || value > max) {
            throw wrong("member \"" + name + "\" is " + value, min + " to " + max);
        }
        return value;
    }

    /** A truth value. */
    public boolean bool(String name) throws CorruptDataException {
        return required(name, JsonBoolean.class, "a boolean").value();
    }

    /** A truth value, if there is one. */
    public Optional<Boolean> optionalBool(String name) throws CorruptDataException {
        return optional(name, JsonBoolean.class, "a boolean").map(JsonBoolean::value);
    }

    /** An object member. */
    public JsonObject object(String name) throws CorruptDataException {
        return required(name, JsonObject.class, "an object");
    }

    /** An object member, if there is one. */
    public Optional<JsonObject> optionalObject(String name) throws CorruptDataException {
        return optional(name, JsonObject.class, "an object");
    }

    /** An array member. */
    public JsonArray array(String name) throws CorruptDataException {
        return required(name, JsonArray.class, "an array");
    }

    /** An array member, if there is one. */
    public Optional<JsonArray> optionalArray(String name) throws CorruptDataException {
        return optional(name, JsonArray.class, "an array");
    }

    /** The elements of an array of strings. */
    public List<String> strings(String name) throws CorruptDataException {
        return array(name).strings();
    }

    /** The elements of an array of objects. */
    public List<JsonObject> objects(String name) throws CorruptDataException {
        return array(name).objects();
    }

    /**
     * Refuses members that the caller does not know, so that a newer or misspelt file is noticed.
     *
     * @throws CorruptDataException for the first member whose name is not among them
     */
    public void requireOnly(Set<String> known) throws CorruptDataException {
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                throw wrong("unknown member \"" + name + "\"", "one of " + String.join(", ", sorted(known)));
            }
        }
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /** An error about this object, with its place, for checks that only the caller can make. */
    public CorruptDataException wrong(String actual, String expected) {
        return new CorruptDataException("JSON object" + where, FormatException.NO_OFFSET, actual, expected);
    }

    private <T extends JsonValue> T required(String name, Class<T> type, String expected) throws CorruptDataException {
        JsonValue value = members.get(name);
        if (value == null) {
            throw wrong("member \"" + name + "\" is missing", expected);
        }
        if (!type.isInstance(value)) {
            throw wrong("member \"" + name + "\" is " + value.kind(), expected);
        }
        return type.cast(value);
    }

    private <T extends JsonValue> Optional<T> optional(String name, Class<T> type, String expected)
            throws CorruptDataException {
        JsonValue value = members.get(name);
        return value == null || value == JsonNull.NULL ? Optional.empty() : Optional.of(required(name, type, expected));
    }

    @Override
    public String kind() {
        return "an object";
    }

    /** Same members; their order does not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    /** The canonical text. */
    @Override
    public String toString() {
        return Json.canonical(this);
    }
}
