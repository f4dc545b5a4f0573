package dev.caisson.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the values of a checked map. One that is absent or was found bad is empty: the complaint is made already. */
record Fields(YamlNode.Mapping map, Findings findings) {
    /** A 64-bit integer, or null. */
    static Long parseLong(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    Position at() {
        return map.at();
    }

    /** Where a key stands, or the map when it is absent. */
    Position at(String key) {
        YamlNode.Entry entry = map.entries().get(key);
        return entry == null ? map.at() : entry.key();
    }

    boolean has(String key) {
        return map.get(key) != null;
    }

    YamlNode node(String key) {
        return map.get(key);
    }

    Optional<String> text(String key) {
        return scalar(map.get(key)).map(YamlNode.Scalar::text);
    }

    String text(String key, String otherwise) {
        return text(key).orElse(otherwise);
    }

    /** A text that a list item must have; the checker has complained when it is absent. */
    String required(String key) throws Incomplete {
        return text(key).orElseThrow(Incomplete::new);
    }

    boolean flag(String key, boolean otherwise) {
        return text(key).map(t -> t.equalsIgnoreCase("true")).orElse(otherwise);
    }

    OptionalLong whole(String key) {
        Long value = text(key).map(Fields::parseLong).orElse(null);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    OptionalInt wholeInt(String key) {
        OptionalLong value = whole(key);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) value.getAsLong());
    }

    OptionalLong size(String key) {
        Optional<String> text = text(key);
        return text.isEmpty() ? OptionalLong.empty() : Sizes.parse(text.get());
    }

    <E extends Enum<E> & Labelled> Optional<E> choice(String key, Class<E> type) {
        return text(key).flatMap(label -> constant(label, type));
    }

    <E extends Enum<E> & Labelled> E choice(String key, Class<E> type, E otherwise) {
        return choice(key, type).orElse(otherwise);
    }

    static <E extends Enum<E> & Labelled> Optional<E> constant(String label, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.label().equals(label)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }

    /** A map; an empty one when absent. */
    Fields map(String key) {
        YamlNode value = map.get(key);
        return value instanceof YamlNode.Mapping m
                ? new Fields(m, findings)
                : new Fields(YamlNode.Mapping.empty(at(key)), findings);
    }

    /** The good items of a list, or a lone scalar where one is allowed. */
    List<YamlNode> items(String key) {
        YamlNode value = map.get(key);
        List<YamlNode> items =
                value instanceof YamlNode.Sequence list ? list.items() : value == null ? List.of() : List.of(value);
        return items.stream().filter(item -> !findings.isBad(item)).toList();
    }

    /** The texts of a list. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(key)) {
            scalar(item).ifPresent(s -> texts.add(s.text()));
        }
        return texts;
    }

    private Optional<YamlNode.Scalar> scalar(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && !findings.isBad(scalar)
                ? Optional.of(scalar)
                : Optional.empty();
    }

    /** A list item lacks what it needs. */
    static final class Incomplete extends Exception {
        private static final long serialVersionUID = 1;

        Incomplete() {
            super(null, null, false, false);
        }
    }
}
