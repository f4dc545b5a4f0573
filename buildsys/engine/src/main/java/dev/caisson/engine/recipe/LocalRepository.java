package dev.caisson.engine.recipe;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.image.FolderLock;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Recipe;
import dev.caisson.repository.rpmmd.RepomdFile;
import dev.caisson.repository.rpmmd.RpmHeaderMetadata;
import dev.caisson.repository.rpmmd.RpmMdWriter;
import dev.caisson.repository.rpmmd.RpmPackageMetadata;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A folder with the packages of some recipes and rpm-md metadata, which variants use as the repository of these recipes and which
 * can be given away as it is. {@code recipes.json} says which recipe, in which state, each package is from.
 *
 * @param folder with {@code repodata/}, the packages and {@code recipes.json}
 */
public record LocalRepository(Path folder) {
    private static final String AREA = "recipes";
    private static final String STATE = "recipes.json";

    /** Where the packages of a folder of recipes are found by variants: below the store, one place for each folder. */
    public static LocalRepository of(Path recipes, Arch arch, ArtifactStore store) throws IOException {
        String place = recipes.toRealPath().toString();
        Digest digest = DigestAlgorithm.SHA256.of(place.getBytes(StandardCharsets.UTF_8));
        return new LocalRepository(
                store.area(AREA).resolve(digest.hex().substring(0, 32)).resolve(arch.label()));
    }

    /** The file that changes when anything in the repository does. */
    public Path index() {
        return folder.resolve(RepomdFile.PATH);
    }

    /** What is in it, by recipe; nothing when it was never written or is damaged. */
    public SortedMap<String, BuiltPackages> contents() throws IOException {
        SortedMap<String, BuiltPackages> contents = new TreeMap<>();
        try {
            for (JsonObject one :
                    Json.parseObject(Files.readAllBytes(folder.resolve(STATE))).objects("recipes")) {
                BuiltPackages built = BuiltPackages.of(one);
                contents.put(built.recipe(), built);
            }
        } catch (NoSuchFileException | FormatException e) {
            contents.clear();
        }
        return contents;
    }

    /**
     * Puts packages into it in place of older ones of the same recipes, and leaves out those of recipes that are gone.
     *
     * @param known names of the recipes that there are
     */
    void publish(Collection<BuiltPackages> built, Set<String> known, ArtifactStore store)
            throws BuildException, IOException, InterruptedException {
        Files.createDirectories(folder);
        FolderLock mine = FolderLock.of(folder);
        try {
            SortedMap<String, BuiltPackages> contents = contents();
            contents.keySet().retainAll(known);
            contents.values()
                    .removeIf(one -> one.files().stream()
                            .anyMatch(file -> store.find(file.sha256()).isEmpty()));
            built.forEach(one -> contents.put(one.recipe(), one));
            List<RpmPackageMetadata> metadata = new ArrayList<>();
            Map<String, String> owners = new TreeMap<>();
            long epoch = 0;
            for (BuiltPackages one : contents.values()) {
                for (BuiltPackages.PackageFile file : one.files()) {
                    String other = owners.putIfAbsent(file.name(), one.recipe());
                    if (other != null) {
                        throw new BuildException(
                                FailureCode.CONTENT,
                                "the recipes " + other + " and " + one.recipe() + " both make " + file.name(),
                                "rename the package in one of them");
                    }
                    RpmPackageMetadata described = describe(file, store);
                    epoch = Math.max(epoch, described.sizes().buildTime());
                    metadata.add(described);
                }
            }
            write(contents, RpmMdWriter.write(metadata, RpmMdWriter.Options.of(epoch)), store);
        } finally {
            mine.close();
        }
    }

    private static RpmPackageMetadata describe(BuiltPackages.PackageFile file, ArtifactStore store) throws IOException {
        Path stored = stored(file, store);
        try (FileSource source = FileSource.open(stored)) {
            RpmPackage rpm = RpmPackage.open(file.name(), source, RpmLimits.DEFAULT);
            // The file's own time is of no use: it would be that of the machine.
            return RpmHeaderMetadata.of(
                    rpm,
                    file.sizeBytes(),
                    file.sha256(),
                    file.name(),
                    rpm.buildTimeSeconds().orElse(0));
        }
    }

    private static Path stored(BuiltPackages.PackageFile file, ArtifactStore store) throws IOException {
        return store.find(file.sha256())
                .orElseThrow(() -> new NoSuchFileException(file.name(), null, "it has been deleted from the cache"));
    }

    /** Packages first, then metadata, the index of them last, then what is no longer needed goes. */
    private void write(
            SortedMap<String, BuiltPackages> contents, SortedMap<String, byte[]> metadata, ArtifactStore store)
            throws IOException {
        Set<Path> keep = new HashSet<>();
        JsonArray state = JsonArray.of();
        for (BuiltPackages one : contents.values()) {
            state.add(one.json());
            for (BuiltPackages.PackageFile file : one.files()) {
                Path target = folder.resolve(file.name());
                keep.add(target);
                place(stored(file, store), target, file);
            }
        }
        for (Map.Entry<String, byte[]> entry : metadata.entrySet()) {
            keep.add(folder.resolve(entry.getKey()));
            if (!entry.getKey().equals(RepomdFile.PATH)) {
                replace(folder.resolve(entry.getKey()), entry.getValue());
            }
        }
        replace(folder.resolve(STATE), Json.prettyBytes(JsonObject.of().put("recipes", state)));
        replace(folder.resolve(RepomdFile.PATH), metadata.get(RepomdFile.PATH));
        for (Path in : List.of(folder, folder.resolve("repodata"))) {
            for (Path file : SortedListing.of(in)) {
                boolean ours = in != folder || file.toString().endsWith(".rpm");
                if (ours && Files.isRegularFile(file) && !keep.contains(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static void place(Path stored, Path target, BuiltPackages.PackageFile file) throws IOException {
        if (Files.isRegularFile(target) && Files.size(target) == file.sizeBytes()) {
            try (FileSource source = FileSource.open(target)) {
                if (DigestAlgorithm.SHA256.of(source).equals(file.sha256())) {
                    return;
                }
            }
        }
        Path temporary = target.resolveSibling("." + target.getFileName() + ".new");
        Files.copy(stored, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Files.createDirectories(target.getParent());
        if (Files.isRegularFile(target) && java.util.Arrays.equals(Files.readAllBytes(target), bytes)) {
            return;
        }
        Path temporary = target.resolveSibling("." + target.getFileName() + ".new");
        Files.write(temporary, bytes);
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether a recipe's packages are there. */
    public enum State {
        /** Never built, or deleted. */
        MISSING,
        /** Built before the recipe or its files were changed. */
        OUTDATED,
        /** Built from the recipe as it is. */
        BUILT;

        /** For people. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How the packages of recipes stand to the recipes. */
    public SortedMap<String, State> states(Recipes recipes) throws BuildException, IOException {
        SortedMap<String, BuiltPackages> contents = contents();
        SortedMap<String, State> states = new TreeMap<>();
        for (Recipe recipe : recipes.byName().values()) {
            BuiltPackages built = contents.get(recipe.name());
            State state = built == null
                    ? State.MISSING
                    : built.inputs().equals(RecipeKey.of(recipe)) ? State.BUILT : State.OUTDATED;
            states.put(recipe.name(), state);
        }
        return states;
    }

    /** SHA-256 of the index; empty when there is none. */
    public Optional<Digest> state() throws IOException {
        try {
            return Optional.of(DigestAlgorithm.SHA256.of(Files.readAllBytes(index())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
