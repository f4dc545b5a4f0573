/**
 * OCI image layouts (opencontainers/image-spec 1.1): a folder with {@code oci-layout}, {@code index.json} and content-addressed
 * files below {@code blobs/}.
 *
 * <p>{@link dev.caisson.oci.OciLayoutWriter} adds blobs, from memory or streamed, and completes the folder with its index;
 * {@link dev.caisson.oci.OciLayout} reads one. {@link dev.caisson.oci.OciDescriptor}, {@link dev.caisson.oci.OciManifest},
 * {@link dev.caisson.oci.OciIndex} and {@link dev.caisson.oci.OciImageConfig} are the JSON documents. What is written is
 * deterministic: canonical JSON, so equal documents have equal digests.
 *
 * <p>Read: SHA-256 and SHA-512 digests, images and artifacts (a manifest with {@code artifactType} or a config that is no image
 * config), nested indexes, Docker's media types of manifests, lists and configs. A blob counts only when its size and digest
 * are those of its descriptor. Members that the specification does not have are passed over, as it asks for.
 *
 * <p>Refused: schema versions other than 2, other layout versions than 1.0.0, digests by other algorithms (as unsupported),
 * documents over 4 MiB, indexes nested deeper than 4. Blobs elsewhere ({@code urls}) are not fetched; nothing in here uses a network,
 * knows compression or looks into a layer.
 */
package dev.caisson.oci;
