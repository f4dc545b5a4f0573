package dev.caisson.repository.rpmmd;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which module streams count.
 *
 * @param enabled module to stream, instead of or besides the default streams
 * @param disabled modules of which no stream counts
 * @param hotfixes whether the repository's packages count whatever modules say ({@code module_hotfixes})
 */
public record ModulePolicy(Map<String, String> enabled, Set<String> disabled, boolean hotfixes) {
    /** The default streams. */
    public static final ModulePolicy DEFAULTS = new ModulePolicy(Map.of(), Set.of(), false);

    /** Copies the collections. */
    public ModulePolicy {
        disabled = Collections.unmodifiableSet(new TreeSet<>(disabled));
        enabled = Collections.unmodifiableMap(new TreeMap<>(enabled));
    }
}
