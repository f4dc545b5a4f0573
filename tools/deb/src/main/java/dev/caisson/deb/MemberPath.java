package dev.caisson.deb;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.filetree.TreePath;
import java.util.Arrays;

/** Turns the paths that Debian's archives hold ({@code ./usr/bin/env}, {@code usr/bin/env}, {@code ./usr/}) into tree paths. */
final class MemberPath {
    private MemberPath() {}

    /**
     * @param raw the bytes from the archive
     * @param what the structure for messages
     * @throws CorruptDataException for absolute paths unless accepted, {@code ..}, {@code .} and empty names in the middle, NUL and
     *     names of more than 255 bytes
     */
    static TreePath parse(byte[] raw, boolean absoluteAccepted, String what, long offset) throws CorruptDataException {
        int from = 0;
        int to = raw.length;
        if (to > 0 && raw[0] == '/') {
            if (!absoluteAccepted) {
                throw new CorruptDataException(what, offset, "has an absolute path", "a path that begins with \"./\"");
            }
            from = 1;
        } else if (to > 0 && raw[0] == '.' && (to == 1 || raw[1] == '/')) {
            from = Math.min(2, to);
        }
        if (to > from && raw[to - 1] == '/') {
            to--;
        }
        if (from == to) {
            return TreePath.ROOT;
        }
        checkNames(raw, from, to, what, offset);
        return TreePath.ofBytes(Arrays.copyOfRange(raw, from, to));
    }

    private static void checkNames(byte[] raw, int from, int to, String what, long offset) throws CorruptDataException {
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i < to && raw[i] == 0) {
                throw new CorruptDataException(what, offset, "has NUL in its path", "");
            }
            if (i == to || raw[i] == '/') {
                int length = i - start;
                if (length == 0 || length == 1 && raw[start] == '.') {
                    throw new CorruptDataException(
                            what, offset, "has an empty name or \".\" in its path", "plain names");
                }
                if (length == 2 && raw[start] == '.' && raw[start + 1] == '.') {
                    throw new CorruptDataException(what, offset, "has \"..\" in its path", "plain names");
                }
                if (length > TreePath.NAME_MAX) {
                    throw new CorruptDataException(
                            what,
                            offset,
                            "has a name of " + length + " bytes in its path",
                            "at most " + TreePath.NAME_MAX);
                }
                start = i + 1;
            }
        }
    }
}
