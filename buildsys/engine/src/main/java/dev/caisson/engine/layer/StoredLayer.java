package dev.caisson.engine.layer;

import dev.caisson.engine.root.PackageLayer;

/**
 * A layer that is in the store.
 *
 * @param layer entries whose file contents are ranges of the blob
 * @param blob the encoded contents
 * @param reused whether it was there before this build
 */
public record StoredLayer(PackageLayer layer, LayerBlob blob, boolean reused) {}
