package dev.caisson.oci;

/** Media types of the specification ("Media Types"), and those of Docker's schema 2 that mean the same. */
public final class OciMediaTypes {
    /** An image index. */
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    /** An image manifest; artifacts have it as well. */
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    /** The configuration of a container image. */
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    /** A layer: an uncompressed tar archive. */
    public static final String LAYER_TAR = "application/vnd.oci.image.layer.v1.tar";
    /** A layer: a tar archive, compressed by gzip. */
    public static final String LAYER_TAR_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    /** A layer: a tar archive, compressed by zstd. */
    public static final String LAYER_TAR_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
    /** The two bytes "{}", where a document is needed and there is nothing to say. */
    public static final String EMPTY = "application/vnd.oci.empty.v1+json";

    private static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    private OciMediaTypes() {}

    /** Whether it is an index of manifests, be it Docker's manifest list. */
    public static boolean isIndex(String mediaType) {
        return mediaType.equals(INDEX) || mediaType.equals(DOCKER_LIST);
    }

    /** Whether it is a manifest, be it Docker's. */
    public static boolean isManifest(String mediaType) {
        return mediaType.equals(MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
    }
}
