package dev.caisson.oci;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The configuration of a container image ("Image Configuration").
 *
 * @param platform what its programs run on
 * @param created when it was made: RFC 3339 in UTC
 * @param process what is run by default
 * @param diffIds the digests of the uncompressed layers, lowest first
 * @param history one per layer what made it, lowest first; or none at all
 */
public record OciImageConfig(
        OciPlatform platform, String created, OciProcess process, List<Digest> diffIds, List<String> history) {
    /** Copies the lists. */
    public OciImageConfig {
        Objects.requireNonNull(platform);
        Objects.requireNonNull(created);
        Objects.requireNonNull(process);
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
        if (!history.isEmpty() && history.size() != diffIds.size()) {
            throw new IllegalArgumentException(history.size() + " steps for " + diffIds.size() + " layers");
        }
    }

    /** The document in canonical JSON. */
    public byte[] bytes() {
        JsonObject json = platform.toJson().put("created", created).put("config", process.toJson());
        JsonArray ids =
                JsonArray.ofStrings(diffIds.stream().map(Digest::toString).toList());
        json.put("rootfs", JsonObject.of().put("type", "layers").put("diff_ids", ids));
        if (!history.isEmpty()) {
            JsonArray steps = JsonArray.of();
            history.forEach(
                    text -> steps.add(JsonObject.of().put("created", created).put("created_by", text)));
            json.put("history", steps);
        }
        return Json.canonicalBytes(json);
    }

    /**
     * Reads a document. Of its history only the steps that made a layer are taken.
     *
     * @throws FormatException for anything that is no image configuration
     */
    public static OciImageConfig read(byte[] bytes) throws FormatException {
        JsonObject json = OciDocument.parse(bytes, "OCI image configuration");
        List<Digest> diffIds = new ArrayList<>();
        JsonObject rootfs = json.object("rootfs");
        for (String text : rootfs.strings("diff_ids")) {
            diffIds.add(digest(rootfs, text));
        }
        List<String> history = readHistory(json);
        return new OciImageConfig(
                OciPlatform.read(json),
                json.optionalString("created").orElse(""),
                OciProcess.read(json.optionalObject("config").orElseGet(JsonObject::of)),
                diffIds,
                history.size() == diffIds.size() ? history : List.of());
    }

    private static Digest digest(JsonObject json, String text) throws CorruptDataException {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw json.wrong("member \"diff_ids\" has \"" + text + "\"", "digests");
        }
    }

    private static List<String> readHistory(JsonObject json) throws CorruptDataException {
        List<String> history = new ArrayList<>();
        if (json.optionalArray("history").isPresent()) {
            for (JsonObject step : json.objects("history")) {
                if (!step.optionalBool("empty_layer").orElse(false)) {
                    history.add(step.optionalString("created_by").orElse(""));
                }
            }
        }
        return history;
    }

    /**
     * What a container of the image runs ("config").
     *
     * @param user as {@code user[:group]}, names or numbers; empty for root
     * @param environment {@code NAME=value}
     * @param entrypoint the program and its fixed arguments
     * @param command further arguments, or the program without an entry point
     * @param workingDirectory absolute, or empty for "/"
     * @param labels free text by key
     */
    public record OciProcess(
            String user,
            List<String> environment,
            List<String> entrypoint,
            List<String> command,
            String workingDirectory,
            TreeMap<String, String> labels) {
        /** Copies the collections. */
        public OciProcess {
            Objects.requireNonNull(user);
            Objects.requireNonNull(workingDirectory);
            environment = List.copyOf(environment);
            entrypoint = List.copyOf(entrypoint);
            command = List.copyOf(command);
            labels = new TreeMap<>(labels);
        }

        /** A process that is only a command. */
        public static OciProcess command(List<String> command) {
            return new OciProcess("", List.of(), List.of(), command, "", new TreeMap<>());
        }

        static OciProcess read(JsonObject json) throws CorruptDataException {
            TreeMap<String, String> labels = new TreeMap<>();
            Optional<JsonObject> stored = json.optionalObject("Labels");
            if (stored.isPresent()) {
                for (String key : stored.get().names()) {
                    labels.put(key, stored.get().string(key));
                }
            }
            return new OciProcess(
                    json.optionalString("User").orElse(""),
                    strings(json, "Env"),
                    strings(json, "Entrypoint"),
                    strings(json, "Cmd"),
                    json.optionalString("WorkingDir").orElse(""),
                    labels);
        }

        private static List<String> strings(JsonObject json, String name) throws CorruptDataException {
            return json.optionalArray(name).isPresent() ? json.strings(name) : List.of();
        }

        JsonObject toJson() {
            JsonObject json = JsonObject.of();
            putText(json, "User", user);
            putList(json, "Env", environment);
            putList(json, "Entrypoint", entrypoint);
            putList(json, "Cmd", command);
            putText(json, "WorkingDir", workingDirectory);
            if (!labels.isEmpty()) {
                JsonObject object = JsonObject.of();
                labels.forEach(object::put);
                json.put("Labels", object);
            }
            return json;
        }

        private static void putText(JsonObject json, String name, String value) {
            if (!value.isEmpty()) {
                json.put(name, value);
            }
        }

        private static void putList(JsonObject json, String name, List<String> values) {
            if (!values.isEmpty()) {
                json.putStrings(name, values);
            }
        }
    }
}
