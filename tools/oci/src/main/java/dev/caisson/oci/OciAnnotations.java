package dev.caisson.oci;

/** Keys of annotations that the specification defines ("Annotations"). */
public final class OciAnnotations {
    /** When it was made: RFC 3339, on manifests and indexes. */
    public static final String CREATED = "org.opencontainers.image.created";
    /** A name for people; of a layer the file's name, as clients of artifact registries use it. */
    public static final String TITLE = "org.opencontainers.image.title";
    /** What is in it, for people. */
    public static final String DESCRIPTION = "org.opencontainers.image.description";
    /** The version of what is packaged. */
    public static final String VERSION = "org.opencontainers.image.version";
    /** The tag of a manifest in a layout's index. */
    public static final String REF_NAME = "org.opencontainers.image.ref.name";
    /** Licences, as an SPDX expression. */
    public static final String LICENSES = "org.opencontainers.image.licenses";

    private OciAnnotations() {}
}
