package dev.caisson.kmod;

import dev.caisson.bytes.CorruptDataException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A {@code modules.dep} file: each module's path and the paths of all that it needs. */
public final class ModulesDep {
    private final Map<String, List<String>> lines = new LinkedHashMap<>();

    private ModulesDep() {}

    /** Parses the text. */
    public static ModulesDep parse(String text) throws CorruptDataException {
        ModulesDep result = new ModulesDep();
        long offset = 0;
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                int colon = line.indexOf(':');
                if (colon <= 0) {
                    throw new CorruptDataException("modules.dep", offset, "has a line without a colon", "path: needs");
                }
                List<String> paths = new ArrayList<>();
                paths.add(line.substring(0, colon));
                for (String needed : line.substring(colon + 1).strip().split(" +")) {
                    if (!needed.isEmpty()) {
                        paths.add(needed);
                    }
                }
                result.lines.put(KernelModule.nameOf(paths.get(0)), List.copyOf(paths));
            }
            offset += line.length() + 1;
        }
        return result;
    }

    /** The names of all modules, with underscores, in the file's order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(lines.keySet());
    }

    /** Whether there is a module of this name, dashes or underscores. */
    public boolean contains(String name) {
        return lines.containsKey(KernelModule.normalise(name));
    }

    /**
     * Paths of the modules of these names with all that they need, each behind what it needs: the order in which they load.
     * Names without a module are passed over ({@link #contains}).
     */
    public List<String> loadOrder(List<String> names) {
        Set<String> order = new LinkedHashSet<>();
        for (String name : names) {
            List<String> paths = new ArrayList<>(lines.getOrDefault(KernelModule.normalise(name), List.of()));
            Collections.reverse(paths);
            order.addAll(paths);
        }
        return List.copyOf(order);
    }
}
