package dev.caisson.elf;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.FormatException;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The library cache {@code /etc/ld.so.cache} of a tree, as {@code ldconfig} makes it.
 *
 * <pre>
 * offset  size  field
 * 0       20    "glibc-ld.so.cache1.1"
 * 20      4     number of libraries
 * 24      4     size of the string table in bytes
 * 28      1     flags: 2 little endian, 3 big endian
 * 29      3     padding
 * 32      4     offset of extensions, 0 for none
 * 36      12    unused
 * 48      24·n  entries: i32 flags, u32 soname, u32 path (both file offsets), u32 OS version, u64 hardware capabilities
 *               then the strings
 * </pre>
 */
public final class LdSoCache {
    private static final int HEADER_SIZE = 48;
    private static final int ENTRY_SIZE = 24;
    private static final int FLAG_ELF_LIBC6 = 0x0003;
    private static final int FLAG_X86_64 = 0x0300;
    private static final int FLAG_AARCH64 = 0x0a00;

    private LdSoCache() {}

    /**
     * One library of the cache.
     *
     * @param soname what programs ask for
     * @param path where it is
     * @param flags glibc's type and ABI bits
     */
    public record Entry(String soname, String path, int flags) {}

    /** The libraries that the dynamic linker's configured folders hold, in cache order. */
    public static List<Entry> collect(FileTree tree) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Set<TreePath> seen = new LinkedHashSet<>();
        for (String folder : folders(tree)) {
            Optional<TreePath> directory = tree.resolve(TreePath.of(folder));
            if (directory.isPresent() && seen.add(directory.get())) {
                collectFolder(tree, folder, directory.get(), entries);
            }
        }
        entries.sort(Comparator.comparing(Entry::soname, LdSoCache::compareNames)
                .reversed()
                .thenComparing(Entry::flags, Comparator.reverseOrder()));
        return entries;
    }

    /** The folders of {@code /etc/ld.so.conf} and what it includes, then the built-in ones. */
    private static List<String> folders(FileTree tree) throws IOException {
        List<String> folders = new ArrayList<>();
        readConfiguration(tree, "/etc/ld.so.conf", folders, 0);
        folders.addAll(List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64"));
        return folders;
    }

    private static void readConfiguration(FileTree tree, String file, List<String> folders, int depth)
            throws IOException {
        Optional<String> text = tree.text(file, 1 << 20);
        if (text.isEmpty() || depth > 8) {
            return;
        }
        for (String raw : text.get().split("\n", -1)) {
            String line = raw.replaceFirst("#.*", "").strip();
            if (line.startsWith("include ")) {
                for (String included : glob(tree, line.substring(8).strip())) {
                    readConfiguration(tree, included, folders, depth + 1);
                }
            } else if (line.startsWith("/")) {
                folders.add(line.length() > 1 && line.endsWith("/") ? line.substring(0, line.length() - 1) : line);
            }
        }
    }

    private static List<String> glob(FileTree tree, String pattern) {
        String absolute = pattern.startsWith("/") ? pattern : "/etc/" + pattern;
        int slash = absolute.lastIndexOf('/');
        String[] parts = absolute.substring(slash + 1).split("\\*", -1);
        String prefix = parts[0];
        String suffix = parts.length == 1 ? prefix : parts[parts.length - 1];
        Optional<TreePath> folder = tree.resolve(TreePath.of(absolute.substring(0, slash)));
        return folder.map(tree::children).orElse(List.of()).stream()
                .filter(path -> path.name().startsWith(prefix) && path.name().endsWith(suffix))
                .map(TreePath::toString)
                .toList();
    }

    private static void collectFolder(FileTree tree, String folder, TreePath directory, List<Entry> entries)
            throws IOException {
        TreeMap<String, Integer> sonames = new TreeMap<>();
        TreeMap<String, String> files = new TreeMap<>();
        for (TreePath path : tree.children(directory)) {
            String name = path.name();
            boolean library = (name.startsWith("lib") || name.startsWith("ld-")) && name.contains(".so");
            Optional<TreePath> target = library ? tree.resolve(path) : Optional.empty();
            if (target.isEmpty() || !(tree.get(target.get()).orElse(null) instanceof Inode.RegularFile file)) {
                continue;
            }
            Optional<ElfObject> elf = sharedObject(file);
            if (elf.isPresent()) {
                boolean link = tree.get(path).orElse(null) instanceof Inode.Symlink;
                String cached = cachedName(elf.get(), name, link);
                sonames.put(cached, flags(elf.get()));
                files.merge(cached, name, (x, y) -> compareNames(x, y) >= 0 ? x : y);
            }
        }
        sonames.forEach((soname, flags) -> {
            // Where no package ships the link of that name, nothing could make it later: the file itself is named.
            String file = tree.resolve(directory.child(soname)).isPresent() ? soname : files.get(soname);
            entries.add(new Entry(soname, folder + "/" + file, flags));
        });
    }

    /** A link counts under its own name when that is the one for the linker ({@code libx.so}), as for ldconfig. */
    private static String cachedName(ElfObject elf, String name, boolean link) throws IOException {
        // A library's own name is any text; one that is no file name cannot be looked up.
        String soname = elf.dynamic()
                .flatMap(ElfObject.Dynamic::soname)
                .filter(text -> text.contains(".so")
                        && text.indexOf('/') < 0
                        && text.getBytes(StandardCharsets.UTF_8).length <= TreePath.NAME_MAX)
                .orElse(name);
        return link && name.endsWith(".so") && soname.startsWith(name) ? name : soname;
    }

    private static Optional<ElfObject> sharedObject(Inode.RegularFile file) throws IOException {
        try {
            if (!ElfObject.isElf(file.content())) {
                return Optional.empty();
            }
            ElfObject elf = ElfObject.read(file.content());
            return elf.type() == 3 && elf.dynamic().isPresent() && elf.is64() ? Optional.of(elf) : Optional.empty();
        } catch (FormatException e) {
            return Optional.empty(); // ldconfig passes over what is not a library, too
        }
    }

    private static int flags(ElfObject elf) {
        return FLAG_ELF_LIBC6
                | switch (elf.machine()) {
                    case ElfObject.MACHINE_X86_64 -> FLAG_X86_64;
                    case ElfObject.MACHINE_AARCH64 -> FLAG_AARCH64;
                    default -> 0;
                };
    }

    /** glibc's order of library names: runs of digits compare as numbers, and sort after other characters. */
    static int compareNames(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            boolean digitA = isDigit(a.charAt(i));
            boolean digitB = isDigit(b.charAt(j));
            if (digitA && digitB) {
                int endA = endOfDigits(a, i);
                int endB = endOfDigits(b, j);
                int order = new java.math.BigInteger(a.substring(i, endA))
                        .compareTo(new java.math.BigInteger(b.substring(j, endB)));
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else if (digitA != digitB) {
                return digitA ? 1 : -1;
            } else {
                if (a.charAt(i) != b.charAt(j)) {
                    return a.charAt(i) - b.charAt(j);
                }
                i++;
                j++;
            }
        }
        return (i < a.length() ? 1 : 0) - (j < b.length() ? 1 : 0);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The bytes of the cache for these entries, which must be in cache order. */
    public static byte[] encode(List<Entry> entries) {
        int stringStart = HEADER_SIZE + ENTRY_SIZE * entries.size();
        BinaryWriter strings = BinaryWriter.littleEndian(entries.size() * 64);
        BinaryWriter out = BinaryWriter.littleEndian(stringStart);
        BinaryWriter table = BinaryWriter.littleEndian(ENTRY_SIZE * entries.size());
        for (Entry entry : entries) {
            int soname = stringStart + strings.position();
            strings.bytes(entry.soname.getBytes(StandardCharsets.UTF_8)).u8(0);
            int path = stringStart + strings.position();
            strings.bytes(entry.path.getBytes(StandardCharsets.UTF_8)).u8(0);
            table.u32(entry.flags).u32(soname).u32(path).u32(0).u64(0);
        }
        out.bytes("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII));
        out.u32(entries.size()).u32(strings.position()).u8(2).zeros(3).u32(0).zeros(12);
        return out.bytes(table.toByteArray()).bytes(strings.toByteArray()).toByteArray();
    }
}
