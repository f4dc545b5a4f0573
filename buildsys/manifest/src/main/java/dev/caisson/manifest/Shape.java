package dev.caisson.manifest;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a value in a manifest may be. The one description that both the checks and the JSON Schema come from.
 */
sealed interface Shape {
    /**
     * A text on one line.
     *
     * @param expected what it must be, for messages and the schema: {@code a package name}
     * @param regex as both Java and ECMA-262 read it; empty for any
     * @param quoted whether it must be quoted because YAML would take it for a number
     * @param problem a further check: what is wrong with a text (to follow the text in a message), empty when nothing is
     */
    record Text(String expected, String regex, boolean quoted, UnaryOperator<String> problem) implements Shape {}

    /** A text of any length and lines. */
    record Content() implements Shape {}

    /**
     * One of some words.
     *
     * @param values the words
     */
    record Choice(List<String> values) implements Shape {}

    /**
     * An integer.
     *
     * @param min smallest
     * @param max largest
     */
    record Whole(long min, long max) implements Shape {}

    /** {@code true} or {@code false}. */
    record Flag() implements Shape {}

    /**
     * A number of bytes, with unit or without.
     *
     * @param min smallest
     * @param max largest
     */
    record Size(long min, long max) implements Shape {}

    /**
     * A list.
     *
     * @param item what each item is
     */
    record ListOf(Shape item) implements Shape {}

    /**
     * A map with known keys.
     *
     * @param fields by key, in the order of the documentation
     */
    record MapOf(Map<String, Field> fields) implements Shape {}

    /**
     * A map with free keys.
     *
     * @param key what a key must be
     * @param value what each value is
     */
    record MapWith(Choice key, Shape value) implements Shape {}

    /** A map with anything in it. */
    record AnyMap() implements Shape {}

    /**
     * Different shapes for a scalar, a list and a map.
     *
     * @param shapes at most one for each of the three
     */
    record Either(List<Shape> shapes) implements Shape {}

    /**
     * A key of a map.
     *
     * @param doc what it means, with its default
     * @param shape what its value may be
     * @param required whether a list item without it is wrong (the required keys of a whole variant may be inherited, and
     *     are checked after merging)
     */
    record Field(String doc, Shape shape, boolean required) {}
}
