package dev.caisson.engine.layer;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.store.RemoteCache;
import dev.caisson.engine.store.RemoteResult;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.filetree.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Layers in a remote cache. A result names two contents, {@code layer} (the entries) and {@code blocks}; the digests of blocks are
 * never taken from elsewhere. What comes is believed only when result and package agree, every file decodes, and the layer says
 * of itself what was asked for.
 */
final class RemoteLayers {
    private static final String LAYER = "layer";
    private static final String BLOCKS = "blocks";
    /** Entries of the largest packages (kernels, firmware) take a few MB. */
    private static final int MAX_LAYER_BYTES = 64 << 20;

    private static final int DECODED_BYTES = 1 << 20;

    private final ArtifactStore store;
    private final RemoteCache cache;
    private final ErofsFormat format;

    RemoteLayers(ArtifactStore store, RemoteCache cache, ErofsFormat format) {
        this.store = store;
        this.cache = cache;
        this.format = format;
    }

    private static List<String> inputs(Digest packageDigest, ErofsFormat format) {
        return List.of("package sha256:" + packageDigest.hex(), "format " + format.id());
    }

    /** Brings a layer's contents, the blocks into the store; empty when the cache does not have it. */
    Optional<RemoteLayer> fetch(Digest key, Digest packageDigest) throws IOException {
        Optional<RemoteResult> result = cache.find(key, LayerCodec.VERSION, inputs(packageDigest, format));
        if (result.isEmpty()) {
            return Optional.empty();
        }
        RemoteResult.Content layer;
        RemoteResult.Content blocks;
        try {
            layer = result.get().content(0, LAYER);
            blocks = result.get().content(1, BLOCKS);
        } catch (CorruptDataException e) {
            cache.reject(e.getMessage());
            return Optional.empty();
        }
        Optional<byte[]> description = cache.bytes(layer, MAX_LAYER_BYTES);
        if (description.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> stored = store.findVerified(blocks.digest());
        if (stored.isPresent()) {
            return Optional.of(new RemoteLayer(key, description.get(), blocks, stored.get(), false));
        }
        Path file = store.newTemporary("remote");
        return cache.file(blocks, file)
                ? Optional.of(new RemoteLayer(key, description.get(), blocks, store.put(blocks.digest(), file), true))
                : Optional.empty();
    }

    /**
     * Checks that a layer is what its package would give, as far as that can be seen without the package.
     *
     * @throws FormatException when it is not
     */
    void check(RemoteLayer remote, LayerBuilder.Expected expected) throws IOException {
        LayerBlob blob = new LayerBlob(
                remote.blocks().digest(), remote.file(), remote.blocks().sizeBytes(), new byte[0], 0);
        try {
            LayerCodec.Description description = LayerCodec.decode(remote.description(), blob);
            PackageLayer layer = description.layer();
            boolean same = layer.name().equals(expected.name())
                    && layer.version().equals(expected.version())
                    && layer.architecture().equals(expected.architecture());
            if (!same) {
                throw corrupt("is " + layer.name() + " " + layer.version() + " " + layer.architecture(), expected);
            }
            if (!description.blob().equals(blob.digest()) || description.blobSize() != blob.size()) {
                throw corrupt("belongs to the blocks " + description.blob(), blob.digest());
            }
            checkFiles(layer);
        } finally {
            blob.close();
        }
    }

    private void checkFiles(PackageLayer layer) throws IOException {
        IdentityHashMap<Inode, Boolean> seen = new IdentityHashMap<>();
        ByteBuffer buffer = ByteBuffer.allocate(DECODED_BYTES);
        for (PackageLayer.Entry entry : layer.entries()) {
            if (entry.inode() instanceof Inode.RegularFile file && seen.put(file, true) == null) {
                EncodedContent content = (EncodedContent) file.content();
                if (!content.file().format().equals(format)) {
                    throw corrupt(
                            entry.path() + " is stored as " + content.file().format(), format);
                }
                for (long at = 0; at < content.size(); at += DECODED_BYTES) {
                    content.readFully(at, buffer.clear().limit((int) Math.min(DECODED_BYTES, content.size() - at)));
                }
            }
        }
    }

    private static CorruptDataException corrupt(String actual, Object expected) {
        return new CorruptDataException("layer", FormatException.NO_OFFSET, actual, expected.toString());
    }

    /** Tells the cache that a layer did not pass, and drops what came with it. */
    void reject(RemoteLayer remote, FormatException e, LayerBuilder.Expected expected) throws IOException {
        if (remote.fresh()) {
            store.drop(remote.blocks().digest());
        }
        cache.reject("the layer of " + expected + ": " + e.getMessage());
    }

    /** Counts a layer that passed. */
    void used() {
        cache.used();
    }

    /** Offers a layer to others. */
    void upload(Digest key, Digest packageDigest, byte[] description, LayerBlob blob, Path blocks) {
        if (cache.takesUploads()) {
            RemoteCache.Upload layer = RemoteCache.Upload.of(description);
            RemoteResult result = RemoteResult.of(
                    key,
                    LayerCodec.VERSION,
                    inputs(packageDigest, format),
                    List.of(
                            new RemoteResult.Content(LAYER, layer.digest(), layer.sizeBytes()),
                            new RemoteResult.Content(BLOCKS, blob.digest(), blob.size())));
            cache.upload(result, List.of(layer, RemoteCache.Upload.of(blob.digest(), blob.size(), blocks)));
        }
    }
}
