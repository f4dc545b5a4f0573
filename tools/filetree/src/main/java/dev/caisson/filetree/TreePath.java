package dev.caisson.filetree;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An absolute path inside an image. Names are bytes: 1 to 255 of them, without NUL and {@code /}, and neither {@code .}
 * nor {@code ..}. Paths order by their names as unsigned bytes, each directory directly before what it holds.
 */
public final class TreePath implements Comparable<TreePath> {
    /** The root directory. */
    public static final TreePath ROOT = new TreePath("");

    /** Longest name in bytes, as in Linux' {@code NAME_MAX}. */
    public static final int NAME_MAX = 255;

    /**
     * One char per byte, names separated by NUL: no name holds NUL and it is the smallest byte, so that String order is the
     * order that the class promises.
     */
    private final String key;

    private TreePath(String key) {
        this.key = key;
    }

    /**
     * Parses text such as {@code /usr/bin/env}, taken as UTF-8; a leading slash, repeated slashes, a trailing slash and
     * {@code .} components are allowed.
     *
     * @throws IllegalArgumentException for {@code ..}, NUL and overlong names
     */
    public static TreePath of(String path) {
        return ofBytes(path.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #of(String)}, from the bytes that an archive holds. */
    public static TreePath ofBytes(byte[] path) {
        TreePath result = ROOT;
        int from = 0;
        for (int at = 0; at <= path.length; at++) {
            if (at == path.length || path[at] == '/') {
                String name = new String(path, from, at - from, StandardCharsets.ISO_8859_1);
                if (!name.isEmpty() && !name.equals(".")) {
                    result = result.childOf(name);
                }
                from = at + 1;
            }
        }
        return result;
    }

    /** The child with this name, given as UTF-8 text. */
    public TreePath child(String name) {
        return child(name.getBytes(StandardCharsets.UTF_8));
    }

    /** The child with this name. */
    public TreePath child(byte[] name) {
        return childOf(new String(name, StandardCharsets.ISO_8859_1));
    }

    private TreePath childOf(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a file name: \"" + name + "\"");
        }
        return new TreePath(key.isEmpty() ? name : key + '\0' + name);
    }

    /** Whether these bytes can name a child. */
    static boolean isName(byte[] name) {
        return isName(new String(name, StandardCharsets.ISO_8859_1));
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME_MAX
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }

    /** Whether this is the root directory. */
    public boolean isRoot() {
        return key.isEmpty();
    }

    /** The directory that holds this; the root's is the root. */
    public TreePath parent() {
        int cut = key.lastIndexOf('\0');
        return cut < 0 ? ROOT : new TreePath(key.substring(0, cut));
    }

    /** The last name as bytes; empty for the root. */
    public byte[] nameBytes() {
        return rawName().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The last name as text; bytes that are not UTF-8 become {@code \xNN}. */
    public String name() {
        return printable(rawName());
    }

    private String rawName() {
        return key.substring(key.lastIndexOf('\0') + 1);
    }

    /** Number of names; 0 for the root. */
    public int depth() {
        return key.isEmpty() ? 0 : 1 + (int) key.chars().filter(c -> c == 0).count();
    }

    /** The names from the root down, each as a path of one name below the root. */
    public List<byte[]> names() {
        List<byte[]> names = new ArrayList<>();
        if (!key.isEmpty()) {
            for (String name : key.split("\0", -1)) {
                names.add(name.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return names;
    }

    /** Whether this is {@code ancestor} or lies below it. */
    public boolean startsWith(TreePath ancestor) {
        return ancestor.key.isEmpty()
                || key.equals(ancestor.key)
                || (key.startsWith(ancestor.key) && key.charAt(ancestor.key.length()) == '\0');
    }

    /** A key that sorts after everything below this path and not after any later sibling. */
    TreePath afterSubtree() {
        return new TreePath(key + '\1');
    }

    /** This path with the leading {@code from} replaced by {@code to}. */
    public TreePath rebase(TreePath from, TreePath to) {
        if (!startsWith(from)) {
            throw new IllegalArgumentException(this + " is not below " + from);
        }
        if (key.length() == from.key.length()) {
            return to;
        }
        String rest = from.key.isEmpty() ? key : key.substring(from.key.length() + 1);
        return new TreePath(to.key.isEmpty() ? rest : to.key + '\0' + rest);
    }

    /** The bytes of the path with a leading slash, as the kernel would take it. */
    public byte[] bytes() {
        return ("/" + key.replace('\0', '/')).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same without the leading slash; empty for the root. */
    public byte[] relativeBytes() {
        return key.replace('\0', '/').getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String printable(String raw) {
        byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder text = new StringBuilder();
            for (byte b : bytes) {
                text.append(
                        b >= ' ' && b < 127
                                ? String.valueOf((char) b)
                                : String.format(Locale.ROOT, "\\x%02x", b & 0xff));
            }
            return text.toString();
        }
    }

    @Override
    public int compareTo(TreePath other) {
        return key.compareTo(other.key);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreePath that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /** The path with a leading slash; bytes that are not UTF-8 become {@code \xNN}. */
    @Override
    public String toString() {
        return "/" + printable(key.replace('\0', '/'));
    }
}
