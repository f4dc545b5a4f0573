package dev.caisson.cli;

import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.json.JsonString;
import dev.caisson.json.JsonValue;
import dev.caisson.manifest.Variant;
import java.util.Map;
import java.util.stream.Stream;

/** A merged variant for people and programs. */
final class VariantDescription {
    private VariantDescription() {}

    static JsonObject of(Variant variant) {
        JsonArray repositories = JsonArray.of();
        variant.repositories()
                .forEach(r -> repositories.add(JsonObject.of()
                        .put("name", r.name())
                        .put("type", r.type().label())
                        .putOptional("archive", r.archive())
                        .putStrings("suites", r.suites())));
        return JsonObject.of()
                .put("name", variant.name())
                .put("version", variant.version())
                .put("description", variant.description())
                .put("architecture", variant.architecture().label())
                .put("manifest", variant.file().toString())
                .put("repositories", repositories)
                .put("kernel", variant.kernel().packageName())
                .putStrings("parameters", variant.kernel().parameters())
                .putStrings(
                        "packages",
                        Stream.concat(variant.packages().stream(), variant.packageGroups().stream())
                                .map(Object::toString)
                                .toList())
                .putStrings(
                        "modules",
                        variant.modules().stream().map(Object::toString).toList())
                .putStrings(
                        "exclude", variant.exclude().stream().map(e -> e.name()).toList())
                .putStrings("files", variant.files().stream().map(f -> f.path()).toList())
                .putStrings("enable", variant.units().enable())
                .putStrings("mask", variant.units().mask())
                .put(
                        "filesystem",
                        variant.filesystem().type().label() + " "
                                + variant.filesystem().compression().label() + " "
                                + variant.filesystem().level())
                .put("verity", variant.verity().enabled())
                .put("boot", variant.boot().type().label())
                .put("signing", variant.signing().profile())
                .putStrings("formats", variant.formats());
    }

    static String text(JsonObject json) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, JsonValue> entry : json.members().entrySet()) {
            if (entry.getValue() instanceof JsonArray array) {
                text.append(entry.getKey()).append(":\n");
                array.values().forEach(v -> text.append("  - ").append(plain(v)).append('\n'));
            } else {
                text.append(entry.getKey())
                        .append(": ")
                        .append(plain(entry.getValue()))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String plain(JsonValue value) {
        return value instanceof JsonString string ? string.value() : value.toString();
    }
}
