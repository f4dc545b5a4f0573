package dev.caisson.oci;

import dev.caisson.bytes.FormatException;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An image index: manifests, usually one per platform ("Image Index"). A layout's {@code index.json} is one as well.
 *
 * @param artifactType the kind of artifact; empty for container images
 * @param manifests what it lists, in order of preference
 * @param annotations free text by key
 */
public record OciIndex(
        Optional<String> artifactType, List<OciDescriptor> manifests, SortedMap<String, String> annotations) {
    /** Copies the collections. */
    public OciIndex {
        Objects.requireNonNull(artifactType);
        manifests = List.copyOf(manifests);
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /** An index of these manifests without annotations. */
    public static OciIndex of(List<OciDescriptor> manifests) {
        return new OciIndex(Optional.empty(), manifests, new TreeMap<>());
    }

    /** An index of an artifact's manifests. */
    public static OciIndex artifact(String type, List<OciDescriptor> manifests, Map<String, String> annotations) {
        return new OciIndex(Optional.of(type), manifests, new TreeMap<>(annotations));
    }

    /** The document in canonical JSON. */
    public byte[] bytes() {
        JsonObject json = JsonObject.of().put("schemaVersion", 2).put("mediaType", OciMediaTypes.INDEX);
        json.putOptional("artifactType", artifactType).put("manifests", OciDocument.list(manifests));
        OciDescriptor.putAnnotations(json, annotations);
        return Json.canonicalBytes(json);
    }

    /**
     * Reads a document.
     *
     * @throws FormatException for anything that is no index of schema version 2
     */
    public static OciIndex read(byte[] bytes) throws FormatException {
        JsonObject json = OciDocument.parseVersioned(bytes, "OCI index");
        Optional<String> mediaType = json.optionalString("mediaType");
        if (mediaType.isPresent() && !OciMediaTypes.isIndex(mediaType.get())) {
            throw json.wrong("member \"mediaType\" is \"" + mediaType.get() + "\"", OciMediaTypes.INDEX);
        }
        return new OciIndex(
                json.optionalString("artifactType"),
                OciDocument.readList(json, "manifests"),
                OciDescriptor.readAnnotations(json));
    }
}
