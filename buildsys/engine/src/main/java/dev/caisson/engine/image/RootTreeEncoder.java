package dev.caisson.engine.image;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.layer.EncoderPool;
import dev.caisson.engine.layer.StoredLayer;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Encodes what this build itself put into the tree, and says in which order contents are placed. */
final class RootTreeEncoder {
    private RootTreeEncoder() {}

    /** The same tree with every file's content encoded. Hard links stay hard links. */
    static FileTree encode(FileTree tree, EncoderPool encoders, WorkPool pool) throws Exception {
        List<Inode.RegularFile> plain = new ArrayList<>();
        IdentityHashMap<Inode, Inode> replaced = new IdentityHashMap<>();
        for (Inode inode : tree.entries().values()) {
            if (inode instanceof Inode.RegularFile file
                    && !(file.content() instanceof EncodedContent)
                    && replaced.put(inode, inode) == null) {
                plain.add(file);
            }
        }
        List<EncodedContent> contents = pool.map(
                plain.size(),
                i -> new EncodedContent(encoders.encode(plain.get(i).content())));
        for (int i = 0; i < contents.size(); i++) {
            Inode.RegularFile file = plain.get(i);
            replaced.put(file, new Inode.RegularFile(file.attributes(), contents.get(i)));
        }
        FileTree.Builder builder = tree.toBuilder();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            Inode inode = replaced.get(entry.getValue());
            if (inode != null) {
                builder.put(entry.getKey(), inode);
            }
        }
        return builder.build();
    }

    /**
     * The files of packages, by package and then in archive order, so that one changed package moves its own blocks and those
     * behind it, never those of others among each other. Files of the build itself follow by path.
     */
    static List<Inode.RegularFile> order(FileTree tree, List<StoredLayer> layers) {
        IdentityHashMap<ByteSource, Integer> place = new IdentityHashMap<>();
        layers.stream()
                .map(StoredLayer::layer)
                .sorted(Comparator.comparing(PackageLayer::name))
                .flatMap(layer -> layer.entries().stream())
                .map(PackageLayer.Entry::inode)
                .forEach(inode -> {
                    if (inode instanceof Inode.RegularFile file) {
                        place.putIfAbsent(file.content(), place.size());
                    }
                });
        IdentityHashMap<Inode, Boolean> seen = new IdentityHashMap<>();
        List<Inode.RegularFile> files = new ArrayList<>();
        for (Inode inode : tree.entries().values()) {
            if (inode instanceof Inode.RegularFile file && seen.put(inode, true) == null) {
                files.add(file);
            }
        }
        files.sort(Comparator.comparingInt(file -> place.getOrDefault(file.content(), Integer.MAX_VALUE)));
        return files;
    }
}
