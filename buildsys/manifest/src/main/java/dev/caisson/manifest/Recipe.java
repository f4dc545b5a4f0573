package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How to make a package of one's own: what {@code packages/NAME/package.yaml} says for one architecture.
 *
 * @param name the recipe, and the RPM package (the main one, if a spec makes several)
 * @param version of the package, without {@code -}
 * @param release of the package, without {@code -}
 * @param summary one line
 * @param description paragraphs
 * @param license SPDX expression
 * @param url the project's page
 * @param epochSeconds the time of everything in the package, in seconds since 1970, below 2^32
 * @param architectures what it can be built for, none twice
 * @param architecture the one that this was read for
 * @param file the {@code package.yaml}
 * @param content how it is made
 */
public record Recipe(
        String name,
        String version,
        String release,
        String summary,
        String description,
        String license,
        Optional<String> url,
        long epochSeconds,
        List<Arch> architectures,
        Arch architecture,
        Path file,
        Content content) {
    /** Copies. */
    public Recipe {
        architectures = List.copyOf(architectures);
    }

    /** {@code name-version-release}. */
    public String nvr() {
        return name + "-" + version + "-" + release;
    }

    /** The two kinds of recipes. */
    public sealed interface Content {}

    /**
     * Files that are there already: the package is made without any other program.
     *
     * @param files what is in it, in declared order, no path twice
     * @param licenseFiles texts of licences
     * @param relations {@code requires}, {@code provides} … as declared, such as {@code libc >= 2.41}
     */
    public record Data(List<DataFile> files, List<Path> licenseFiles, Map<RecipeRelation, List<String>> relations)
            implements Content {
        /** Copies. */
        public Data {
            files = List.copyOf(files);
            licenseFiles = List.copyOf(licenseFiles);
            relations = Map.copyOf(relations);
        }
    }

    /**
     * A file of a data recipe.
     *
     * @param file where and what; a source was there when the recipe was read
     * @param flags what RPM should know
     */
    public record DataFile(FileSpec file, Set<FileFlag> flags) {
        /** Copies. */
        public DataFile {
            flags = Set.copyOf(flags);
        }
    }

    /**
     * Sources that {@code rpmbuild} builds by a spec file.
     *
     * @param spec the spec file
     * @param sources in declared order, no name twice
     * @param buildRequires names of recipes whose packages must be there, in declared order
     * @param timeoutSeconds when it counts as failed
     * @param jobs at most so many jobs of make
     * @param memoryBytes limit of each process's address space
     */
    public record Build(
            Path spec,
            List<Source> sources,
            List<String> buildRequires,
            int timeoutSeconds,
            OptionalInt jobs,
            OptionalLong memoryBytes)
            implements Content {
        /** Copies. */
        public Build {
            sources = List.copyOf(sources);
            buildRequires = List.copyOf(buildRequires);
        }
    }

    /** Something that a build finds among its sources. */
    public sealed interface Source {
        /** Its name there. */
        String name();

        /** Where the recipe names it. */
        Position at();
    }

    /**
     * A file from elsewhere.
     *
     * @param urls addresses ({@code https}, {@code http}, {@code file}) or {@code ARCHIVE:path}, in the order in which to try
     * @param sha512 what it must be
     */
    public record Remote(String name, List<String> urls, Digest sha512, Position at) implements Source {
        /** Copies. */
        public Remote {
            urls = List.copyOf(urls);
        }
    }

    /**
     * A file or folder that lies beside the recipe or elsewhere in its repository.
     *
     * @param path it existed when the recipe was read
     */
    public record Local(String name, Path path, Position at) implements Source {}

    /**
     * A file of a package of the SDK.
     *
     * @param packageName the package
     * @param path of the file in it
     */
    public record Packaged(String name, String packageName, String path, Position at) implements Source {}
}
