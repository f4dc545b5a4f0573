package dev.caisson.engine.recipe;

import dev.caisson.manifest.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of recipes for tests. */
record RecipeFixture(Path folder) {
    private static final String HEAD = """
            schema: 1
            version: 1.0
            summary: A thing
            license: MIT
            epoch: 1767225600
            """;

    /** Writes a recipe of one file. */
    RecipeFixture data(String name, String content) throws IOException {
        write(name, HEAD + "files:\n  - {path: /etc/" + name + ", content: \"" + content + "\"}\n");
        return this;
    }

    /** Writes a source recipe. */
    RecipeFixture source(String name, String... needs) throws IOException {
        Path home = write(
                name,
                HEAD + "spec: x.spec\nsources: [{path: src}]\nbuild-requires: [" + String.join(", ", needs) + "]\n");
        Files.writeString(home.resolve("x.spec"), "Name: " + name + "\n");
        Files.createDirectories(home.resolve("src"));
        Files.writeString(home.resolve("src").resolve("a.c"), "int a;\n");
        return this;
    }

    Path write(String name, String text) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.writeString(home.resolve("package.yaml"), text);
        return home;
    }

    Recipes read() throws Exception {
        return Recipes.of(folder, Arch.X86_64);
    }
}
