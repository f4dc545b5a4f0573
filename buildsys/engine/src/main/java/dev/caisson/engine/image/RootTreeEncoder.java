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
    private static final int ROOM = 256;

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
     * Where the contents of files go.
     *
     * @param files in the order of their blocks
     * @param gaps blocks left free before some of them, by the file's object
     */
    record Placement(List<Inode.RegularFile> files, Map<Inode.RegularFile, Integer> gaps) {}

    /**
     * The files of packages, by package and then in archive order; files of the build itself follow by path. Large packages
     * come first, by powers of two, then by name, and each has room to grow by at most 1/{@value #ROOM} before it moves those
     * behind it. So what a changed package moves is mostly smaller than itself, and where anything is depends on nothing but
     * what is in the image.
     */
    static Placement placement(FileTree tree, List<StoredLayer> layers, int blockSize) {
        List<StoredLayer> ordered = layers.stream()
                .sorted(Comparator.comparingInt(
                                (StoredLayer stored) -> -sizeClass(stored.blob().size() / blockSize))
                        .thenComparing(stored -> stored.layer().name()))
                .toList();
        IdentityHashMap<ByteSource, Integer> place = new IdentityHashMap<>();
        int[] packageEnds = new int[ordered.size()];
        int[] rooms = new int[ordered.size()];
        for (int i = 0; i < ordered.size(); i++) {
            for (PackageLayer.Entry entry : ordered.get(i).layer().entries()) {
                if (entry.inode() instanceof Inode.RegularFile file) {
                    place.putIfAbsent(file.content(), place.size());
                }
            }
            packageEnds[i] = place.size();
            rooms[i] = room(ordered.get(i).blob().size() / blockSize);
        }
        IdentityHashMap<Inode, Boolean> seen = new IdentityHashMap<>();
        List<Inode.RegularFile> files = new ArrayList<>();
        for (Inode inode : tree.entries().values()) {
            if (inode instanceof Inode.RegularFile file && seen.put(inode, true) == null) {
                files.add(file);
            }
        }
        files.sort(Comparator.comparingInt(file -> place.getOrDefault(file.content(), Integer.MAX_VALUE)));
        IdentityHashMap<Inode.RegularFile, Integer> gaps = new IdentityHashMap<>();
        int left = 0;
        int room = 0;
        for (Inode.RegularFile file : files) {
            int at = place.getOrDefault(file.content(), Integer.MAX_VALUE);
            for (; left < packageEnds.length && packageEnds[left] <= at; left++) {
                room += rooms[left];
            }
            if (room > 0 && blocks(file) > 0) {
                gaps.put(file, room);
                room = 0;
            }
        }
        return new Placement(files, gaps);
    }

    private static long blocks(Inode.RegularFile file) {
        return file.content() instanceof EncodedContent encoded ? encoded.file().blockCount() : 0;
    }

    private static int sizeClass(long blocks) {
        return Long.SIZE - Long.numberOfLeadingZeros(blocks);
    }

    /** Blocks up to the next multiple of a power of two that is about 1/{@value #ROOM} of the package. */
    private static int room(long blocks) {
        long unit = Math.max(1, Long.highestOneBit(blocks / ROOM));
        return (int) ((unit - blocks % unit) % unit);
    }
}
