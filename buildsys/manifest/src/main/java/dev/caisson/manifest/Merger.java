package dev.caisson.manifest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lays manifest files over each other for one architecture: maps merge, lists append, {@code !remove} takes items away,
 * other values replace. What does not hold for the architecture is left out.
 */
final class Merger {
    /** The keys by which {@code !remove NAME} knows a map. */
    private static final List<String> NAME_KEYS = List.of("name", "path", "package", "label");

    private final Arch arch;
    private final Set<YamlNode> matched = new LinkedHashSet<>();
    private final Set<YamlNode> removals = new LinkedHashSet<>();

    /**
     * A merger.
     *
     * @param arch the architecture that conditions are about; null for none, then nothing conditional is taken
     */
    Merger(Arch arch) {
        this.arch = arch;
    }

    /** All files, in order. */
    YamlNode.Mapping merge(List<YamlNode.Mapping> files) {
        YamlNode.Mapping result =
                YamlNode.Mapping.empty(files.get(files.size() - 1).at());
        for (YamlNode.Mapping file : files) {
            result = mergeMaps(result, file, ManifestShapes.WHEN);
            if (file.get(ManifestShapes.WHEN) instanceof YamlNode.Sequence blocks) {
                for (YamlNode block : blocks.items()) {
                    if (block instanceof YamlNode.Mapping map
                            && holds(map)
                            && map.get("then") instanceof YamlNode.Mapping then) {
                        // The place of the whole stays the main file's, for what is missing in it.
                        YamlNode.Mapping merged = mergeMaps(result, then, "");
                        result = new YamlNode.Mapping(file.at(), false, merged.entries());
                    }
                }
            }
        }
        return result;
    }

    /** The {@code !remove} items that this architecture has come across. */
    Collection<YamlNode> removals() {
        return removals;
    }

    /** Those of them that took something away. */
    Collection<YamlNode> matchedRemovals() {
        return matched;
    }

    private boolean holds(YamlNode.Mapping condition) {
        YamlNode wanted = condition.get("arch");
        List<YamlNode> names =
                wanted instanceof YamlNode.Sequence list ? list.items() : wanted == null ? List.of() : List.of(wanted);
        return arch != null
                && names.stream()
                        .anyMatch(
                                n -> n instanceof YamlNode.Scalar s && s.text().equals(arch.label()));
    }

    private YamlNode.Mapping mergeMaps(YamlNode.Mapping base, YamlNode.Mapping over, String skippedKey) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>(base.entries());
        over.entries().forEach((key, entry) -> {
            if (!key.equals(skippedKey)) {
                YamlNode merged = mergeValues(base.get(key), entry.value());
                entries.put(key, new YamlNode.Entry(entry.key(), merged));
            }
        });
        return new YamlNode.Mapping(over.at(), false, entries);
    }

    private YamlNode mergeValues(YamlNode base, YamlNode over) {
        if (over instanceof YamlNode.Mapping map) {
            YamlNode.Mapping under = base instanceof YamlNode.Mapping below ? below : YamlNode.Mapping.empty(map.at());
            return mergeMaps(under, map, "");
        }
        if (over instanceof YamlNode.Sequence list) {
            List<YamlNode> under = base instanceof YamlNode.Sequence below ? below.items() : List.of();
            return new YamlNode.Sequence(list.at(), false, append(under, list.items()));
        }
        return over;
    }

    private List<YamlNode> append(List<YamlNode> base, List<YamlNode> over) {
        List<YamlNode> result = new ArrayList<>(base);
        for (YamlNode item : over) {
            if (item.isRemove()) {
                removals.add(item);
                if (remove(result, item)) {
                    matched.add(item);
                }
            } else if (!(item instanceof YamlNode.Mapping map)
                    || !(map.get(ManifestShapes.WHEN) instanceof YamlNode.Mapping condition)
                    || holds(condition)) {
                result.add(item);
            }
        }
        return result;
    }

    private static boolean remove(List<YamlNode> items, YamlNode removal) {
        if (removal instanceof YamlNode.Mapping map) {
            return items.removeIf(item -> item instanceof YamlNode.Mapping m && hasAll(m, map));
        }
        String text = removal instanceof YamlNode.Scalar scalar ? scalar.text() : "";
        return items.removeIf(item -> name(item).equals(text))
                || items.removeIf(item -> head(name(item)).equals(text));
    }

    private static boolean hasAll(YamlNode.Mapping item, YamlNode.Mapping wanted) {
        return wanted.entries().entrySet().stream()
                .allMatch(e -> item.get(e.getKey()) instanceof YamlNode.Scalar is
                        && e.getValue().value() instanceof YamlNode.Scalar want
                        && is.text().equals(want.text()));
    }

    private static String name(YamlNode item) {
        if (item instanceof YamlNode.Scalar scalar) {
            return scalar.text();
        }
        if (item instanceof YamlNode.Mapping map) {
            for (String key : NAME_KEYS) {
                if (map.get(key) instanceof YamlNode.Scalar scalar) {
                    return scalar.text();
                }
            }
        }
        return "";
    }

    /** The part before a value or version: {@code console} of {@code console=ttyS0}, {@code bash} of {@code bash>=5}. */
    private static String head(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (" =<>".indexOf(text.charAt(i)) >= 0) {
                return text.substring(0, i);
            }
        }
        return text;
    }
}
