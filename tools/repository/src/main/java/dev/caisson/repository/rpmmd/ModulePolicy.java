package dev.caisson.repository.rpmmd;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which module streams count.
 *
 * @param enabled module to stream, instead of or besides the default streams
 * @param hotfixes whether the repository's packages count whatever modules say ({@code module_hotfixes})
 */
public record ModulePolicy(Map<String, String> enabled, boolean hotfixes) {
    /** The default streams. */
    public static final ModulePolicy DEFAULTS = new ModulePolicy(Map.of(), false);

    public ModulePolicy {
        enabled = Collections.unmodifiableMap(new TreeMap<>(enabled));
    }
}
