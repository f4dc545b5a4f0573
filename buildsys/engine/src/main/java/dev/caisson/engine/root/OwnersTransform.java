package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Gives the files that packages own by names the numbers of the image's accounts. What a later step has put in a file's place is
 * left as it is.
 */
final class OwnersTransform implements TreeTransform {
    private final Map<TreePath, LayerMerge.Named> named;

    OwnersTransform(Map<TreePath, LayerMerge.Named> named) {
        this.named = named;
    }

    @Override
    public String name() {
        return "owners";
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        if (named.isEmpty()) {
            return tree;
        }
        Accounts accounts = new Accounts();
        accounts.readPasswd(tree.text("/etc/passwd", TextFiles.LIMIT_BYTES).orElse(""));
        accounts.readGroup(tree.text("/etc/group", TextFiles.LIMIT_BYTES).orElse(""));
        FileTree.Builder builder = tree.toBuilder();
        // Hard links are one inode, and have to stay one.
        IdentityHashMap<Inode, Inode> changed = new IdentityHashMap<>();
        for (Map.Entry<TreePath, LayerMerge.Named> each : named.entrySet()) {
            Inode inode = tree.get(each.getKey()).orElse(null);
            LayerMerge.Named entry = each.getValue();
            if (inode == entry.inode()) {
                Inode owned = changed.get(inode);
                if (owned == null) {
                    owned = inode.with(owned(inode.attributes(), accounts, each.getKey(), entry));
                    changed.put(inode, owned);
                }
                builder.put(each.getKey(), owned);
            }
        }
        return builder.build();
    }

    private static Attributes owned(Attributes attributes, Accounts accounts, TreePath path, LayerMerge.Named entry)
            throws BuildException {
        String user = entry.owner().user();
        String group = entry.owner().group();
        long uid = accounts.user(user)
                .orElseThrow(() -> unknown("user " + user, path, entry))
                .uid();
        long gid = accounts.group(group)
                .orElseThrow(() -> unknown("group " + group, path, entry))
                .gid();
        return attributes.withOwner(uid, gid);
    }

    private static BuildException unknown(String who, TreePath path, LayerMerge.Named entry) {
        return new BuildException(
                FailureCode.CONTENT,
                path + " of " + entry.layer() + " belongs to the " + who + ", who does not exist",
                "declare it under users or groups, or bring a sysusers.d file that makes it");
    }
}
