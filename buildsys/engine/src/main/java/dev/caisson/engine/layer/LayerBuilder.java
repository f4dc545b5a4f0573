package dev.caisson.engine.layer;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.manifest.RemoveSpec;
import dev.caisson.manifest.RpmSpec;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes layers from packages, or finds them in the store. A layer's key is the package's digest, the file-system format and
 * what the variant removes of its paths; its block digests are kept apart, under the blob's digest and the verity parameters.
 */
public final class LayerBuilder {
    private static final int COPY_BYTES = 1 << 20;

    private final EncoderPool encoders;
    private final ArtifactStore store;
    private final VerityParameters verity;
    private final List<RemoveSpec> removals;
    private final RpmSpec rpm;
    private final Optional<RemoteLayers> remote;

    /** A builder that takes RPM packages as they are. */
    public LayerBuilder(EncoderPool encoders, ArtifactStore store, VerityParameters verity, List<RemoveSpec> removals) {
        this(encoders, store, verity, removals, RpmSpec.DEFAULT);
    }

    /**
     * @param encoders encode contents for the image's file system
     * @param store keeps layers
     * @param verity parameters, salt included, of the digests that are kept with a layer
     * @param removals paths that never enter the image, so they are not encoded
     * @param rpm which files of RPM packages stay out
     */
    public LayerBuilder(
            EncoderPool encoders,
            ArtifactStore store,
            VerityParameters verity,
            List<RemoveSpec> removals,
            RpmSpec rpm) {
        this.rpm = rpm;
        this.encoders = encoders;
        this.store = store;
        this.verity = verity;
        this.removals = List.copyOf(removals);
        this.remote = store.remote().map(cache -> new RemoteLayers(store, cache, encoders.format()));
    }

    /** What a layer must say of itself, as a lock has it. */
    public record Expected(String name, String version, String architecture) {
        @Override
        public String toString() {
            return name + " " + version + " " + architecture;
        }
    }

    /** Where a package's bytes come from when its layer is not stored. */
    @FunctionalInterface
    public interface PackageFile {
        /** The verified package; called at most once. */
        Path fetch() throws Exception;
    }

    /** Asks the remote cache for a layer that is not stored. */
    public Optional<RemoteLayer> ask(Digest packageDigest) throws IOException {
        return remote.isPresent() ? remote.get().fetch(key(packageDigest), packageDigest) : Optional.empty();
    }

    /** Takes a layer from the remote cache into the store; empty when it is not what it should be. */
    public Optional<StoredLayer> accept(RemoteLayer layer, Digest packageDigest, Expected expected) throws IOException {
        RemoteLayers checks = remote.orElseThrow();
        try {
            checks.check(layer, expected);
            store.putAction(layer.key(), layer.description());
            checks.used();
            return find(packageDigest);
        } catch (FormatException e) {
            checks.reject(layer, e, expected);
            return Optional.empty();
        }
    }

    private Digest key(Digest packageDigest) {
        String patterns = removals.stream()
                .map(r -> r.path() + " except " + r.except())
                .sorted()
                .collect(Collectors.joining("\n"));
        if (rpm.excludeDocs() || !rpm.languages().isEmpty()) {
            patterns += "\nrpm " + (rpm.excludeDocs() ? "without documentation " : "") + rpm.languages();
        }
        return LayerCodec.key(
                LayerCodec.VERSION, packageDigest.hex(), encoders.format().id(), patterns);
    }

    private Digest leavesKey(Digest blob) {
        return LayerCodec.key("leaves 1", blob.hex(), verity.toString());
    }

    /** The layer of a package if it is stored whole. */
    public Optional<StoredLayer> find(Digest packageDigest) throws IOException {
        Optional<byte[]> stored = store.action(key(packageDigest));
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Digest digest = LayerCodec.blobOf(stored.get());
        Optional<Path> file = store.find(digest);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        long size = Files.size(file.get());
        Optional<byte[]> leaves = store.action(leavesKey(digest));
        if (leaves.isEmpty()
                || leaves.get().length / verity.algorithm().sizeBytes() * (long) verity.dataBlockSize() != size) {
            leaves = hash(file.get(), digest);
            if (leaves.isEmpty()) {
                store.drop(digest);
                return Optional.empty();
            }
        }
        LayerBlob blob = new LayerBlob(
                digest, file.get(), size, leaves.get(), verity.algorithm().sizeBytes());
        LayerCodec.Description description = LayerCodec.decode(stored.get(), blob);
        if (description.blobSize() != size) {
            store.drop(digest);
            return Optional.empty();
        }
        return Optional.of(new StoredLayer(description.layer(), blob, true));
    }

    /** Drops a layer whose blob was found to be damaged, so that the next build makes it again. */
    public void drop(StoredLayer layer, Digest packageDigest) throws IOException {
        store.drop(layer.blob().digest());
        store.dropAction(key(packageDigest));
    }

    /** The block digests of a blob; empty when it is not what its name says, so that damage is never given digests of its own. */
    private Optional<byte[]> hash(Path file, Digest digest) throws IOException {
        ByteArrayOutputStream leaves = new ByteArrayOutputStream();
        MessageDigest whole = digest.algorithm().newDigest();
        try (FileSource source = FileSource.open(file)) {
            if (source.size() % verity.dataBlockSize() != 0) {
                return Optional.empty();
            }
            for (long at = 0; at < source.size(); at += COPY_BYTES) {
                byte[] piece = source.read(at, (int) Math.min(COPY_BYTES, source.size() - at));
                whole.update(piece);
                leaves.writeBytes(leaves(piece));
            }
        }
        if (!digest.equals(new Digest(digest.algorithm(), whole.digest()))) {
            return Optional.empty();
        }
        store.putAction(leavesKey(digest), leaves.toByteArray());
        return Optional.of(leaves.toByteArray());
    }

    private byte[] leaves(byte[] blocks) {
        return LeafDigests.digestsOf(verity, ByteBuffer.wrap(blocks));
    }

    /** Makes the layer of a package and stores it. */
    public StoredLayer build(Digest packageDigest, Path file) throws Exception {
        Path temporary = store.newTemporary("layer");
        try (FileSource source = FileSource.open(file)) {
            LayerContents contents;
            PackageLayer layer;
            DigestingSink digesting;
            try (FileSink sink = FileSink.create(temporary)) {
                digesting = new DigestingSink(sink, DigestAlgorithm.SHA256);
                contents = new LayerContents(encoders, removals, digesting, this::leaves);
                layer = RpmLayer.isRpm(source) ? RpmLayer.read(source, contents, rpm) : DebLayer.read(source, contents);
            }
            Digest digest = digesting.digest();
            long size = digesting.position();
            byte[] leaves = contents.leaves();
            byte[] description = LayerCodec.encode(layer, digest, size);
            Path stored = store.put(digest, temporary);
            store.putAction(leavesKey(digest), leaves);
            store.putAction(key(packageDigest), description);
            LayerBlob blob = new LayerBlob(
                    digest, stored, size, leaves, verity.algorithm().sizeBytes());
            remote.ifPresent(to -> to.upload(key(packageDigest), packageDigest, description, blob, stored));
            return new StoredLayer(LayerCodec.decode(description, blob).layer(), blob, false);
        } catch (LayerContents.RemovedTargetException e) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "package " + packageDigest + ": " + e.getMessage() + ", which the variant removes",
                    "remove both names or neither",
                    e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
