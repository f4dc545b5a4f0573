package dev.caisson.engine.root;

import dev.caisson.engine.BuildEpoch;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.util.IdentityHashMap;
import java.util.Map;

/** No inode is younger than the build epoch. Hard links stay hard links. */
public final class ClampTransform implements TreeTransform {
    private final BuildEpoch epoch;

    /** A transform for this epoch. */
    public ClampTransform(BuildEpoch epoch) {
        this.epoch = epoch;
    }

    @Override
    public String name() {
        return "clamp-times";
    }

    @Override
    public FileTree apply(FileTree tree) {
        FileTree.Builder builder = tree.toBuilder();
        IdentityHashMap<Inode, Inode> clamped = new IdentityHashMap<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            Attributes a = entry.getValue().attributes();
            long seconds = epoch.clamp(a.mtimeSeconds());
            if (seconds != a.mtimeSeconds() || a.mtimeNanos() != 0) {
                builder.put(
                        entry.getKey(),
                        clamped.computeIfAbsent(entry.getValue(), inode -> inode.with(a.withMtime(seconds, 0))));
            }
        }
        return builder.build();
    }
}
