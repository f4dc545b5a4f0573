package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code caisson package}: what it prints, and its exit codes. */
class PackageCommandTest {
    private static final String RECIPE = """
            schema: 1
            version: 1.0
            summary: A thing
            license: MIT
            epoch: 1767225600
            files:
              - {path: /etc/thing, content: "text"}
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("package"));
        all.addAll(List.of(words));
        all.addAll(List.of(
                "--packages",
                folder.resolve("packages").toString(),
                "--cache",
                folder.resolve("cache").toString(),
                "--arch",
                "x86_64",
                "--progress",
                "none"));
        return Main.run(all.toArray(new String[0]), new PrintWriter(out), new PrintWriter(err));
    }

    private int build(String... words) {
        List<String> all = new ArrayList<>(List.of("build"));
        all.addAll(List.of(words));
        all.addAll(List.of("--output", folder.resolve("out").toString()));
        return run(all.toArray(new String[0]));
    }

    @BeforeEach
    void recipe() throws IOException {
        Path home = Files.createDirectories(folder.resolve("packages/thing"));
        Files.writeString(home.resolve("package.yaml"), RECIPE);
    }

    @Test
    void buildListAndShow_tellTheSame() throws Exception {
        assertThat(run("list")).isZero();
        assertThat(out.toString()).contains("thing", "1.0-1", "data", "missing", "A thing");
        assertThat(build("--all")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("built", "thing-1.0-1.noarch.rpm", "(MIT)");
        assertThat(folder.resolve("out/packages/x86_64/thing-1.0-1.noarch.rpm")).exists();
        assertThat(folder.resolve("out/packages/x86_64/repodata/repomd.xml")).exists();
        assertThat(build("thing", "--json")).isZero();
        JsonObject built = Json.parseObject(out.toString()).objects("recipes").get(0);
        assertThat(built.bool("reused")).isTrue();
        assertThat(run("show", "thing", "--json")).isZero();
        JsonObject shown = Json.parseObject(out.toString());
        assertThat(shown.string("state")).isEqualTo("built");
        assertThat(shown.objects("packages").get(0).string("sha256"))
                .isEqualTo(built.objects("packages").get(0).string("sha256"));
    }

    @Test
    void failures_haveTheirExitCodes() throws Exception {
        assertThat(build()).isEqualTo(2);
        assertThat(build("thing", "--all")).isEqualTo(2);
        assertThat(build("other")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no recipe other").contains("are thing");
        assertThat(run("show", "other")).isEqualTo(2);
        Files.writeString(folder.resolve("packages/thing/package.yaml"), RECIPE + "licence: MIT\n");
        assertThat(build("thing")).isEqualTo(3);
        assertThat(err.toString()).contains("package.yaml:8:1").contains("did you mean \"license\"");
    }

    @Test
    void variants_sayWhatToBuild() throws Exception {
        Path variant = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(variant.resolve("variant.yaml"), """
                schema: 1
                name: mine
                version: 1.0.0
                architectures: [x86_64]
                repositories:
                  - {name: own, type: recipes, path: ../packages}
                packages: [thing]
                kernel: {package: thing}
                """);
        String[] lock = {
            "lock", variant.toString(), "--cache", folder.resolve("cache").toString(), "--progress", "none"
        };
        assertThat(Main.run(lock, new PrintWriter(out), new PrintWriter(err))).isEqualTo(4);
        assertThat(err.toString()).contains("not built yet: thing").contains("caisson package build thing");
        assertThat(build("thing")).isZero();
        assertThat(Main.run(lock, new PrintWriter(out), new PrintWriter(err)))
                .as(err.toString())
                .isZero();
        assertThat(Files.readString(variant.resolve("caisson.lock"))).contains("thing-1.0-1.noarch.rpm");
    }
}
