package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code systemctl preset-all} would do in the image, then the variant's own lists: enable, disable, mask. Units named
 * by the variant must exist.
 */
public final class UnitsTransform implements TreeTransform {
    private final List<String> enable;
    private final List<String> disable;
    private final List<String> mask;
    private final Optional<String> defaultTarget;
    private final long mtimeSeconds;

    /**
     * @param enable units to enable whatever the presets say
     * @param disable units whose links are taken away
     * @param mask units that can never start
     * @param defaultTarget what {@code default.target} points to
     * @param mtimeSeconds time of the links
     */
    public UnitsTransform(
            List<String> enable,
            List<String> disable,
            List<String> mask,
            Optional<String> defaultTarget,
            long mtimeSeconds) {
        this.enable = List.copyOf(enable);
        this.disable = List.copyOf(disable);
        this.mask = List.copyOf(mask);
        this.defaultTarget = defaultTarget;
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "units";
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        if (tree.resolve(TreePath.of("/usr/lib/systemd/system")).isEmpty()) {
            requireNone(enable);
            return tree;
        }
        UnitFiles units = new UnitFiles(tree);
        Map<TreePath, String> links = new TreeMap<>();
        Set<String> disabled = presetAll(units, new Presets(tree), links);
        for (String unit : enable) {
            requireUnit(units, unit);
            links.putAll(units.enableLinks(unit));
        }
        for (String unit : disable) {
            requireUnit(units, unit);
            links.keySet().removeIf(link -> link.name().equals(unit));
            links.values().removeIf(target -> target.endsWith("/" + unit));
            disabled.add(unit);
        }
        FileTree.Builder builder = tree.toBuilder();
        disabled.removeAll(enable);
        removeLinks(tree, builder, disabled);
        builder.directories(UnitFiles.CONFIGURED, Attributes.ofRoot(0755, mtimeSeconds));
        for (Map.Entry<TreePath, String> link : links.entrySet()) {
            putLink(builder, link.getKey(), link.getValue());
        }
        for (String unit : mask) {
            builder.remove(UnitFiles.CONFIGURED.child(unit));
            putLink(builder, UnitFiles.CONFIGURED.child(unit), "/dev/null");
        }
        if (defaultTarget.isPresent()) {
            requireUnit(units, defaultTarget.get());
            putLink(
                    builder,
                    UnitFiles.CONFIGURED.child("default.target"),
                    units.files().get(defaultTarget.get()).toString());
        }
        return builder.build();
    }

    /** Takes away links of packages or of the variant's files that enable these units; masks stay. */
    private static void removeLinks(FileTree tree, FileTree.Builder builder, Set<String> disabled) {
        for (Map.Entry<TreePath, Inode> entry :
                tree.entries().tailMap(UnitFiles.CONFIGURED, false).entrySet()) {
            if (!entry.getKey().startsWith(UnitFiles.CONFIGURED)) {
                break;
            }
            if (entry.getValue() instanceof Inode.Symlink link) {
                String target = link.targetText();
                boolean named = disabled.contains(entry.getKey().name())
                        || disabled.contains(target.substring(target.lastIndexOf('/') + 1));
                if (named && !target.equals("/dev/null")) {
                    builder.remove(entry.getKey());
                }
            }
        }
    }

    /** Adds the links that the presets ask for, and gives the units that they disable. */
    private static Set<String> presetAll(UnitFiles units, Presets presets, Map<TreePath, String> links)
            throws IOException {
        Set<String> disabled = new TreeSet<>();
        for (String unit : units.files().keySet()) {
            if (!units.isRegular(unit) || units.install(unit).isEmpty()) {
                continue;
            }
            Presets.Verdict verdict = presets.of(unit);
            if (verdict.action() == Presets.Action.DISABLE) {
                disabled.add(unit);
            }
            if (verdict.action() != Presets.Action.ENABLE) {
                continue;
            }
            if (unit.contains("@.") && !verdict.instances().isEmpty()) {
                for (String instance : verdict.instances()) {
                    links.putAll(units.enableLinks(unit.replace("@.", "@" + instance + ".")));
                }
            } else {
                links.putAll(units.enableLinks(unit));
            }
        }
        return disabled;
    }

    private void putLink(FileTree.Builder builder, TreePath link, String target) {
        builder.directories(link.parent(), Attributes.ofRoot(0755, mtimeSeconds));
        builder.put(
                link,
                new Inode.Symlink(Attributes.ofRoot(0777, mtimeSeconds), target.getBytes(StandardCharsets.UTF_8)));
    }

    private static void requireUnit(UnitFiles units, String unit) throws BuildException {
        if (!units.exists(unit)) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "units: " + unit + " is in no package of this image",
                    "add the package that ships it, or a file /usr/lib/systemd/system/" + unit);
        }
    }

    private static void requireNone(List<String> wanted) throws BuildException {
        if (!wanted.isEmpty()) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "units: " + wanted.get(0) + " cannot be enabled, the image has no systemd",
                    "add the package systemd, or take the units away");
        }
    }
}
