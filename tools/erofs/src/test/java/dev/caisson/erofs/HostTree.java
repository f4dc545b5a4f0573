package dev.caisson.erofs;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All attributes of a folder's files as the host's tools see them, and the same lines from a tree, for comparison. */
final class HostTree {
    private HostTree() {}

    static String expected(FileTree tree, boolean links, boolean xattrs) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        IdentityHashMap<Inode, String> first = new IdentityHashMap<>();
        IdentityHashMap<Inode, Integer> names = new IdentityHashMap<>();
        tree.entries().values().forEach(inode -> names.merge(inode, 1, Integer::sum));
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            Inode inode = entry.getValue();
            Attributes a = inode.attributes();
            String path = new String(entry.getKey().relativeBytes(), StandardCharsets.ISO_8859_1);
            String line = String.format(
                    Locale.ROOT,
                    "%c %o %d %d %d.%09d",
                    inode.typeLetter(),
                    a.mode(),
                    a.uid(),
                    a.gid(),
                    a.mtimeSeconds(),
                    a.mtimeNanos());
            if (inode instanceof Inode.RegularFile file) {
                line += " " + file.content().size() + " "
                        + DigestAlgorithm.SHA256.of(file.content()).hex();
            } else if (inode instanceof Inode.Symlink link) {
                line += " -> " + link.targetText();
            } else if (inode instanceof Inode.Device device) {
                line += String.format(Locale.ROOT, " %x:%x", device.major(), device.minor());
            }
            if (links && !(inode instanceof Inode.Directory)) {
                line += " names " + names.get(inode) + " of " + first.computeIfAbsent(inode, i -> path);
            }
            if (xattrs) {
                line += " " + new TreeMap<>(hex(a));
            }
            lines.put(path, line);
        }
        return text(lines);
    }

    private static Map<String, String> hex(Attributes a) {
        Map<String, String> values = new HashMap<>();
        a.xattrs()
                .asMap()
                .forEach((name, value) -> values.put(name, HexFormat.of().formatHex(value)));
        return values;
    }

    /** Lines of one text that the other has not. */
    static List<String> differences(String actual, String expected) {
        List<String> differences = new ArrayList<>();
        Set<String> a = new LinkedHashSet<>(actual.lines().toList());
        Set<String> b = new LinkedHashSet<>(expected.lines().toList());
        a.stream()
                .filter(line -> !b.contains(line))
                .map(line -> "only host " + line)
                .forEach(differences::add);
        b.stream()
                .filter(line -> !a.contains(line))
                .map(line -> "only tree " + line)
                .forEach(differences::add);
        return differences;
    }

    private static String text(Map<String, String> lines) {
        StringBuilder out = new StringBuilder();
        lines.forEach((path, line) -> out.append(path).append(": ").append(line).append('\n'));
        return out.toString();
    }

    static String actual(Path folder, boolean links, boolean xattrs) throws IOException {
        Map<String, String> digests = digests(folder);
        Map<String, String> devices = devices(folder);
        Map<String, Map<String, String>> values = xattrs ? xattrs(folder) : Map.of();
        String[] fields = Tool.run(
                        "find", folder.toString(), "-printf", "%y\\0%m\\0%U\\0%G\\0%T@\\0%s\\0%i\\0%n\\0%l\\0%P\\0")
                .split("\0", -1);
        Map<String, String> lines = new TreeMap<>();
        Map<String, String> tails = new TreeMap<>();
        for (int i = 0; i + 9 < fields.length; i += 10) {
            String path = fields[i + 9];
            String line = fields[i] + " " + fields[i + 1] + " " + fields[i + 2] + " " + fields[i + 3] + " "
                    + time(fields[i + 4]);
            line += switch (fields[i]) {
                case "f" -> " " + fields[i + 5] + " " + digests.get(path);
                case "l" -> " -> " + fields[i + 8];
                case "b", "c" -> " " + devices.get(path);
                default -> "";
            };
            lines.put(path, line);
            tails.put(path, fields[i].equals("d") ? "" : fields[i + 6] + " " + fields[i + 7]);
        }
        Map<String, String> first = new HashMap<>();
        lines.replaceAll((path, line) -> {
            String result = line;
            if (links && !tails.get(path).isEmpty()) {
                String[] inode = tails.get(path).split(" ");
                result += " names " + inode[1] + " of " + first.computeIfAbsent(inode[0], i -> path);
            }
            return xattrs ? result + " " + values.getOrDefault(path, new TreeMap<>()) : result;
        });
        return text(lines);
    }

    /** find's fraction has ten digits, and is counted from the next lower second as ours. */
    private static String time(String text) {
        int dot = text.indexOf('.');
        return text.substring(0, dot) + text.substring(dot, dot + 10);
    }

    private static Map<String, String> digests(Path folder) throws IOException {
        Map<String, String> digests = new HashMap<>();
        String out = Tool.run(
                "sh", "-c", "cd \"$0\" && find . -type f -print0 | xargs -0 -r sha256sum -z", folder.toString());
        for (String line : out.split("\0", -1)) {
            if (!line.isEmpty()) {
                digests.put(line.substring(68), line.substring(0, 64));
            }
        }
        return digests;
    }

    private static Map<String, String> devices(Path folder) throws IOException {
        Map<String, String> devices = new HashMap<>();
        String out = Tool.run(
                "sh",
                "-c",
                "cd \"$0\" && find . '(' -type b -o -type c ')' -print0 | xargs -0 -r stat --printf '%t:%T %n\\0'",
                folder.toString());
        for (String line : out.split("\0", -1)) {
            if (!line.isEmpty()) {
                int blank = line.indexOf(' ');
                devices.put(line.substring(blank + 3), line.substring(0, blank));
            }
        }
        return devices;
    }

    /** All extended attributes; getfattr writes bytes of names that it does not like as octal escapes. */
    private static Map<String, Map<String, String>> xattrs(Path folder) throws IOException {
        Map<String, Map<String, String>> all = new HashMap<>();
        String out = Tool.run(
                "getfattr", "-R", "-P", "-h", "-d", "-m", "-", "-e", "hex", "--absolute-names", folder.toString());
        Map<String, String> current = new TreeMap<>();
        for (String line : out.split("\n", -1)) {
            if (line.startsWith("# file: ")) {
                String path = line.substring(8 + folder.toString().length());
                current = new TreeMap<>();
                all.put(path.startsWith("/") ? path.substring(1) : path, current);
            } else if (!line.isEmpty()) {
                int equals = line.indexOf('=');
                String value = equals < 0 ? "" : line.substring(equals + 1);
                current.put(
                        equals < 0 ? line : line.substring(0, equals),
                        value.startsWith("0x") ? value.substring(2) : value);
            }
        }
        return all;
    }
}
