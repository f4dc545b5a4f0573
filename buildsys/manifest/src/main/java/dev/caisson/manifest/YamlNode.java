package dev.caisson.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a manifest file with its place. Compared by identity: two equal texts at two places are two nodes. */
abstract sealed class YamlNode permits YamlNode.Scalar, YamlNode.Sequence, YamlNode.Mapping {
    private final Position at;
    private final boolean remove;

    private YamlNode(Position at, boolean remove) {
        this.at = at;
        this.remove = remove;
    }

    final Position at() {
        return at;
    }

    /** Whether it is tagged {@code !remove}. */
    final boolean isRemove() {
        return remove;
    }

    /** What it is, with its article, for messages. */
    abstract String kind();

    /** A text that is not yet taken for a number or anything else. */
    static final class Scalar extends YamlNode {
        private final String text;
        private final boolean plain;

        Scalar(Position at, boolean remove, String text, boolean plain) {
            super(at, remove);
            this.text = text;
            this.plain = plain;
        }

        String text() {
            return text;
        }

        /** What the YAML 1.2 core schema takes it for. */
        ScalarType type() {
            return plain ? ScalarType.ofPlain(text) : ScalarType.TEXT;
        }

        @Override
        String kind() {
            return type().kind();
        }
    }

    /** A list. */
    static final class Sequence extends YamlNode {
        private final List<YamlNode> items;

        Sequence(Position at, boolean remove, List<YamlNode> items) {
            super(at, remove);
            this.items = List.copyOf(items);
        }

        List<YamlNode> items() {
            return items;
        }

        @Override
        String kind() {
            return "a list";
        }
    }

    /** Named values in their order. */
    static final class Mapping extends YamlNode {
        private final Map<String, Entry> entries;

        Mapping(Position at, boolean remove, Map<String, Entry> entries) {
            super(at, remove);
            this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        static Mapping empty(Position at) {
            return new Mapping(at, false, Map.of());
        }

        Map<String, Entry> entries() {
            return entries;
        }

        /** The value of a key, or null. */
        YamlNode get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        @Override
        String kind() {
            return "a map";
        }
    }

    /**
     * A value and the place of its key.
     *
     * @param key where the key stands
     * @param value the value
     */
    record Entry(Position key, YamlNode value) {}
}
