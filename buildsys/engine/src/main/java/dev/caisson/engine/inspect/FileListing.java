package dev.caisson.engine.inspect;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.root.SelinuxTransform;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.PathPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a tree that a pattern picks, for people and programs. A pattern with a slash at its front is taken as in a
 * manifest ({@link PathPattern}), and a folder that it names brings all that it holds; one without a slash is for the last
 * name alone.
 */
public final class FileListing {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final FileTree tree;
    private final List<Map.Entry<TreePath, Inode>> picked = new ArrayList<>();
    private final IdentityHashMap<Inode, Integer> links = new IdentityHashMap<>();
    private final IdentityHashMap<Inode, TreePath> first = new IdentityHashMap<>();

    /**
     * @param pattern what to list; empty for all
     * @throws IllegalArgumentException when the pattern is not one
     */
    public FileListing(FileTree tree, Optional<String> pattern) {
        this.tree = tree;
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            links.merge(entry.getValue(), 1, Integer::sum);
            first.putIfAbsent(entry.getValue(), entry.getKey());
        }
        pick(pattern);
    }

    private void pick(Optional<String> pattern) {
        boolean byPath = pattern.isPresent() && pattern.get().indexOf('/') >= 0;
        Optional<PathPattern> wanted = pattern.map(text -> new PathPattern(clean(text)));
        TreePath below = null;
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            TreePath at = entry.getKey();
            boolean matches = wanted.isEmpty()
                    || (below != null && at.startsWith(below))
                    || wanted.get().matches(byPath ? at.toString() : "/" + at.name());
            if (matches) {
                picked.add(entry);
            }
            boolean folder = byPath && matches && entry.getValue() instanceof Inode.Directory;
            if (folder && (below == null || !at.startsWith(below))) {
                below = at;
            }
        }
    }

    private static String clean(String pattern) {
        String absolute = pattern.startsWith("/") ? pattern : "/" + pattern;
        return absolute.length() > 1 && absolute.endsWith("/")
                ? absolute.substring(0, absolute.length() - 1)
                : absolute;
    }

    /** Number of files picked. */
    public int size() {
        return picked.size();
    }

    /** One line a file as {@code ls -l} has them: mode, links, owner, size or device, time in UTC, path and target. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<TreePath, Inode> entry : picked) {
            Inode inode = entry.getValue();
            Attributes a = inode.attributes();
            lines.add(String.format(
                    Locale.ROOT,
                    "%s %2d %5d %5d %10s %s %s%s%s",
                    mode(inode),
                    inode instanceof Inode.Directory ? 1 : links.get(inode),
                    a.uid(),
                    a.gid(),
                    size(inode),
                    TIME.format(Instant.ofEpochSecond(a.mtimeSeconds())),
                    entry.getKey().toString().replace("\n", "\\n"),
                    inode instanceof Inode.Symlink link ? " -> " + link.targetText() : "",
                    a.xattrs().isEmpty() ? "" : "  [" + xattrs(a) + "]"));
        }
        return lines;
    }

    /** As {@link dev.caisson.filetree.Xattrs} has them, but labels as text. */
    private static String xattrs(Attributes attributes) {
        List<String> texts = new ArrayList<>();
        attributes.xattrs().asMap().forEach((name, value) -> {
            Optional<String> label = name.equals(SelinuxTransform.XATTR) ? label(value) : Optional.empty();
            texts.add(name + "=" + label.orElseGet(() -> "0x" + HexFormat.of().formatHex(value)));
        });
        return String.join(" ", texts);
    }

    /** A label without the NUL at its end; empty when it is no text. */
    private static Optional<String> label(byte[] value) {
        int length = value.length > 0 && value[value.length - 1] == 0 ? value.length - 1 : value.length;
        for (int i = 0; i < length; i++) {
            if (value[i] <= ' ' || value[i] == 127) {
                return Optional.empty();
            }
        }
        return Optional.of(new String(value, 0, length, StandardCharsets.US_ASCII));
    }

    private static String size(Inode inode) {
        if (inode instanceof Inode.RegularFile file) {
            return Long.toString(file.content().size());
        }
        return inode instanceof Inode.Device device ? device.major() + ", " + device.minor() : "-";
    }

    private static String mode(Inode inode) {
        int mode = inode.attributes().mode();
        char[] text = "?rwxrwxrwx".toCharArray();
        text[0] = inode.typeLetter() == 'f' ? '-' : inode.typeLetter();
        for (int bit = 0; bit < 9; bit++) {
            if ((mode >> (8 - bit) & 1) == 0) {
                text[1 + bit] = '-';
            }
        }
        special(text, 3, (mode & 04000) != 0, 's');
        special(text, 6, (mode & 02000) != 0, 's');
        special(text, 9, (mode & 01000) != 0, 't');
        return new String(text);
    }

    private static void special(char[] text, int at, boolean set, char letter) {
        if (set) {
            text[at] = text[at] == 'x' ? letter : Character.toUpperCase(letter);
        }
    }

    /**
     * One object a file, with what {@link dev.caisson.filetree.TreeDump} has in a line and in the same order.
     *
     * @param withDigests whether contents are read for their SHA-256
     */
    public JsonArray json(boolean withDigests) throws IOException {
        JsonArray all = JsonArray.of();
        for (Map.Entry<TreePath, Inode> entry : picked) {
            all.add(json(entry.getKey(), entry.getValue(), withDigests));
        }
        return all;
    }

    private JsonObject json(TreePath path, Inode inode, boolean withDigests) throws IOException {
        Attributes a = inode.attributes();
        JsonObject object = JsonObject.of()
                .put("type", String.valueOf(inode.typeLetter()))
                .put("mode", String.format(Locale.ROOT, "%04o", a.mode()))
                .put("uid", a.uid())
                .put("gid", a.gid())
                .put("mtime", a.mtimeSeconds());
        if (a.mtimeNanos() != 0) {
            object.put("mtimeNanos", a.mtimeNanos());
        }
        if (inode instanceof Inode.RegularFile file) {
            object.put("size", file.content().size());
        } else if (inode instanceof Inode.Device device) {
            object.put("device", device.major() + ":" + device.minor());
        }
        object.put("path", path.toString());
        if (inode instanceof Inode.Symlink link) {
            object.put("target", link.targetText());
        }
        TreePath original = first.get(inode);
        if (!original.equals(path) && !(inode instanceof Inode.Directory)) {
            object.put("link", original.toString());
        } else if (withDigests && inode instanceof Inode.RegularFile file) {
            object.put("sha256", DigestAlgorithm.SHA256.of(file.content()).hex());
        }
        if (!a.xattrs().isEmpty()) {
            JsonObject xattrs = JsonObject.of();
            a.xattrs()
                    .asMap()
                    .forEach((name, value) -> xattrs.put(name, HexFormat.of().formatHex(value)));
            object.put("xattrs", xattrs);
            Optional.ofNullable(a.xattrs().asMap().get(SelinuxTransform.XATTR))
                    .flatMap(FileListing::label)
                    .ifPresent(label -> object.put("selinux", label));
        }
        return object;
    }
}
