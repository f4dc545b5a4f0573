package dev.caisson.filetree;

import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The canonical text of a tree, one line an entry, for snapshots, comparisons and people:
 * {@code type mode uid gid mtime[.nanos] size-or-device path [-> target] [sha256=…] [link=first path] [xattrs]}.
 */
public final class TreeDump {
    private TreeDump() {}

    /**
     * Dumps a tree.
     *
     * @param withContents whether each regular file's SHA-256 is computed and shown
     */
    public static String of(FileTree tree, boolean withContents) throws IOException {
        StringBuilder out = new StringBuilder();
        IdentityHashMap<Inode, TreePath> firstPath = new IdentityHashMap<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            line(out, entry.getKey(), entry.getValue(), firstPath, withContents);
        }
        return out.toString();
    }

    private static void line(
            StringBuilder out,
            TreePath path,
            Inode inode,
            IdentityHashMap<Inode, TreePath> firstPath,
            boolean withContents)
            throws IOException {
        Attributes a = inode.attributes();
        out.append(String.format(
                Locale.ROOT, "%c %04o %d %d %d", inode.typeLetter(), a.mode(), a.uid(), a.gid(), a.mtimeSeconds()));
        if (a.mtimeNanos() != 0) {
            out.append(String.format(Locale.ROOT, ".%09d", a.mtimeNanos()));
        }
        if (inode instanceof Inode.RegularFile file) {
            out.append(' ').append(file.content().size());
        } else if (inode instanceof Inode.Device device) {
            out.append(' ').append(device.major()).append(':').append(device.minor());
        } else {
            out.append(" -");
        }
        out.append(' ').append(escaped(path.bytes()));
        if (inode instanceof Inode.Symlink link) {
            out.append(" -> ").append(escaped(link.target()));
        }
        TreePath first = firstPath.putIfAbsent(inode, path);
        if (first != null) {
            out.append(" link=").append(escaped(first.bytes()));
        } else if (withContents && inode instanceof Inode.RegularFile file) {
            out.append(" sha256=")
                    .append(DigestAlgorithm.SHA256.of(file.content()).hex());
        }
        if (!a.xattrs().isEmpty()) {
            out.append(' ').append(a.xattrs());
        }
        out.append('\n');
    }

    /** UTF-8 text as it is; backslashes, blanks, control characters and other bytes so that no two names look the same. */
    private static String escaped(byte[] bytes) {
        boolean utf8 = Arrays.equals(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
        StringBuilder text = new StringBuilder();
        for (char c : new String(bytes, utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1).toCharArray()) {
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case ' ' -> text.append("\\040");
                default -> {
                    if (c < ' ' || c == 127 || (!utf8 && c > 127)) {
                        text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.toString();
    }
}
