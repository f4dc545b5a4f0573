package dev.caisson.engine.root;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /var} lives on the data partition, so what packages ship there would be hidden. Directories and links become lines
 * of a tmpfiles.d file, regular files move to {@code /usr/share/factory/var} and are copied from there at boot when they are
 * missing. {@code /var} itself is left as a mount point with nothing but {@code /var/tmp}: services that start before the data
 * partition is there, such as systemd-resolved, cannot have a private one without it (PrivateTmp= in systemd.exec(5)).
 */
public final class VarTransform implements TreeTransform {
    private static final TreePath VAR = TreePath.of("/var");
    private static final TreePath TEMPORARY = TreePath.of("/var/tmp");
    private static final TreePath FACTORY = TreePath.of("/usr/share/factory/var");

    private final long mtimeSeconds;

    /** A transform whose new inodes have this time. */
    public VarTransform(long mtimeSeconds) {
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "var";
    }

    @Override
    public FileTree apply(FileTree tree) {
        FileTree.Builder builder = tree.toBuilder();
        List<String> lines = new ArrayList<>();
        for (Map.Entry<TreePath, Inode> entry :
                tree.entries().tailMap(VAR, false).entrySet()) {
            if (!entry.getKey().startsWith(VAR)) {
                break;
            }
            lines.add(line(builder, entry.getKey(), entry.getValue()));
        }
        Optional<Inode> var = tree.get(VAR);
        if (var.isEmpty()) {
            return tree;
        }
        builder.remove(VAR).put(VAR, var.get());
        builder.put(TEMPORARY, new Inode.Directory(Attributes.ofRoot(01777, mtimeSeconds)));
        if (lines.isEmpty()) {
            return builder.build();
        }
        builder.file(
                "/usr/lib/tmpfiles.d/caisson-var.conf",
                Attributes.ofRoot(0644, mtimeSeconds),
                ("# What the packages of this image ship below /var.\n" + String.join("\n", lines) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
        return builder.build();
    }

    private String line(FileTree.Builder builder, TreePath path, Inode inode) {
        Attributes a = inode.attributes();
        String owner = String.format(Locale.ROOT, "%04o %d %d", a.mode(), a.uid(), a.gid());
        String escaped = quoted(path);
        if (inode instanceof Inode.Directory) {
            return "d " + escaped + " " + owner + " -";
        }
        if (inode instanceof Inode.Symlink link) {
            return "L " + escaped + " - - - - " + link.targetText().replace("%", "%%");
        }
        TreePath factory = path.rebase(VAR, FACTORY);
        builder.directories(factory.parent(), Attributes.ofRoot(0755, mtimeSeconds));
        builder.put(factory, inode);
        return "C " + escaped + " " + owner + " - " + factory.toString().replace("%", "%%");
    }

    /** A path as every version of tmpfiles.d(5) reads it: in quotes, percent signs doubled, what is not plain escaped. */
    private static String quoted(TreePath path) {
        String text = path.toString();
        boolean utf8 = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), path.bytes());
        StringBuilder out = new StringBuilder();
        for (char c : (utf8 ? text : new String(path.bytes(), StandardCharsets.ISO_8859_1)).toCharArray()) {
            if (c == '%') {
                out.append("%%");
            } else if (c == '\\' || c == '"') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 127 || (!utf8 && c > 127)) {
                out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                out.append(c);
            }
        }
        boolean plain = out.chars().allMatch(c -> c > ' ' && c != '\\' && c != '\'');
        return plain ? out.toString() : "\"" + out + "\"";
    }
}
