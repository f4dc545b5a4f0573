package dev.caisson.publish.vsphere;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.json.JsonString;
import dev.caisson.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A session with the vSphere Automation API in its REST form below {@code /rest}, which vSphere 6.5 to 8 have. What only reads is
 * repeated when the connection breaks.
 */
final class LibraryClient implements AutoCloseable {
    private static final String LOGIN = "/rest/com/vmware/cis/session";
    private static final String HEADER = "vmware-api-session-id";
    private static final int TRIES = 4;

    private final Transport transport;
    private final Pause pause;
    private String token = "";

    LibraryClient(Transport transport, Pause pause) {
        this.transport = transport;
        this.pause = pause;
    }

    /** Logs in. */
    void open() throws IOException {
        Map<String, String> headers = transport.basic();
        headers.put("Content-Type", "application/json");
        JsonValue value = value("log in", transport.send("POST", LOGIN, headers, new byte[0]))
                .orElseThrow(() -> new IOException("log in: no token"));
        if (!(value instanceof JsonString text)) {
            throw new IOException("log in: no token");
        }
        token = text.value();
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        headers.put(HEADER, token);
        return headers;
    }

    /** Reads an object. */
    JsonObject read(String path, boolean repeat) throws IOException {
        JsonValue value = repeated("GET", path, new byte[0], repeat ? TRIES : 1)
                .orElseThrow(() -> new IOException(path + ": an empty answer"));
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new IOException(path + ": the answer is " + value.kind());
    }

    /** Ids of what a search finds. */
    List<String> find(String path, JsonObject what) throws IOException {
        byte[] body = Json.canonicalBytes(JsonObject.of().put("spec", what));
        Optional<JsonValue> found = repeated("POST", path + "?~action=find", body, TRIES);
        return found.isPresent() && found.get() instanceof JsonArray array ? array.strings() : List.of();
    }

    private Optional<JsonValue> repeated(String method, String path, byte[] body, int tries) throws IOException {
        for (int i = 1; ; i++) {
            Transport.Answer answer;
            try {
                answer = transport.send(method, path, headers(), body);
                if (answer.status() < 500 || i == tries) {
                    return value(method + " " + path, answer);
                }
            } catch (IOException e) {
                if (i == tries) {
                    throw e;
                }
            }
            sleep(500L << i);
        }
    }

    /** Changes something, once; the answer when it is a text. */
    Optional<String> change(String method, String path, Optional<JsonObject> body) throws IOException {
        byte[] bytes = body.isPresent() ? Json.canonicalBytes(body.get()) : new byte[0];
        Optional<JsonValue> value = value(method + " " + path, transport.send(method, path, headers(), bytes));
        return value.isPresent() && value.get() instanceof JsonString text
                ? Optional.of(text.value())
                : Optional.empty();
    }

    /** Sends an object, once, and gets one. */
    JsonObject post(String path, JsonObject body) throws IOException {
        Transport.Answer answer = transport.send("POST", path, headers(), Json.canonicalBytes(body));
        if (value("POST " + path, answer).orElse(null) instanceof JsonObject object) {
            return object;
        }
        throw new IOException(path + ": the answer is no object");
    }

    /** Sends a file to the place that the library has named. */
    void upload(URI address, Optional<String> thumbprint, ByteSource content, LongConsumer sent) throws IOException {
        URI server = transport.server().address();
        boolean same = server.getHost().equals(address.getHost());
        Optional<String> pin = same ? Optional.empty() : thumbprint.flatMap(ServerTrust::thumbprint);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        if (same) {
            headers.put(HEADER, token);
        }
        for (int i = 1; ; i++) {
            try {
                Transport.Answer answer = transport.upload("PUT", address, pin, headers, content, sent);
                value("PUT " + address.getPath(), answer);
                return;
            } catch (IOException e) {
                if (i == TRIES) {
                    throw e;
                }
                sleep(500L << i);
            }
        }
    }

    /** The answer's value; what is an error becomes an exception. */
    private Optional<JsonValue> value(String what, Transport.Answer answer) throws IOException {
        if (answer.status() / 100 != 2) {
            throw new IOException(what + ": HTTP status " + answer.status() + reason(answer));
        }
        if (answer.body().length == 0) {
            return Optional.empty();
        }
        try {
            return Json.parse(answer.body()) instanceof JsonObject object ? object.get("value") : Optional.empty();
        } catch (FormatException e) {
            throw new IOException(what + ": the answer is no JSON: " + e.getMessage(), e);
        }
    }

    private String reason(Transport.Answer answer) {
        try {
            if (Json.parse(answer.body()) instanceof JsonObject object) {
                String type = object.optionalString("type").orElse("");
                String text = object.get("value").map(JsonValue::toString).orElse("");
                String all = type.replaceFirst("^.*\\.", "") + " " + text.substring(0, Math.min(500, text.length()));
                return ", " + transport.server().password().removedFrom(all.strip());
            }
        } catch (FormatException e) {
            // A page of some proxy, probably; the status says enough.
        }
        return "";
    }

    void sleep(long millis) throws IOException {
        try {
            pause.millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (!token.isEmpty()) {
            try {
                transport.send("DELETE", LOGIN, headers(), new byte[0]);
            } catch (IOException e) {
                // The server ends the session by itself.
            }
        }
    }
}
