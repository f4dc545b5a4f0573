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
 * An image manifest: of a container image, or of an artifact ("Image Manifest", "Guidelines for Artifact Usage").
 *
 * @param artifactType the kind of artifact; empty for a container image
 * @param config the configuration's blob
 * @param layers the contents; of an image lowest first
 * @param annotations free text by key
 */
public record OciManifest(
        Optional<String> artifactType,
        OciDescriptor config,
        List<OciDescriptor> layers,
        SortedMap<String, String> annotations) {
    /** Copies the collections. */
    public OciManifest {
        Objects.requireNonNull(artifactType);
        Objects.requireNonNull(config);
        layers = List.copyOf(layers);
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /** The manifest of a container image. */
    public static OciManifest image(OciDescriptor config, List<OciDescriptor> layers, Map<String, String> annotations) {
        return new OciManifest(Optional.empty(), config, layers, new TreeMap<>(annotations));
    }

    /** The manifest of an artifact. */
    public static OciManifest artifact(
            String type, OciDescriptor config, List<OciDescriptor> layers, Map<String, String> annotations) {
        return new OciManifest(Optional.of(type), config, layers, new TreeMap<>(annotations));
    }

    /** The document in canonical JSON. */
    public byte[] bytes() {
        JsonObject json = JsonObject.of().put("schemaVersion", 2).put("mediaType", OciMediaTypes.MANIFEST);
        json.putOptional("artifactType", artifactType)
                .put("config", config.toJson())
                .put("layers", OciDocument.list(layers));
        OciDescriptor.putAnnotations(json, annotations);
        return Json.canonicalBytes(json);
    }

    /**
     * Reads a document.
     *
     * @throws FormatException for anything that is no manifest of schema version 2
     */
    public static OciManifest read(byte[] bytes) throws FormatException {
        JsonObject json = OciDocument.parseVersioned(bytes, "OCI manifest");
        Optional<String> mediaType = json.optionalString("mediaType");
        if (mediaType.isPresent() && !OciMediaTypes.isManifest(mediaType.get())) {
            throw json.wrong("member \"mediaType\" is \"" + mediaType.get() + "\"", OciMediaTypes.MANIFEST);
        }
        return new OciManifest(
                json.optionalString("artifactType"),
                OciDescriptor.read(json.object("config")),
                OciDocument.readList(json, "layers"),
                OciDescriptor.readAnnotations(json));
    }
}
