package dev.caisson.manifest;

import java.util.List;

/**
 * The kernel.
 *
 * @param packageName the package, or meta package, that brings it; it is part of what is asked for
 * @param parameters command line, in order; the root hash and what the boot type needs are added by the build
 * @param allModules whether all modules stay; default true
 * @param modules otherwise: the modules that stay, by name, with what they depend on
 */
public record KernelSpec(String packageName, List<String> parameters, boolean allModules, List<String> modules) {
    /** Copies. */
    public KernelSpec {
        parameters = List.copyOf(parameters);
        modules = List.copyOf(modules);
    }
}
