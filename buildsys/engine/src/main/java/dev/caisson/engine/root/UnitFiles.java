package dev.caisson.engine.root;

import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The systemd unit files of a tree and what their {@code [Install]} sections say ({@code systemd.unit(5)}), with the
 * symbolic links that {@code systemctl enable} would make.
 */
final class UnitFiles {
    static final TreePath CONFIGURED = TreePath.of("/etc/systemd/system");

    private static final List<String> FOLDERS = List.of("/etc/systemd/system", "/usr/lib/systemd/system");
    private static final Pattern UNIT_NAME = Pattern.compile("[A-Za-z0-9:_.\\\\-]+(@[A-Za-z0-9:_.\\\\-]*)?\\."
            + "(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)");

    private final FileTree tree;
    private final Map<String, TreePath> files = new TreeMap<>();

    UnitFiles(FileTree tree) {
        this.tree = tree;
        for (String folder : FOLDERS) {
            Optional<TreePath> directory = tree.resolve(TreePath.of(folder));
            for (TreePath path : directory.map(tree::children).orElse(List.of())) {
                if (UNIT_NAME.matcher(path.name()).matches()) {
                    files.putIfAbsent(path.name(), path);
                }
            }
        }
    }

    /** Where each unit name is defined; a name may lead to a symbolic link (an alias or a mask). */
    Map<String, TreePath> files() {
        return files;
    }

    boolean exists(String unit) {
        return files.containsKey(unit) || files.containsKey(template(unit));
    }

    boolean isRegular(String unit) {
        return Optional.ofNullable(files.get(unit)).flatMap(tree::get).orElse(null) instanceof Inode.RegularFile;
    }

    /** {@code getty@tty1.service} → {@code getty@.service}; other names stay. */
    static String template(String unit) {
        int at = unit.indexOf('@');
        return at < 0 ? unit : unit.substring(0, at + 1) + unit.substring(unit.lastIndexOf('.'));
    }

    static String instance(String unit) {
        int at = unit.indexOf('@');
        return at < 0 ? "" : unit.substring(at + 1, unit.lastIndexOf('.'));
    }

    /** The {@code [Install]} section: option → values in order. */
    Map<String, List<String>> install(String unit) throws IOException {
        Map<String, List<String>> options = new LinkedHashMap<>();
        TreePath file = files.containsKey(unit) ? files.get(unit) : files.get(template(unit));
        if (file == null || !(tree.get(file).orElse(null) instanceof Inode.RegularFile)) {
            return options;
        }
        readInstall(TextFiles.text(tree, file), options);
        List<String> dropInFolders =
                FOLDERS.stream().map(folder -> folder + "/" + unit + ".d").toList();
        for (TreePath dropIn : TextFiles.dropIns(tree, dropInFolders, ".conf").values()) {
            readInstall(TextFiles.text(tree, dropIn), options);
        }
        return options;
    }

    private static void readInstall(String text, Map<String, List<String>> options) {
        boolean inSection = false;
        for (String line : TextFiles.lines(text.replace("\\\n", " "))) {
            if (line.startsWith("[")) {
                inSection = line.equals("[Install]");
            } else if (inSection && line.indexOf('=') > 0) {
                String key = line.substring(0, line.indexOf('=')).strip();
                String value = line.substring(line.indexOf('=') + 1).strip();
                List<String> values = options.computeIfAbsent(key, k -> new ArrayList<>());
                if (value.isEmpty()) {
                    values.clear();
                } else {
                    values.addAll(TextFiles.unitNames(value));
                }
            }
        }
    }

    /** The links that enabling a unit makes below {@code /etc/systemd/system}: link path → target; {@code Also=} is followed. */
    Map<TreePath, String> enableLinks(String unit) throws IOException {
        Map<TreePath, String> links = new TreeMap<>();
        addLinks(unit, links, new ArrayList<>());
        return links;
    }

    private void addLinks(String unit, Map<TreePath, String> links, List<String> visited) throws IOException {
        if (visited.contains(unit) || !exists(unit)) {
            return;
        }
        visited.add(unit);
        Map<String, List<String>> install = install(unit);
        String defaultInstance = install.getOrDefault("DefaultInstance", List.of("")).stream()
                .findFirst()
                .orElse("");
        boolean bareTemplate = unit.contains("@") && instance(unit).isEmpty();
        if (!bareTemplate || !defaultInstance.isEmpty()) {
            String name = bareTemplate ? unit.replace("@.", "@" + defaultInstance + ".") : unit;
            TreePath file = files.containsKey(unit) ? files.get(unit) : files.get(template(unit));
            wantLinks(name, file, install, links);
        }
        for (String alias : install.getOrDefault("Alias", List.of())) {
            String expanded = expand(alias, unit);
            TreePath file = files.containsKey(unit) ? files.get(unit) : files.get(template(unit));
            if (!expanded.equals(unit)) {
                links.put(CONFIGURED.child(expanded), file.toString());
            }
        }
        for (String also : install.getOrDefault("Also", List.of())) {
            addLinks(expand(also, unit), links, visited);
        }
    }

    private static void wantLinks(
            String name, TreePath file, Map<String, List<String>> install, Map<TreePath, String> links) {
        Map.of("WantedBy", ".wants", "RequiredBy", ".requires", "UpheldBy", ".upholds").entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(kind -> {
                    for (String other : install.getOrDefault(kind.getKey(), List.of())) {
                        TreePath folder = CONFIGURED.child(expand(other, name) + kind.getValue());
                        links.put(folder.child(name), file.toString());
                    }
                });
    }

    /** The specifiers that make sense in an {@code [Install]} section. */
    private static String expand(String text, String unit) {
        String prefix = unit.substring(0, unit.contains("@") ? unit.indexOf('@') : unit.lastIndexOf('.'));
        return text.replace("%i", instance(unit))
                .replace("%I", instance(unit))
                .replace("%p", prefix)
                .replace("%n", unit)
                .replace("%N", unit.substring(0, unit.lastIndexOf('.')))
                .replace("%j", prefix.substring(prefix.lastIndexOf('-') + 1))
                .replace("%%", "%");
    }
}
