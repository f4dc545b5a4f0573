package dev.caisson.engine.root;

import dev.caisson.elf.LdSoCache;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.List;

/** Writes {@code /etc/ld.so.cache}, without which systemd would try to make it on the read-only root and fail. */
public final class LdSoCacheTransform implements TreeTransform {
    private final long mtimeSeconds;

    /** A transform whose file has this time. */
    public LdSoCacheTransform(long mtimeSeconds) {
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "ld.so.cache";
    }

    @Override
    public FileTree apply(FileTree tree) throws IOException {
        List<LdSoCache.Entry> entries = LdSoCache.collect(tree);
        if (entries.isEmpty() || tree.get(TreePath.of("/etc")).isEmpty()) {
            return tree;
        }
        FileTree.Builder builder = tree.toBuilder();
        builder.file("/etc/ld.so.cache", Attributes.ofRoot(0644, mtimeSeconds), LdSoCache.encode(entries));
        return builder.build();
    }
}
