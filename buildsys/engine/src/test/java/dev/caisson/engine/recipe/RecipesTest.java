package dev.caisson.engine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.Digest;
import dev.caisson.engine.BuildException;
import dev.caisson.manifest.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which recipes are built, and what makes one a different one. */
class RecipesTest {
    @TempDir
    private Path folder;

    private RecipeFixture fixture;

    @BeforeEach
    void recipes() {
        fixture = new RecipeFixture(folder);
    }

    @Test
    void everyRecipe_comesAfterWhatItNeeds() throws Exception {
        fixture.source("app", "lib", "tool")
                .source("lib", "base")
                .source("tool", "base")
                .source("base")
                .data("z", "");
        List<String> order = fixture.read().ordered(List.of("app")).stream()
                .map(Recipe::name)
                .toList();
        assertThat(order).containsExactlyInAnyOrder("app", "lib", "tool", "base");
        assertThat(order.indexOf("base")).isZero();
        assertThat(order.indexOf("app")).isEqualTo(3);
    }

    @Test
    void circles_areShown() throws Exception {
        fixture.source("a", "b").source("b", "c").source("c", "b");
        assertThatThrownBy(() -> fixture.read().ordered(List.of("a")))
                .isInstanceOf(BuildException.class)
                .hasMessage("recipes need each other to be built: b -> c -> b");
    }

    @Test
    void unknownNames_areSaid() throws Exception {
        fixture.source("a", "gcc");
        assertThatThrownBy(() -> fixture.read().ordered(List.of("a")))
                .hasMessageContaining("names gcc, which is no recipe");
        assertThatThrownBy(() -> fixture.read().ordered(List.of("b"))).hasMessage("there is no recipe b");
    }

    @Test
    void allBadRecipes_areReportedTogether() throws Exception {
        fixture.write("a", "schema: 1\n");
        fixture.write("b", "schema: 2\n");
        assertThatThrownBy(fixture::read)
                .hasMessageContaining("a/package.yaml:1:1")
                .hasMessageContaining("b/package.yaml:1:9");
    }

    private Digest key(String name) throws Exception {
        return RecipeKey.of(fixture.read().get(name));
    }

    @Test
    void keys_differWithEverythingThatCounts() throws Exception {
        fixture.source("a", "b").source("b");
        Path file = folder.resolve("a/package.yaml");
        String text = Files.readString(file);
        Set<Digest> keys = new HashSet<>();
        keys.add(key("a"));
        for (String changed : List.of(
                text.replace("1.0", "1.1"),
                text.replace("A thing", "Another"),
                text.replace("MIT", "ISC"),
                text.replace("1767225600", "1767225601"),
                text + "release: 2\n",
                text + "url: https://example.org\n",
                text.replace("{path: src}", "{path: src, name: other}"),
                text.replace("requires: [b]", "requires: []"))) {
            Files.writeString(file, changed);
            assertThat(keys.add(key("a"))).as(changed).isTrue();
        }
        Files.writeString(file, text);
        Files.writeString(folder.resolve("a/src/a.c"), "int b;\n");
        assertThat(keys.add(key("a"))).isTrue();
        Files.move(folder.resolve("a/src/a.c"), folder.resolve("a/src/b.c"));
        assertThat(keys.add(key("a"))).isTrue();
        Files.writeString(folder.resolve("a/x.spec"), "Name: c\n");
        assertThat(keys.add(key("a"))).isTrue();
    }

    @Test
    void keys_areTheSameForOtherLimitsAndPlaces() throws Exception {
        fixture.source("a");
        Digest key = key("a");
        Path file = folder.resolve("a/package.yaml");
        Files.writeString(file, Files.readString(file) + "build: {timeout: 5, jobs: 1, memory: 1GiB}\n# more\n");
        assertThat(key("a")).isEqualTo(key);
        fixture = new RecipeFixture(folder.resolve("elsewhere"));
        assertThat(RecipeKey.of(fixture.source("a").read().get("a"))).isEqualTo(key);
    }

    @Test
    void oldBuildRoots_goButForTheTwoUsedLast() throws Exception {
        Instant now = Instant.parse("2026-06-01T00:00:00Z");
        int[] days = {1, 30, 20, 10, 3};
        for (int i = 0; i < days.length; i++) {
            Path root = Files.createDirectories(folder.resolve("r" + i).resolve("root"));
            Files.writeString(root.resolve("file"), "");
            Path complete = Files.createFile(folder.resolve("r" + i).resolve("complete"));
            Files.setLastModifiedTime(complete, FileTime.from(now.minus(Duration.ofDays(days[i]))));
        }
        BuildRoot.prune(folder, now);
        assertThat(folder.resolve("r0/root")).exists();
        assertThat(folder.resolve("r4/root")).exists();
        for (String gone : List.of("r1", "r2", "r3")) {
            assertThat(folder.resolve(gone).resolve("root")).doesNotExist();
            assertThat(folder.resolve(gone).resolve("complete")).doesNotExist();
        }
    }
}
