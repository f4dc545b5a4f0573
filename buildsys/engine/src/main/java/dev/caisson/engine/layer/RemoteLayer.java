package dev.caisson.engine.layer;

import dev.caisson.bytes.Digest;
import dev.caisson.engine.store.RemoteResult;
import java.nio.file.Path;

/**
 * A layer that came from a remote cache, with the right digests, but not looked into yet.
 *
 * @param key of the layer
 * @param description its entries, as stored
 * @param blocks digest and size of its blocks
 * @param file the blocks, in the store
 * @param fresh whether they were not stored before
 */
public record RemoteLayer(Digest key, byte[] description, RemoteResult.Content blocks, Path file, boolean fresh) {}
