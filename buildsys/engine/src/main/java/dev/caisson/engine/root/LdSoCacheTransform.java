package dev.caisson.engine.root;

import dev.caisson.bytes.Digest;
import dev.caisson.elf.LdSoCache;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes {@code /etc/ld.so.cache}, without which systemd would try to make it on the read-only root and fail. For it all
 * libraries must be looked into, so the result is stored under their identities.
 */
public final class LdSoCacheTransform implements TreeTransform {
    private static final String VERSION = "ld.so.cache 1";
    private static final TreePath ETC = TreePath.of("/etc");

    private final ArtifactStore store;
    private final long mtimeSeconds;

    /** A transform whose file has this time. */
    public LdSoCacheTransform(ArtifactStore store, long mtimeSeconds) {
        this.store = store;
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "ld.so.cache";
    }

    @Override
    public FileTree apply(FileTree tree) throws IOException {
        if (tree.get(ETC).isEmpty()) {
            return tree;
        }
        Digest key = ContentIdentity.of(tree, VERSION, path -> decides(path, tree));
        Optional<byte[]> stored = store.action(key);
        byte[] cache;
        if (stored.isPresent()) {
            cache = stored.get();
        } else {
            List<LdSoCache.Entry> entries = LdSoCache.collect(tree);
            cache = entries.isEmpty() ? new byte[0] : LdSoCache.encode(entries);
            store.putAction(key, cache);
        }
        if (cache.length == 0) {
            return tree;
        }
        FileTree.Builder builder = tree.toBuilder();
        builder.file("/etc/ld.so.cache", Attributes.ofRoot(0644, mtimeSeconds), cache);
        return builder.build();
    }

    /** Folders and links lead to libraries; of files, those that may be one and the linker's configuration decide. */
    private static boolean decides(TreePath path, FileTree tree) {
        return !(tree.get(path).orElse(null) instanceof dev.caisson.filetree.Inode.RegularFile)
                || path.name().contains(".so")
                || path.startsWith(ETC) && path.toString().startsWith("/etc/ld.so.conf");
    }
}
