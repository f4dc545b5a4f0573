package dev.caisson.engine.recipe;

import dev.caisson.bytes.SortedListing;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Diagnostic;
import dev.caisson.manifest.Recipe;
import dev.caisson.manifest.RecipeLoader;
import dev.caisson.manifest.RecipeResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The recipes of a folder: one per folder in it with a {@code package.yaml}.
 *
 * @param folder where they are
 * @param byName those that can be built for the architecture
 * @param elsewhere names of those that are for others
 */
public record Recipes(Path folder, SortedMap<String, Recipe> byName, Set<String> elsewhere) {
    /**
     * Reads all recipes.
     *
     * @throws BuildException with everything that is wrong in any of them
     */
    public static Recipes of(Path folder, Arch arch) throws BuildException, IOException {
        SortedMap<String, Recipe> recipes = new TreeMap<>();
        Set<String> elsewhere = new LinkedHashSet<>();
        List<Diagnostic> errors = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            throw new BuildException(
                    FailureCode.USAGE,
                    "there is no folder of recipes " + folder,
                    "name it with --packages, or make a folder packages/ with NAME/" + RecipeLoader.FILE_NAME);
        }
        for (Path child : SortedListing.of(folder)) {
            Path file = child.resolve(RecipeLoader.FILE_NAME);
            if (Files.isRegularFile(file)) {
                RecipeResult result = RecipeLoader.load(file, arch);
                errors.addAll(result.diagnostics());
                result.recipe().ifPresent(recipe -> {
                    if (recipe.architectures().contains(arch)) {
                        recipes.put(recipe.name(), recipe);
                    } else {
                        elsewhere.add(recipe.name());
                    }
                });
            }
        }
        if (!errors.isEmpty()) {
            throw new BuildException(
                    FailureCode.MANIFEST,
                    errors.size() + " error" + (errors.size() == 1 ? "" : "s") + " in recipes\n"
                            + Diagnostic.text(errors),
                    "");
        }
        return new Recipes(folder, recipes, elsewhere);
    }

    /**
     * A recipe by name.
     *
     * @throws BuildException when there is none; it says what there is
     */
    public Recipe get(String name) throws BuildException {
        Recipe recipe = byName.get(name);
        if (recipe == null) {
            boolean other = elsewhere.contains(name);
            throw new BuildException(
                    FailureCode.USAGE,
                    other ? "the recipe " + name + " is for other architectures" : "there is no recipe " + name,
                    "in " + folder + " are " + String.join(", ", byName.keySet()));
        }
        return recipe;
    }

    /**
     * The recipes of these names and all that they need to be built, each after what it needs.
     *
     * @throws BuildException when a name is unknown, or recipes need each other
     */
    public List<Recipe> ordered(Collection<String> names) throws BuildException {
        Map<String, Recipe> done = new java.util.LinkedHashMap<>();
        for (String name : new java.util.TreeSet<>(names)) {
            visit(get(name), done, new LinkedHashSet<>());
        }
        return List.copyOf(done.values());
    }

    private void visit(Recipe recipe, Map<String, Recipe> done, Set<String> open) throws BuildException {
        if (done.containsKey(recipe.name())) {
            return;
        }
        if (!open.add(recipe.name())) {
            List<String> circle = new ArrayList<>(open);
            throw new BuildException(
                    FailureCode.MANIFEST,
                    "recipes need each other to be built: "
                            + String.join(" -> ", circle.subList(circle.indexOf(recipe.name()), circle.size())) + " -> "
                            + recipe.name(),
                    "take one out of build-requires");
        }
        for (String name : needs(recipe)) {
            if (!byName.containsKey(name)) {
                throw new BuildException(
                        FailureCode.MANIFEST,
                        recipe.file() + ": \"build-requires\" names " + name + ", which is no recipe for "
                                + recipe.architecture(),
                        "packages of the distribution belong into the SDK's manifest");
            }
            visit(byName.get(name), done, open);
        }
        open.remove(recipe.name());
        done.put(recipe.name(), recipe);
    }

    /** The recipes whose packages a recipe's build needs. */
    public List<String> needs(String name) throws BuildException {
        return needs(get(name));
    }

    /** As above. */
    static List<String> needs(Recipe recipe) {
        return recipe.content() instanceof Recipe.Build build ? build.buildRequires() : List.of();
    }
}
