package dev.caisson.engine.recipe;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.fetch.RpmMdFetcher;
import dev.caisson.engine.resolve.Archives;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.manifest.LockedArchitecture;
import dev.caisson.manifest.LockedPackage;
import dev.caisson.manifest.LockedRepository;
import dev.caisson.manifest.RecipeLoader;
import dev.caisson.manifest.RepositorySpec;
import dev.caisson.manifest.RepositoryType;
import dev.caisson.manifest.Variant;
import dev.caisson.repository.rpmmd.RpmMdRepository;
import dev.caisson.repository.rpmmd.RpmMdSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A variant's repository of type {@code recipes}: the packages that were built from a folder of recipes. */
public final class RecipeRepository {
    private RecipeRepository() {}

    private static LocalRepository local(Variant variant, RepositorySpec repository, ArtifactStore store)
            throws IOException {
        return LocalRepository.of(repository.directory().orElseThrow(), variant.architecture(), store);
    }

    /**
     * Its state. What is outdated is warned of; what the variant asks for and was never built is an error.
     *
     * @throws BuildException which says what to build
     */
    public static Archives.Fetched fetch(
            Variant variant, RepositorySpec repository, ArtifactStore store, Progress progress)
            throws BuildException, IOException {
        Path recipes = repository.directory().orElseThrow();
        LocalRepository local = local(variant, repository, store);
        Map<String, BuiltPackages> built = local.contents();
        List<String> missing = missing(variant, recipes, built);
        if (!missing.isEmpty() || built.isEmpty()) {
            boolean some = !missing.isEmpty();
            String names = String.join(" ", missing);
            throw new BuildException(
                    FailureCode.UNSOLVABLE,
                    repository.at() + ": "
                            + (some ? "not built yet: " + String.join(", ", missing) : "nothing is built") + " for "
                            + variant.architecture() + " of the recipes in " + recipes,
                    "run 'caisson package build " + (some ? names : "--all") + "'");
        }
        local.states(Recipes.of(recipes, variant.architecture())).forEach((name, state) -> {
            if (state == LocalRepository.State.OUTDATED) {
                progress.warning("the recipe " + name + " has been changed since its package was built: run 'caisson"
                        + " package build " + name + "'");
            }
        });
        try {
            byte[] index = Files.readAllBytes(local.index());
            RpmMdRepository opened = RpmMdRepository.open(
                    RpmMdSettings.of(repository.name(), -repository.priority()),
                    ByteSource.of(index),
                    file -> ByteSource.of(Files.readAllBytes(local.folder().resolve(file.location()))));
            return new Archives.Fetched(
                    repository, List.of(), Optional.of(new RpmMdFetcher.Fetched(opened, index.length, List.of())));
        } catch (FormatException | NoSuchFileException e) {
            throw new BuildException(
                    FailureCode.SOURCE,
                    "the repository of built packages " + local.folder() + " is damaged: " + e.getMessage(),
                    "run 'caisson package build --all'",
                    e);
        }
    }

    /** What the variant names itself, is a recipe, and has no package. */
    private static List<String> missing(Variant variant, Path recipes, Map<String, BuiltPackages> built) {
        Set<String> names = new TreeSet<>();
        variant.packages().forEach(spec -> names.add(spec.name()));
        names.add(variant.kernel().packageName());
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            boolean recipe =
                    !name.isEmpty() && Files.isRegularFile(recipes.resolve(name).resolve(RecipeLoader.FILE_NAME));
            if (recipe && !built.containsKey(name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    /** The file of a package that a lock names and that is not in the store: the repository has it, too. */
    public static Path file(Variant variant, RepositorySpec repository, LockedPackage locked, ArtifactStore store)
            throws BuildException, IOException {
        LocalRepository local = local(variant, repository, store);
        for (BuiltPackages built : local.contents().values()) {
            for (BuiltPackages.PackageFile file : built.files()) {
                Path path = local.folder().resolve(file.name());
                if (file.sha256().equals(locked.file().digest()) && Files.isRegularFile(path)) {
                    Path temporary = store.newTemporary("package");
                    Files.copy(path, temporary);
                    store.put(file.sha256(), temporary);
                    return store.findVerified(file.sha256()).orElseThrow(() -> gone(variant, locked));
                }
            }
        }
        throw gone(variant, locked);
    }

    private static BuildException gone(Variant variant, LockedPackage locked) {
        return new BuildException(
                FailureCode.SOURCE,
                "the package " + locked.name() + " " + locked.version() + " that the lock of " + variant.name()
                        + " names is neither in the cache nor in the repository of built packages",
                "build it with 'caisson package build', then run 'caisson lock " + variant.name() + "'");
    }

    /** Whether a lock was made from the packages as they are now. They change with every build, and nobody locks anew for that. */
    public static boolean isCurrent(Variant variant, LockedArchitecture lock, ArtifactStore store) throws IOException {
        Map<String, LockedRepository> locked =
                lock.repositories().stream().collect(Collectors.toMap(LockedRepository::name, one -> one));
        for (RepositorySpec repository : variant.repositories()) {
            if (repository.type() == RepositoryType.RECIPES) {
                Optional<Digest> now = local(variant, repository, store).state();
                LockedRepository then = locked.get(repository.name());
                boolean same = then != null
                        && now.isPresent()
                        && then.suites().stream()
                                .anyMatch(suite -> suite.release().digest().equals(now.get()));
                if (!same) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The files that change when packages are built. */
    public static List<Path> indexes(Variant variant, ArtifactStore store) throws IOException {
        List<Path> indexes = new ArrayList<>();
        for (RepositorySpec repository : variant.repositories()) {
            if (repository.type() == RepositoryType.RECIPES) {
                Path index = local(variant, repository, store).index();
                if (Files.exists(index)) {
                    indexes.add(index);
                }
            }
        }
        return indexes;
    }
}
