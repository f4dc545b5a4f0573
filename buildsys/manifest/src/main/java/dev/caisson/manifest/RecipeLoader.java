package dev.caisson.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads recipes: a {@link Recipe}, or everything that is wrong with it. */
public final class RecipeLoader {
    /** The recipe's name in its folder. */
    public static final String FILE_NAME = "package.yaml";

    private RecipeLoader() {}

    /**
     * Reads a recipe for one architecture; list items with {@code when} for another one are left out.
     *
     * @param file the {@code package.yaml}
     */
    public static RecipeResult load(Path file, Arch arch) {
        Findings findings = new Findings();
        Optional<Recipe> recipe = bytes(file, findings)
                .flatMap(bytes -> YamlReader.read(file, bytes, findings))
                .flatMap(root -> bind(file, root, arch, findings));
        return new RecipeResult(findings.hasErrors() ? Optional.empty() : recipe, findings.sorted());
    }

    private static Optional<Recipe> bind(Path file, YamlNode root, Arch arch, Findings findings) {
        if (!(root instanceof YamlNode.Mapping map)) {
            findings.error(root, "a recipe must be a map, is " + root.kind(), "begin with \"schema: 1\"");
            return Optional.empty();
        }
        new ShapeChecker(findings).checkDocument("recipe", map, RecipeShapes.ROOT);
        if (findings.hasErrors()) {
            return Optional.empty();
        }
        YamlNode.Mapping held = new Merger(arch).merge(List.of(map));
        return new RecipeBinder(file, arch, new Fields(held, findings)).bind();
    }

    private static Optional<byte[]> bytes(Path file, Findings findings) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(YamlReader.MAX_BYTES + 1));
        } catch (IOException e) {
            findings.error(
                    new Position(file, 1, 1),
                    "cannot read " + file + ": " + e.getClass().getSimpleName(),
                    "a recipe is a folder with a " + FILE_NAME);
            return Optional.empty();
        }
    }
}
