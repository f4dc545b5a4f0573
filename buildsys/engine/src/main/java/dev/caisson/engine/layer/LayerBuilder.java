package dev.caisson.engine.layer;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.deb.DataVisitor;
import dev.caisson.deb.Deb822Paragraph;
import dev.caisson.deb.DebLimits;
import dev.caisson.deb.DebPackage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.root.RemoveTransform;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.erofs.EncodedFile;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.RemoveSpec;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes layers from packages, or finds them in the store. A layer's key is the package's digest, the file-system format and
 * what the variant removes of its paths; its block digests are kept apart, under the blob's digest and the verity parameters.
 */
public final class LayerBuilder {
    private static final int COPY_BYTES = 1 << 20;
    private static final Set<String> SCRIPTS = Set.of("preinst", "postinst", "prerm", "postrm", "config");
    private static final List<String> INVENTORY_FIELDS =
            List.of("Source", "Section", "Maintainer", "Homepage", "Description", "Essential", "License");

    private final EncoderPool encoders;
    private final ArtifactStore store;
    private final VerityParameters verity;
    private final List<RemoveSpec> removals;
    private final Optional<RemoteLayers> remote;

    /**
     * @param encoders encode contents for the image's file system
     * @param store keeps layers
     * @param verity parameters, salt included, of the digests that are kept with a layer
     * @param removals paths that never enter the image, so they are not encoded
     */
    public LayerBuilder(EncoderPool encoders, ArtifactStore store, VerityParameters verity, List<RemoveSpec> removals) {
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
            if (!layer.stored()) {
                store.put(layer.blocks().digest(), layer.file());
            }
            store.putAction(layer.key(), layer.description());
            checks.used();
            return find(packageDigest);
        } catch (FormatException e) {
            checks.reject(e, expected);
            return Optional.empty();
        } finally {
            if (!layer.stored()) {
                Files.deleteIfExists(layer.file());
            }
        }
    }

    private Digest key(Digest packageDigest) {
        String patterns = removals.stream()
                .map(r -> r.path() + " except " + r.except())
                .sorted()
                .collect(Collectors.joining("\n"));
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
        LayerBlob blob = new LayerBlob(digest, file.get(), size, leaves.get());
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
            DebPackage deb = DebPackage.open(source, DebLimits.DEFAULT);
            Contents contents;
            DigestingSink digesting;
            try (FileSink sink = FileSink.create(temporary)) {
                digesting = new DigestingSink(sink, DigestAlgorithm.SHA256);
                contents = new Contents(digesting);
                deb.readData(contents);
                contents.finishAll();
            }
            Digest digest = digesting.digest();
            long size = digesting.position();
            byte[] leaves = contents.leaves.toByteArray();
            byte[] description = LayerCodec.encode(describe(deb, contents), digest, size);
            Path stored = store.put(digest, temporary);
            store.putAction(leavesKey(digest), leaves);
            store.putAction(key(packageDigest), description);
            LayerBlob blob = new LayerBlob(digest, stored, size, leaves);
            remote.ifPresent(to -> to.upload(key(packageDigest), packageDigest, description, blob, stored));
            return new StoredLayer(LayerCodec.decode(description, blob).layer(), blob, false);
        } catch (RemovedTargetException e) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "package " + packageDigest + ": " + e.getMessage() + ", which the variant removes",
                    "remove both names or neither",
                    e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A file's first name was removed, its other one was not. */
    private static final class RemovedTargetException extends IOException {
        private static final long serialVersionUID = 1;

        RemovedTargetException(String message) {
            super(message);
        }
    }

    private static PackageLayer describe(DebPackage deb, Contents contents) {
        Deb822Paragraph control = deb.control();
        Map<String, String> fields = new TreeMap<>();
        for (String field : INVENTORY_FIELDS) {
            control.get(field)
                    .ifPresent(
                            value -> fields.put(field, value.lines().findFirst().orElse("")));
        }
        TreeMap<String, byte[]> scripts = new TreeMap<>(deb.controlFiles());
        scripts.keySet().retainAll(SCRIPTS);
        return new PackageLayer(
                control.get("Package").orElse(deb.name()),
                control.get("Version").orElse(""),
                control.get("Architecture").orElse(""),
                fields,
                replaced(control.get("Replaces").orElse("")),
                scripts,
                contents.entries());
    }

    private static Set<String> replaced(String field) {
        Set<String> names = new TreeSet<>();
        for (String relation : field.split(",", -1)) {
            String name = relation.strip().replaceAll("[\\s(:\\[<].*", "");
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    /** Takes the members of one package as they are unpacked. Contents are finished in the order of the archive. */
    private final class Contents implements DataVisitor {
        private final DigestingSink sink;
        private final ByteArrayOutputStream leaves = new ByteArrayOutputStream();
        private final List<PackageLayer.Entry> entries = new ArrayList<>();
        private final Map<TreePath, Integer> regular = new HashMap<>();
        private final ArrayDeque<Unfinished> unfinished = new ArrayDeque<>();
        private final Map<Integer, Integer> hardLinks = new HashMap<>();

        private record Unfinished(int entry, Attributes attributes, EncoderPool.Pending file) {}

        Contents(DigestingSink sink) {
            this.sink = sink;
        }

        private boolean skip(TreePath path) {
            return RemoveTransform.removes(removals, path);
        }

        private void add(TreePath path, Inode inode) {
            if (!skip(path)) {
                entries.add(new PackageLayer.Entry(path, inode));
            }
        }

        @Override
        public void directory(TreePath path, Attributes attributes) {
            add(path, new Inode.Directory(attributes));
        }

        @Override
        public void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) throws IOException {
            if (skip(path)) {
                return;
            }
            regular.put(path, entries.size());
            unfinished.addLast(new Unfinished(entries.size(), attributes, encoders.start(content, sizeBytes)));
            entries.add(new PackageLayer.Entry(path, null));
            while (!unfinished.isEmpty()
                    && (encoders.isFull() || unfinished.peekFirst().file.isDone())) {
                finishFirst();
            }
        }

        @Override
        public void symlink(TreePath path, Attributes attributes, byte[] target) {
            add(path, new Inode.Symlink(attributes, target));
        }

        @Override
        public void hardLink(TreePath path, TreePath existing) throws IOException {
            if (skip(path)) {
                return;
            }
            Integer first = regular.get(existing);
            if (first == null) {
                throw new RemovedTargetException(path + " is a hard link to " + existing);
            }
            hardLinks.put(entries.size(), first);
            regular.put(path, first);
            entries.add(new PackageLayer.Entry(path, null));
        }

        @Override
        public void device(TreePath path, Attributes attributes, boolean block, int major, int minor) {
            add(path, new Inode.Device(attributes, block, major, minor));
        }

        @Override
        public void fifo(TreePath path, Attributes attributes) {
            add(path, new Inode.Fifo(attributes));
        }

        private void finishFirst() throws IOException {
            Unfinished next = unfinished.removeFirst();
            EncodedFile encoded;
            try {
                encoded = next.file.finish();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e.getMessage(), e);
            }
            long offset = sink.position();
            ByteSource blocks = encoded.blocks();
            for (long at = 0; at < blocks.size(); at += COPY_BYTES) {
                byte[] piece = blocks.read(at, (int) Math.min(COPY_BYTES, blocks.size() - at));
                leaves.writeBytes(LayerBuilder.this.leaves(piece));
                sink.write(piece);
            }
            EncodedFile placed = EncodedFile.ofIndex(encoded.index(), new LayerBlob.Range(null, offset, blocks.size()));
            TreePath path = entries.get(next.entry).path();
            entries.set(
                    next.entry,
                    new PackageLayer.Entry(path, new Inode.RegularFile(next.attributes, new EncodedContent(placed))));
        }

        void finishAll() throws IOException {
            while (!unfinished.isEmpty()) {
                finishFirst();
            }
        }

        List<PackageLayer.Entry> entries() {
            hardLinks.forEach((entry, first) -> entries.set(
                    entry,
                    new PackageLayer.Entry(
                            entries.get(entry).path(), entries.get(first).inode())));
            return entries;
        }
    }
}
