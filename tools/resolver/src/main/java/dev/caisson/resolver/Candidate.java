package dev.caisson.resolver;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * One version of one package in one repository. What it offers is held; what it wants ({@link Relations}) is asked for
 * only when the package comes into play, so that a reader of a large index may parse those fields late.
 */
public final class Candidate {
    private final String name;
    private final String version;
    private final String architecture;
    private final String repository;
    private final int repositoryPriority;
    private final int importance;
    private final boolean essential;
    private final boolean installOnly;
    private final MultiArch multiArch;
    private final List<Capability> provides;
    private final List<Dependency> supplements;
    private final List<Dependency> enhances;
    private final Supplier<Relations> relations;

    private Candidate(Builder builder) {
        this.name = builder.name;
        this.version = builder.version;
        this.architecture = builder.architecture;
        this.repository = builder.repository;
        this.repositoryPriority = builder.repositoryPriority;
        this.importance = builder.importance;
        this.essential = builder.essential;
        this.installOnly = builder.installOnly;
        this.multiArch = builder.multiArch;
        this.provides = List.copyOf(builder.provides);
        this.supplements = List.copyOf(builder.supplements);
        this.enhances = List.copyOf(builder.enhances);
        this.relations = builder.relations;
    }

    /** Starts a candidate; everything but these three has a neutral default. */
    public static Builder builder(String name, String version, String architecture) {
        return new Builder(name, version, architecture);
    }

    /** The package's name. */
    public String name() {
        return name;
    }

    /** The version text, as {@link PackageSemantics#compareVersions} understands it. */
    public String version() {
        return version;
    }

    /** The architecture; {@code all} and {@code noarch} fit every one. */
    public String architecture() {
        return architecture;
    }

    /** The repository's name. */
    public String repository() {
        return repository;
    }

    /** The repository's priority: the higher wins. */
    public int repositoryPriority() {
        return repositoryPriority;
    }

    /** Debian's Priority field: 1 required, 2 important, 3 standard, 4 optional, 5 extra. */
    public int importance() {
        return importance;
    }

    /** Whether the package is marked essential. */
    public boolean essential() {
        return essential;
    }

    /** Whether several versions may be installed beside each other (kernels in RPM distributions). */
    public boolean installOnly() {
        return installOnly;
    }

    /** Debian's Multi-Arch field. */
    public MultiArch multiArch() {
        return multiArch;
    }

    /** The capabilities that the metadata lists, file paths included. */
    public List<Capability> provides() {
        return provides;
    }

    /** Conditions under which this package should be installed although nothing asks for it (RPM). */
    public List<Dependency> supplements() {
        return supplements;
    }

    /** As {@code supplements}, but only deciding between equals. */
    public List<Dependency> enhances() {
        return enhances;
    }

    /** What the package says about others; may be parsed at each call. */
    public Relations relations() {
        return relations.get();
    }

    /** Name, version and architecture, for people. */
    @Override
    public String toString() {
        return name + " " + version + " " + architecture;
    }

    /** Collects the parts of a {@link Candidate}. */
    public static final class Builder {
        private final String name;
        private final String version;
        private final String architecture;
        private String repository = "";
        private int repositoryPriority;
        private int importance = 4;
        private boolean essential;
        private boolean installOnly;
        private MultiArch multiArch = MultiArch.NO;
        private List<Capability> provides = List.of();
        private List<Dependency> supplements = List.of();
        private List<Dependency> enhances = List.of();
        private Supplier<Relations> relations = () -> Relations.NONE;

        private Builder(String name, String version, String architecture) {
            this.name = Objects.requireNonNull(name, "name");
            this.version = Objects.requireNonNull(version, "version");
            this.architecture = Objects.requireNonNull(architecture, "architecture");
        }

        /** Sets the repository's name and priority (the higher wins). */
        public Builder repository(String value, int priority) {
            this.repository = Objects.requireNonNull(value, "repository");
            this.repositoryPriority = priority;
            return this;
        }

        /** Sets Debian's Priority, 1 (required) to 5 (extra). */
        public Builder importance(int value) {
            this.importance = value;
            return this;
        }

        /** Marks the package essential. */
        public Builder essential(boolean value) {
            this.essential = value;
            return this;
        }

        /** Lets several versions be installed. */
        public Builder installOnly(boolean value) {
            this.installOnly = value;
            return this;
        }

        /** Sets Debian's Multi-Arch field. */
        public Builder multiArch(MultiArch value) {
            this.multiArch = Objects.requireNonNull(value, "multiArch");
            return this;
        }

        /** Sets the listed capabilities. */
        public Builder provides(List<Capability> value) {
            this.provides = value;
            return this;
        }

        /** Sets the backward recommendations. */
        public Builder supplements(List<Dependency> value) {
            this.supplements = value;
            return this;
        }

        /** Sets the backward suggestions. */
        public Builder enhances(List<Dependency> value) {
            this.enhances = value;
            return this;
        }

        /** Sets the relations. */
        public Builder relations(Relations value) {
            Objects.requireNonNull(value, "relations");
            return relations(() -> value);
        }

        /** Sets a source of the relations; it must give equal values at every call and do no I/O. */
        public Builder relations(Supplier<Relations> value) {
            this.relations = Objects.requireNonNull(value, "relations");
            return this;
        }

        /** The candidate. */
        public Candidate build() {
            return new Candidate(this);
        }
    }
}
