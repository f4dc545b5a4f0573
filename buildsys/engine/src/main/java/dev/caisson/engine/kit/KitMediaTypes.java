package dev.caisson.engine.kit;

/** Media types of kits. */
final class KitMediaTypes {
    static final String KIT = "application/vnd.caisson.kit.v1";
    static final String CONFIG = "application/vnd.caisson.kit.config.v1+json";
    static final String METADATA = "application/vnd.caisson.kit.metadata.v1";
    static final String PACKAGE = "application/vnd.caisson.kit.package.v1+rpm";

    private KitMediaTypes() {}
}
