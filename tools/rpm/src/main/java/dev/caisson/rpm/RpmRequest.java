package dev.caisson.rpm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A binary package that is asked for. What rpmbuild adds on its own, {@link RpmPlanner} adds too: the package's own provides, the
 * interpreters of scriptlets, {@code config(…)} and {@code rpmlib(…)}.
 *
 * @param name the package's name
 * @param epoch if there is one
 * @param version without {@code -}
 * @param release without {@code -}
 * @param architecture such as {@code x86_64} or {@code noarch}
 * @param buildTimeSeconds in seconds since 1970, below 2^32
 * @param texts about the package as a whole; licence and summary are needed
 * @param files in any order
 * @param dependencies in any order
 * @param scriptlets the package's own
 * @param triggers what other packages set off
 */
public record RpmRequest(
        String name,
        OptionalLong epoch,
        String version,
        String release,
        String architecture,
        long buildTimeSeconds,
        Map<RpmText, String> texts,
        List<RpmFileRequest> files,
        Map<DependencyKind, List<RpmDependency>> dependencies,
        Map<ScriptletKind, RpmScriptlet> scriptlets,
        List<RpmTrigger> triggers) {
    /** Copies the collections and checks the parts of the name. */
    public RpmRequest {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_+.-]*")
                || !version.matches("[A-Za-z0-9._+~^]+")
                || !release.matches("[A-Za-z0-9._+~^]+")
                || !architecture.matches("[A-Za-z0-9_]+")) {
            throw new IllegalArgumentException(
                    "not a package name: " + name + "-" + version + "-" + release + "." + architecture);
        }
        if (buildTimeSeconds >>> 32 != 0 || epoch.isPresent() && epoch.getAsLong() >>> 32 != 0) {
            throw new IllegalArgumentException("build time or epoch of " + name + " does not fit 32 bits");
        }
        texts = texts.isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(new EnumMap<>(texts));
        files = List.copyOf(files);
        Map<DependencyKind, List<RpmDependency>> copy = new EnumMap<>(DependencyKind.class);
        dependencies.forEach((kind, list) -> copy.put(kind, List.copyOf(list)));
        dependencies = java.util.Collections.unmodifiableMap(copy);
        scriptlets = scriptlets.isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(new EnumMap<>(scriptlets));
        triggers = List.copyOf(triggers);
    }

    /** {@code [epoch:]version-release}. */
    public String evr() {
        return (epoch.isPresent() ? epoch.getAsLong() + ":" : "") + version + "-" + release;
    }

    /** Starts a request. */
    public static Builder builder(String name, String version, String release, String architecture) {
        return new Builder(name, version, release, architecture);
    }

    /** Collects the parts of a request. For one thread. */
    public static final class Builder {
        private final String name;
        private final String version;
        private final String release;
        private final String architecture;
        private final Map<RpmText, String> texts = new EnumMap<>(RpmText.class);
        private final List<RpmFileRequest> files = new ArrayList<>();
        private final Map<DependencyKind, List<RpmDependency>> dependencies = new EnumMap<>(DependencyKind.class);
        private final Map<ScriptletKind, RpmScriptlet> scriptlets = new EnumMap<>(ScriptletKind.class);
        private final List<RpmTrigger> triggers = new ArrayList<>();
        private OptionalLong epoch = OptionalLong.empty();
        private long buildTimeSeconds;

        private Builder(String name, String version, String release, String architecture) {
            this.name = name;
            this.version = version;
            this.release = release;
            this.architecture = architecture;
        }

        /** Sets the epoch. */
        public Builder epoch(long value) {
            epoch = OptionalLong.of(value);
            return this;
        }

        /** Sets the time that the package states it was built at. */
        public Builder buildTime(long seconds) {
            buildTimeSeconds = seconds;
            return this;
        }

        /** Sets a text. */
        public Builder text(RpmText what, String value) {
            texts.put(what, value);
            return this;
        }

        /** Adds a file. */
        public Builder file(RpmFileRequest file) {
            files.add(file);
            return this;
        }

        /** Adds a relation. */
        public Builder dependency(DependencyKind kind, RpmDependency dependency) {
            dependencies.computeIfAbsent(kind, k -> new ArrayList<>()).add(dependency);
            return this;
        }

        /** Sets a scriptlet. */
        public Builder scriptlet(ScriptletKind kind, RpmScriptlet scriptlet) {
            scriptlets.put(kind, scriptlet);
            return this;
        }

        /** Adds a trigger. */
        public Builder trigger(RpmTrigger trigger) {
            triggers.add(trigger);
            return this;
        }

        /** The request. */
        public RpmRequest build() {
            return new RpmRequest(
                    name,
                    epoch,
                    version,
                    release,
                    architecture,
                    buildTimeSeconds,
                    texts,
                    files,
                    dependencies,
                    scriptlets,
                    triggers);
        }
    }
}
