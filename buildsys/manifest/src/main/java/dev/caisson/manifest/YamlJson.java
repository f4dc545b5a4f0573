package dev.caisson.manifest;

import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonBoolean;
import dev.caisson.json.JsonNull;
import dev.caisson.json.JsonNumber;
import dev.caisson.json.JsonObject;
import dev.caisson.json.JsonString;
import dev.caisson.json.JsonValue;
import java.math.BigDecimal;

/** YAML values as JSON ones, by the core schema. */
final class YamlJson {
    private YamlJson() {}

    static JsonObject object(YamlNode.Mapping map) {
        JsonObject object = JsonObject.of();
        map.entries().forEach((key, entry) -> object.put(key, value(entry.value())));
        return object;
    }

    static JsonValue value(YamlNode node) {
        if (node instanceof YamlNode.Mapping map) {
            return object(map);
        }
        if (node instanceof YamlNode.Sequence list) {
            return JsonArray.ofValues(list.items().stream().map(YamlJson::value).toList());
        }
        YamlNode.Scalar scalar = (YamlNode.Scalar) node;
        return switch (scalar.type()) {
            case NULL -> JsonNull.NULL;
            case BOOLEAN -> JsonBoolean.of(scalar.text().equalsIgnoreCase("true"));
            case INTEGER, FLOAT -> number(scalar.text());
            case TEXT -> new JsonString(scalar.text());
        };
    }

    /** A number where JSON can write it as it stands, else the text: infinity, hexadecimal, leading zeros. */
    private static JsonValue number(String text) {
        try {
            String plain = new BigDecimal(text).toString();
            return plain.equals(text) ? new JsonNumber(text) : new JsonString(text);
        } catch (NumberFormatException e) {
            return new JsonString(text);
        }
    }
}
