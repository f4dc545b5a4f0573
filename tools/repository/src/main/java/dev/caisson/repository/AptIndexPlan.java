package dev.caisson.repository;

import dev.caisson.compression.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which index files of a suite to get.
 *
 * @param indexes one per component and index architecture, in the order of the request
 */
public record AptIndexPlan(List<Index> indexes) {
    /** Codecs and what they add to the file name, in the order of preference: small to fetch first, fast to decode before slow. */
    private static final List<Map.Entry<Codec, String>> FORMS = List.of(
            Map.entry(Codec.ZSTD, ".zst"),
            Map.entry(Codec.XZ, ".xz"),
            Map.entry(Codec.GZIP, ".gz"),
            Map.entry(Codec.NONE, ""));

    /**
     * One form in which an index is served.
     *
     * @param codec of the file
     * @param entry the file, path relative to the Release file
     * @param byHash whether {@link ReleaseEntry#byHashPath()} is served too, and is to be tried first
     */
    public record Variant(Codec codec, ReleaseEntry entry, boolean byHash) {}

    /**
     * One Packages index.
     *
     * @param component such as {@code main}
     * @param architecture of the index: the one asked for, or {@code all} where that has an index of its own
     * @param variants in the order of preference; never empty
     * @param plainSizeBytes size when decompressed, or -1 when the Release file does not say
     */
    public record Index(String component, String architecture, List<Variant> variants, long plainSizeBytes) {
        /** Copies the list. */
        public Index {
            variants = List.copyOf(variants);
        }
    }

    /** Copies the list. */
    public AptIndexPlan {
        indexes = List.copyOf(indexes);
    }

    /**
     * Plans the indexes for some components of one architecture.
     *
     * @param architecture in Debian's names, such as {@code amd64}
     * @throws RepositoryException when the suite lacks a component or the architecture
     */
    public static AptIndexPlan of(ReleaseFile release, List<String> components, String architecture)
            throws RepositoryException {
        List<Index> indexes = new ArrayList<>();
        for (String component : components) {
            List<Variant> variants = variants(release, component, architecture);
            if (variants.isEmpty()) {
                throw missing(release, component, architecture);
            }
            indexes.add(index(release, component, architecture, variants));
            List<Variant> all = release.architectureAllApart() ? variants(release, component, "all") : List.of();
            if (!all.isEmpty()) {
                indexes.add(index(release, component, "all", all));
            }
        }
        return new AptIndexPlan(indexes);
    }

    /**
     * Plans the one index of a flat repository, which is for all architectures.
     *
     * @throws RepositoryException when there is none
     */
    public static AptIndexPlan ofFlat(ReleaseFile release) throws RepositoryException {
        List<Variant> variants = variants(release, "Packages");
        if (variants.isEmpty()) {
            throw new RepositoryException(
                    RepositoryException.Kind.NO_SUCH_COMPONENT, "the flat repository has no Packages file");
        }
        ReleaseEntry plain = release.files().get("Packages");
        return new AptIndexPlan(List.of(new Index("", "", variants, plain == null ? -1 : plain.sizeBytes())));
    }

    private static Index index(ReleaseFile release, String component, String architecture, List<Variant> variants) {
        ReleaseEntry plain = release.files().get(path(component, architecture));
        return new Index(component, architecture, variants, plain == null ? -1 : plain.sizeBytes());
    }

    private static String path(String component, String architecture) {
        return component + "/binary-" + architecture + "/Packages";
    }

    private static List<Variant> variants(ReleaseFile release, String component, String architecture) {
        return variants(release, path(component, architecture));
    }

    private static List<Variant> variants(ReleaseFile release, String path) {
        List<Variant> variants = new ArrayList<>();
        for (Map.Entry<Codec, String> form : FORMS) {
            ReleaseEntry entry = release.files().get(path + form.getValue());
            if (entry != null) {
                variants.add(new Variant(form.getKey(), entry, release.acquireByHash()));
            }
        }
        return variants;
    }

    private static RepositoryException missing(ReleaseFile release, String component, String architecture) {
        // Suites such as trixie-security name components with a path (updates/main) in the header but not in the list.
        boolean known = release.files().keySet().stream().anyMatch(path -> path.startsWith(component + "/"));
        return known
                ? new RepositoryException(
                        RepositoryException.Kind.NO_SUCH_ARCHITECTURE,
                        "suite " + name(release) + " has no packages for " + architecture + " in " + component
                                + "; it has " + String.join(", ", release.architectures()))
                : new RepositoryException(
                        RepositoryException.Kind.NO_SUCH_COMPONENT,
                        "suite " + name(release) + " has no component " + component + "; it has "
                                + String.join(", ", release.components()));
    }

    private static String name(ReleaseFile release) {
        return release.codename().isEmpty() ? release.suite() : release.codename();
    }
}
