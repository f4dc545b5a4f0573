package dev.caisson.repository.rpmmd;

import java.util.Objects;

/**
 * How a repository is looked at.
 *
 * @param name its symbolic name, never a host; the candidates' repository
 * @param priority the higher wins, unlike in yum's configuration files
 * @param filter which of its packages count
 * @param modules which module streams count
 */
public record RpmMdSettings(String name, int priority, PackageFilter filter, ModulePolicy modules) {
    public RpmMdSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(modules, "modules");
    }

    /** All packages, but none of modules' streams that are not the default. */
    public static RpmMdSettings of(String name, int priority) {
        return new RpmMdSettings(name, priority, PackageFilter.ALL, ModulePolicy.DEFAULTS);
    }

    /** The same with a filter. */
    public RpmMdSettings filtered(PackageFilter value) {
        return new RpmMdSettings(name, priority, value, modules);
    }
}
