package dev.caisson.engine.layer;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.deb.DataVisitor;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.root.RemoveTransform;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.erofs.EncodedFile;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.RemoveSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Takes the members of one package as they are unpacked; their contents are encoded by all threads and written in the order of
 * the archive.
 */
final class LayerContents implements DataVisitor {
    private static final int COPY_BYTES = 1 << 20;

    private final EncoderPool encoders;
    private final List<RemoveSpec> removals;
    private final DigestingSink sink;
    private final UnaryOperator<byte[]> blockDigests;
    private final ByteArrayOutputStream leaves = new ByteArrayOutputStream();
    private final List<PackageLayer.Entry> entries = new ArrayList<>();
    private final Map<TreePath, Integer> regular = new HashMap<>();
    private final ArrayDeque<Unfinished> unfinished = new ArrayDeque<>();
    private final Map<Integer, Integer> hardLinks = new HashMap<>();

    private record Unfinished(int entry, Attributes attributes, EncoderPool.Pending file) {}

    /** A file's first name was removed, its other one was not. */
    static final class RemovedTargetException extends IOException {
        private static final long serialVersionUID = 1;

        RemovedTargetException(String message) {
            super(message);
        }
    }

    /**
     * @param removals paths that are passed over
     * @param sink takes the encoded contents, whole blocks
     * @param blockDigests gives the digests of whole blocks under the variant's dm-verity parameters
     */
    LayerContents(
            EncoderPool encoders, List<RemoveSpec> removals, DigestingSink sink, UnaryOperator<byte[]> blockDigests) {
        this.encoders = encoders;
        this.removals = removals;
        this.sink = sink;
        this.blockDigests = blockDigests;
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

    /** A socket, which only RPM packages can hold. */
    void socket(TreePath path, Attributes attributes) {
        add(path, new Inode.Socket(attributes));
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
            leaves.writeBytes(blockDigests.apply(piece));
            sink.write(piece);
        }
        EncodedFile placed = EncodedFile.ofIndex(encoded.index(), new LayerBlob.Range(null, offset, blocks.size()));
        TreePath path = entries.get(next.entry).path();
        entries.set(
                next.entry,
                new PackageLayer.Entry(path, new Inode.RegularFile(next.attributes, new EncodedContent(placed))));
    }

    /** Everything that came, in the order of the archive, once the last content is encoded. */
    List<PackageLayer.Entry> finish() throws IOException {
        while (!unfinished.isEmpty()) {
            finishFirst();
        }
        hardLinks.forEach((entry, first) -> entries.set(
                entry,
                new PackageLayer.Entry(
                        entries.get(entry).path(), entries.get(first).inode())));
        return entries;
    }

    /** The digests of all blocks written. */
    byte[] leaves() {
        return leaves.toByteArray();
    }
}
