package dev.caisson.json;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * A list of values. One that is being built grows by {@link #add}; it is complete when nobody adds any more, and must not
 * be shared between threads before that.
 */
public final class JsonArray implements JsonValue, Iterable<JsonValue> {
    private final List<JsonValue> elements = new ArrayList<>();
    private final String where;

    JsonArray(String where) {
        this.where = where;
    }

    /** An empty array. */
    public static JsonArray of() {
        return new JsonArray("");
    }

    /** An array of strings, in the collection's order. */
    public static JsonArray ofStrings(Iterable<String> values) {
        JsonArray array = of();
        values.forEach(array::add);
        return array;
    }

    /** An array of values, in the collection's order. */
    public static JsonArray ofValues(Iterable<? extends JsonValue> values) {
        JsonArray array = of();
        values.forEach(array::add);
        return array;
    }

    /** Appends a value and returns this. */
    public JsonArray add(JsonValue value) {
        if (value == null) {
            throw new NullPointerException("value");
        }
        elements.add(value);
        return this;
    }

    /** Appends a string and returns this. */
    public JsonArray add(String value) {
        return add(new JsonString(value));
    }

    /** Appends an integer and returns this. */
    public JsonArray add(long value) {
        return add(JsonNumber.of(value));
    }

    /** Appends a truth value and returns this. */
    public JsonArray add(boolean value) {
        return add(JsonBoolean.of(value));
    }

    /** Number of elements. */
    public int size() {
        return elements.size();
    }

    /**
     * One element.
     *
     * @throws IndexOutOfBoundsException outside 0 to {@link #size()} - 1
     */
    public JsonValue get(int index) {
        return elements.get(index);
    }

    /** All elements, unmodifiable. */
    public List<JsonValue> values() {
        return Collections.unmodifiableList(elements);
    }

    @Override
    public Iterator<JsonValue> iterator() {
        return values().iterator();
    }

    /**
     * The elements as texts.
     *
     * @throws CorruptDataException when one is not a string
     */
    public List<String> strings() throws CorruptDataException {
        List<String> result = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            if (!(elements.get(i) instanceof JsonString string)) {
                throw wrong(i, "a string");
            }
            result.add(string.value());
        }
        return result;
    }

    /**
     * The elements as objects.
     *
     * @throws CorruptDataException when one is not an object
     */
    public List<JsonObject> objects() throws CorruptDataException {
        List<JsonObject> result = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            if (!(elements.get(i) instanceof JsonObject object)) {
                throw wrong(i, "an object");
            }
            result.add(object);
        }
        return result;
    }

    private CorruptDataException wrong(int index, String expected) {
        String actual = "element " + index + " is " + elements.get(index).kind();
        return new CorruptDataException("JSON array" + where, FormatException.NO_OFFSET, actual, expected);
    }

    @Override
    public String kind() {
        return "an array";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonArray that && elements.equals(that.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    /** The canonical text. */
    @Override
    public String toString() {
        return Json.canonical(this);
    }
}
