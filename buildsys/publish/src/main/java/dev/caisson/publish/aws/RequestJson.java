package dev.caisson.publish.aws;

import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonBoolean;
import dev.caisson.json.JsonNumber;
import dev.caisson.json.JsonObject;
import dev.caisson.json.JsonString;
import dev.caisson.json.JsonValue;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** A request's parameters by the names that the API reference gives them. */
final class RequestJson {
    private RequestJson() {}

    static JsonObject of(SdkPojo request) {
        JsonObject json = JsonObject.of();
        for (SdkField<?> field : request.sdkFields()) {
            Object value = field.getValueOrDefault(request);
            if (value != null && !(value instanceof java.util.Collection<?> list && list.isEmpty())) {
                json.put(field.memberName(), value(value));
            }
        }
        return json;
    }

    private static JsonValue value(Object value) {
        if (value instanceof SdkPojo part) {
            return of(part);
        }
        if (value instanceof List<?> list) {
            return JsonArray.ofValues(list.stream().map(RequestJson::value).toList());
        }
        if (value instanceof Map<?, ?> map) {
            JsonObject json = JsonObject.of();
            map.forEach((key, item) -> json.put(key.toString(), value(item)));
            return json;
        }
        if (value instanceof Integer || value instanceof Long) {
            return JsonNumber.of(((Number) value).longValue());
        }
        if (value instanceof Boolean flag) {
            return JsonBoolean.of(flag);
        }
        return new JsonString(value.toString());
    }
}
