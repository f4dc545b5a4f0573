package dev.caisson.fat;

import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names of one directory, checked and with their short names: all that its size depends on. */
final class FatDirectory {
    /** The specification's limit: 2 MiB. */
    private static final int ENTRIES_MAX = 65_536;

    private static final String FORBIDDEN = "\"*/:<>?\\|\u007f";

    private final Map<TreePath, String> names;
    private final Map<String, byte[]> shortNames;
    private final int entryCount;

    private FatDirectory(Map<TreePath, String> names, Map<String, byte[]> shortNames, int entryCount) {
        this.names = names;
        this.shortNames = shortNames;
        this.entryCount = entryCount;
    }

    /**
     * Looks at what a directory holds.
     *
     * @param extraEntries entries that are there besides: {@code .} and {@code ..}, or a label
     */
    static FatDirectory of(FileTree tree, TreePath path, int extraEntries) throws FatNameException {
        Map<TreePath, String> names = new LinkedHashMap<>();
        Map<String, TreePath> folded = new HashMap<>();
        for (TreePath child : tree.children(path)) {
            checkKind(child, tree.entries().get(child));
            String name = name(child);
            TreePath other = folded.put(LongName.folded(name), child);
            if (other != null) {
                throw new FatNameException(child, "its name differs from " + other + " only by case");
            }
            names.put(child, name);
        }
        Map<String, byte[]> shortNames = ShortNames.of(new ArrayList<>(names.values()));
        long count = extraEntries;
        for (String name : names.values()) {
            count += 1 + (ShortNames.isShort(name, shortNames.get(name)) ? 0 : LongName.entries(name));
        }
        if (count > ENTRIES_MAX) {
            throw new FatNameException(path, "a directory has at most " + ENTRIES_MAX + " entries, this has " + count);
        }
        return new FatDirectory(names, shortNames, (int) count);
    }

    private static void checkKind(TreePath path, Inode inode) throws FatNameException {
        if (inode instanceof Inode.RegularFile file) {
            if (file.content().size() > 0xffffffffL) {
                throw new FatNameException(path, "it has " + file.content().size() + " bytes, at most 4294967295 fit");
            }
        } else if (!(inode instanceof Inode.Directory)) {
            throw new FatNameException(path, "it is neither a regular file nor a directory");
        }
    }

    private static String name(TreePath path) throws FatNameException {
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(path.nameBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FatNameException(path, "its name is not UTF-8");
        }
        if (name.chars().anyMatch(c -> c < ' ' || FORBIDDEN.indexOf(c) >= 0)) {
            throw new FatNameException(path, "its name has a control character or one of \" * / : < > ? \\ |");
        }
        if (name.endsWith(".") || name.endsWith(" ") || name.startsWith(" ")) {
            throw new FatNameException(path, "its name starts with a blank or ends with a blank or dot");
        }
        if (name.length() > LongName.UNITS_MAX) {
            throw new FatNameException(path, "its name is longer than 255 UTF-16 units");
        }
        return name;
    }

    /** Entries of 32 bytes. */
    int entryCount() {
        return entryCount;
    }

    long sizeBytes() {
        return (long) entryCount * FatGeometry.ENTRY_BYTES;
    }

    /** The long names in tree order. */
    List<TreePath> children() {
        return List.copyOf(names.keySet());
    }

    /** The long-name entries of a child, if it needs any. */
    byte[] longEntries(TreePath child) {
        String name = names.get(child);
        byte[] shortName = shortNames.get(name);
        return ShortNames.isShort(name, shortName) ? new byte[0] : LongName.encode(name, shortName);
    }

    byte[] shortName(TreePath child) {
        return shortNames.get(names.get(child));
    }
}
