package dev.caisson.manifest;

import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonBoolean;
import dev.caisson.json.JsonNumber;
import dev.caisson.json.JsonObject;
import java.util.Map;

/**
 * The JSON Schema (draft 2020-12) of manifest files, from the same description that the checks use. It is for editors:
 * what only the whole shows (a unit both enabled and masked, a file that is not there) it does not know, and a
 * {@code !remove} item looks to it like the plain value.
 */
public final class SchemaGenerator {
    private static final String SIZE_TEXT = Sizes.REGEX;

    private SchemaGenerator() {}

    /** The schema as the text of {@code variants/schema.json}. */
    public static String text() {
        return Json.pretty(generate());
    }

    /** The schema. */
    public static JsonObject generate() {
        JsonObject schema = JsonObject.of()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Caisson variant manifest")
                .put(
                        "description",
                        "A variant (variant.yaml) or a fragment that variants extend. An item of a list that is a map may have"
                                + " \"when: {arch: X}\": then it counts for that architecture only.");
        addMap(schema, ManifestShapes.ROOT, false);
        return schema.put("required", JsonArray.of().add("schema"));
    }

    /** The schema of recipes, as the text of {@code packages/schema.json}. */
    public static String recipeText() {
        JsonObject schema = JsonObject.of()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Caisson recipe")
                .put(
                        "description",
                        "How a package is made (package.yaml). An item of a list that is a map may have \"when: {arch: X}\":"
                                + " then it counts for that architecture only.");
        addMap(schema, RecipeShapes.ROOT, true);
        return Json.pretty(schema);
    }

    private static JsonObject of(Shape shape, boolean inItem) {
        JsonObject schema = JsonObject.of();
        if (shape instanceof Shape.Text text) {
            addText(schema, text);
        } else if (shape instanceof Shape.Content) {
            schema.put("type", types("string", "number"));
        } else if (shape instanceof Shape.Choice choice) {
            addChoice(schema, choice);
        } else if (shape instanceof Shape.Whole whole) {
            schema.put("type", "integer").put("minimum", whole.min()).put("maximum", whole.max());
        } else if (shape instanceof Shape.Flag) {
            schema.put("type", "boolean");
        } else if (shape instanceof Shape.Size size) {
            schema.put("type", types("integer", "string"))
                    .put("pattern", SIZE_TEXT)
                    .put("minimum", size.min())
                    .put("maximum", size.max());
        } else if (shape instanceof Shape.ListOf list) {
            schema.put("type", "array").put("items", item(list.item(), inItem));
        } else if (shape instanceof Shape.MapOf map) {
            addMap(schema, map, inItem);
        } else if (shape instanceof Shape.MapWith map) {
            JsonObject properties = JsonObject.of();
            map.key().values().forEach(key -> properties.put(key, of(map.value(), inItem)));
            schema.put("type", "object").put("properties", properties).put("additionalProperties", JsonBoolean.FALSE);
        } else if (shape instanceof Shape.AnyMap) {
            schema.put("type", "object");
        } else if (shape instanceof Shape.Either either) {
            schema.put("anyOf", alternatives(either, inItem));
        }
        return schema;
    }

    private static JsonArray alternatives(Shape.Either either, boolean inItem) {
        JsonArray array = JsonArray.of();
        either.shapes().forEach(shape -> array.add(of(shape, inItem)));
        return array;
    }

    /** An item; where lists are merged, a lone text or an incomplete map may be a removal, whose tag JSON cannot see. */
    private static JsonObject item(Shape shape, boolean inItem) {
        if (inItem || !(shape instanceof Shape.MapOf)) {
            return of(shape, true);
        }
        JsonObject removal = JsonObject.of().put("type", "string").put("description", "Only as: - !remove NAME");
        return JsonObject.of().put("anyOf", JsonArray.of().add(of(shape, true)).add(removal));
    }

    private static void addText(JsonObject schema, Shape.Text text) {
        // Unquoted 1.5 or 443 is a number to JSON, and its text to us.
        boolean numberPasses = !text.quoted() && "0".matches(text.regex());
        schema.put(
                "type",
                numberPasses ? types("string", "number") : JsonArray.of().add("string"));
        if (!text.regex().isEmpty()) {
            schema.put("pattern", text.regex());
        }
        schema.put("maxLength", Shapes.MAX_TEXT);
    }

    private static void addChoice(JsonObject schema, Shape.Choice choice) {
        JsonArray values = JsonArray.ofStrings(choice.values());
        for (String value : choice.values()) {
            if (ScalarType.ofPlain(value) == ScalarType.INTEGER) {
                values.add(new JsonNumber(value));
            }
        }
        schema.put("enum", values);
    }

    private static void addMap(JsonObject schema, Shape.MapOf map, boolean inItem) {
        JsonObject properties = JsonObject.of();
        JsonArray required = JsonArray.of();
        for (Map.Entry<String, Shape.Field> entry : map.fields().entrySet()) {
            Shape.Field field = entry.getValue();
            boolean itemBelow = inItem && !entry.getKey().equals("then");
            JsonObject property = JsonObject.of().put("description", field.doc());
            of(field.shape(), itemBelow).members().forEach(property::put);
            properties.put(entry.getKey(), property);
            if (field.required() && inItem) {
                required.add(entry.getKey());
            }
        }
        if (inItem
                && !map.equals(RecipeShapes.ROOT)
                && !map.fields().containsKey("then")
                && !map.fields().containsKey("arch")) {
            properties.put(ManifestShapes.WHEN, of(ManifestShapes.condition(), false));
        }
        schema.put("type", "object").put("properties", properties).put("additionalProperties", JsonBoolean.FALSE);
        if (required.size() > 0) {
            schema.put("required", required);
        }
    }

    private static JsonArray types(String first, String second) {
        return JsonArray.of().add(first).add(second);
    }
}
