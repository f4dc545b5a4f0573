package dev.caisson.oci;

import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonLimits;
import dev.caisson.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What manifests and indexes have in common: schema version 2, a media type, lists of descriptors. */
final class OciDocument {
    /** The limit that registries have ("Pushing Manifests" of the distribution specification). */
    static final int MAX_BYTES = 4 << 20;

    private static final JsonLimits LIMITS = new JsonLimits(MAX_BYTES, 32);

    private OciDocument() {}

    static JsonObject parse(byte[] bytes, String what) throws FormatException {
        if (!(Json.parse(bytes, LIMITS) instanceof JsonObject object)) {
            throw JsonObject.of().wrong(what + " is no object", "an object");
        }
        return object;
    }

    static JsonObject parseVersioned(byte[] bytes, String what) throws FormatException {
        JsonObject object = parse(bytes, what);
        object.longValue("schemaVersion", 2, 2);
        return object;
    }

    static List<OciDescriptor> readList(JsonObject json, String name) throws FormatException {
        List<OciDescriptor> descriptors = new ArrayList<>();
        for (JsonObject element : json.objects(name)) {
            descriptors.add(OciDescriptor.read(element));
        }
        return descriptors;
    }

    static JsonArray list(List<OciDescriptor> descriptors) {
        return JsonArray.ofValues(
                descriptors.stream().map(OciDescriptor::toJson).toList());
    }
}
