package dev.caisson.oci;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.json.JsonObject;
import dev.caisson.json.JsonString;
import dev.caisson.json.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Points at a blob ("Content Descriptors").
 *
 * @param mediaType what the blob is
 * @param digest its identity, SHA-256 or SHA-512
 * @param size its bytes, at least 0
 * @param annotations free text by key
 * @param platform what it is for, in an index
 * @param artifactType the kind of artifact that a manifest holds
 */
public record OciDescriptor(
        String mediaType,
        Digest digest,
        long size,
        SortedMap<String, String> annotations,
        Optional<OciPlatform> platform,
        Optional<String> artifactType) {
    private static final Pattern DIGEST = Pattern.compile("[a-z0-9]+([+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+");

    /** Checks the ranges; the annotations are copied. */
    public OciDescriptor {
        Objects.requireNonNull(mediaType);
        Objects.requireNonNull(platform);
        Objects.requireNonNull(artifactType);
        if (size < 0) {
            throw new IllegalArgumentException("size " + size);
        }
        if (digest.algorithm() != DigestAlgorithm.SHA256 && digest.algorithm() != DigestAlgorithm.SHA512) {
            throw new IllegalArgumentException("digest " + digest);
        }
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /** A descriptor with the three members that all have. */
    public static OciDescriptor of(String mediaType, Digest digest, long size) {
        return new OciDescriptor(mediaType, digest, size, new TreeMap<>(), Optional.empty(), Optional.empty());
    }

    /** The same blob, annotated with exactly these. */
    public OciDescriptor withAnnotations(Map<String, String> other) {
        return new OciDescriptor(mediaType, digest, size, new TreeMap<>(other), platform, artifactType);
    }

    /** The same blob for a platform. */
    public OciDescriptor withPlatform(OciPlatform other) {
        return new OciDescriptor(mediaType, digest, size, annotations, Optional.of(other), artifactType);
    }

    /** The same blob as an artifact of this type. */
    public OciDescriptor withArtifactType(String other) {
        return new OciDescriptor(mediaType, digest, size, annotations, platform, Optional.of(other));
    }

    /**
     * The descriptor that a document holds.
     *
     * @throws UnsupportedFeatureException for a digest by another algorithm
     * @throws CorruptDataException when a member is missing or out of range
     */
    static OciDescriptor read(JsonObject json) throws FormatException {
        SortedMap<String, String> annotations = readAnnotations(json);
        Optional<JsonObject> platform = json.optionalObject("platform");
        return new OciDescriptor(
                json.string("mediaType"),
                readDigest(json),
                json.longValue("size", 0, Long.MAX_VALUE),
                annotations,
                platform.isEmpty() ? Optional.empty() : Optional.of(OciPlatform.read(platform.get())),
                json.optionalString("artifactType"));
    }

    private static Digest readDigest(JsonObject json) throws FormatException {
        String text = json.string("digest");
        if (!DIGEST.matcher(text).matches()) {
            throw json.wrong("member \"digest\" is \"" + text + "\"", "an algorithm, a colon and the digest");
        }
        String algorithm = text.substring(0, text.indexOf(':'));
        if (!algorithm.equals("sha256") && !algorithm.equals("sha512")) {
            throw new UnsupportedFeatureException(
                    "OCI descriptor digest", FormatException.NO_OFFSET, "is by " + algorithm, "sha256 or sha512");
        }
        int digits = algorithm.equals("sha256") ? 64 : 128;
        if (!text.substring(algorithm.length() + 1).matches("[0-9a-f]{" + digits + "}")) {
            throw json.wrong("member \"digest\" is \"" + text + "\"", digits + " lower-case hexadecimal digits");
        }
        return Digest.parse(text);
    }

    static SortedMap<String, String> readAnnotations(JsonObject json) throws CorruptDataException {
        SortedMap<String, String> annotations = new TreeMap<>();
        Optional<JsonObject> object = json.optionalObject("annotations");
        if (object.isPresent()) {
            for (Map.Entry<String, JsonValue> member : object.get().members().entrySet()) {
                annotations.put(member.getKey(), object.get().string(member.getKey()));
            }
        }
        return annotations;
    }

    static void putAnnotations(JsonObject json, SortedMap<String, String> annotations) {
        if (!annotations.isEmpty()) {
            JsonObject object = JsonObject.of();
            annotations.forEach((key, value) -> object.put(key, new JsonString(value)));
            json.put("annotations", object);
        }
    }

    JsonObject toJson() {
        JsonObject json = JsonObject.of()
                .put("mediaType", mediaType)
                .put("digest", digest.toString())
                .put("size", size)
                .putOptional("artifactType", artifactType);
        platform.ifPresent(value -> json.put("platform", value.toJson()));
        putAnnotations(json, annotations);
        return json;
    }
}
