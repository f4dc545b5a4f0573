package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.SortedListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recipes may say, and what is said of those that are wrong. */
class RecipeLoaderTest {
    private static final String HEAD = """
            schema: 1
            version: 1.2
            summary: A thing
            license: MIT
            epoch: 1767225600
            """;
    private static final String SOURCE = HEAD + """
            name: thing
            release: 3.a
            description: |
              Two
              lines.
            url: https://example.org/thing
            architectures: [x86_64]
            spec: thing.spec
            sources:
              - urls: ["debian:pool/main/t/thing/thing_1.2.orig.tar.gz", "https://example.org/thing-1.2.tar.gz?x#y"]
                sha512: %s
              - {path: more}
              - {package: linux-source, file: /usr/src/linux.tar.xz}
              - {path: thing.spec, name: arm.only, when: {arch: aarch64}}
            build-requires: [other, other]
            build: {timeout: 7200, jobs: 1, memory: 1GiB}
            """.formatted("ab".repeat(64));
    private static final String DATA = HEAD + """
            files:
              - {path: /etc/thing.conf, content: "x\\n", flags: [config, noreplace]}
              - {path: /usr/share/thing, source: more, owner: games}
              - {path: /usr/bin/thing, source: thing.spec, mode: "0755", when: {arch: aarch64}}
              - {path: /etc/link, symlink: thing.conf, flags: ghost}
            license-files: [thing.spec]
            requires: [libc, "other >= 1.0"]
            provides: ["config(thing) = 1"]
            """;

    @TempDir
    private Path folder;

    private Path recipe(String text) throws IOException {
        Path home = Files.createDirectories(folder.resolve("thing"));
        Files.createDirectories(home.resolve("more"));
        Files.writeString(home.resolve("thing.spec"), "Name: thing\n");
        return Files.writeString(home.resolve(RecipeLoader.FILE_NAME), text);
    }

    private Recipe good(String text, Arch arch) throws IOException {
        RecipeResult result = RecipeLoader.load(recipe(text), arch);
        assertThat(result.diagnostics()).isEmpty();
        return result.recipe().orElseThrow();
    }

    private List<String> errors(String text) throws IOException {
        RecipeResult result = RecipeLoader.load(recipe(text), Arch.X86_64);
        assertThat(result.recipe()).isEmpty();
        return result.diagnostics().stream().map(Diagnostic::message).toList();
    }

    @Test
    void sourceRecipe_isReadWhole() throws Exception {
        Recipe recipe = good(SOURCE, Arch.X86_64);
        assertThat(recipe.nvr()).isEqualTo("thing-1.2-3.a");
        assertThat(recipe.description()).isEqualTo("Two\nlines.");
        assertThat(recipe.epochSeconds()).isEqualTo(1767225600);
        assertThat(recipe.architectures()).containsExactly(Arch.X86_64);
        Recipe.Build build = (Recipe.Build) recipe.content();
        assertThat(build.sources())
                .extracting(Recipe.Source::name)
                .containsExactly("thing_1.2.orig.tar.gz", "more", "linux.tar.xz");
        assertThat(((Recipe.Remote) build.sources().get(0)).sha512().hex()).isEqualTo("ab".repeat(64));
        assertThat(((Recipe.Packaged) build.sources().get(2)).packageName()).isEqualTo("linux-source");
        assertThat(build.buildRequires()).containsExactly("other");
        assertThat(build.timeoutSeconds()).isEqualTo(7200);
        assertThat(build.jobs()).hasValue(1);
        assertThat(build.memoryBytes()).hasValue(1L << 30);
    }

    @Test
    void conditions_holdForTheirArchitecture() throws Exception {
        Recipe arm = good(SOURCE, Arch.AARCH64);
        assertThat(((Recipe.Build) arm.content()).sources())
                .extracting(Recipe.Source::name)
                .contains("arm.only");
        assertThat(((Recipe.Data) good(DATA, Arch.AARCH64).content()).files()).hasSize(4);
    }

    @Test
    void dataRecipe_isReadWhole() throws Exception {
        Recipe recipe = good(DATA, Arch.X86_64);
        assertThat(recipe.name()).isEqualTo("thing");
        assertThat(recipe.release()).isEqualTo("1");
        assertThat(recipe.description()).isEqualTo("A thing");
        Recipe.Data data = (Recipe.Data) recipe.content();
        assertThat(data.files()).hasSize(3);
        assertThat(data.files().get(0).flags()).isEqualTo(Set.of(FileFlag.CONFIG, FileFlag.NOREPLACE));
        assertThat(data.files().get(1).file().owner()).isEqualTo("games");
        assertThat(data.licenseFiles()).hasSize(1);
        assertThat(data.relations().get(RecipeRelation.REQUIRES)).containsExactly("libc", "other >= 1.0");
    }

    @Test
    void mistakes_areAllFoundAtOnce() throws Exception {
        assertThat(errors("schema: 1\nverison: 1\nfiles: []\n"))
                .contains("unknown key \"verison\" in \"recipe\"")
                .contains("\"recipe\" lacks \"version\"", "\"recipe\" lacks \"license\"", "\"recipe\" lacks \"epoch\"");
        assertThat(errors(HEAD)).containsExactly("a recipe has either \"spec\" or \"files\", this has neither");
        assertThat(errors(DATA + "spec: thing.spec\n"))
                .containsExactly("a recipe has either \"spec\" or \"files\", this has both");
        assertThat(errors(DATA + "build-requires: [x]\n"))
                .containsExactly("\"build-requires\" belongs to recipes with \"spec\"");
        assertThat(errors(HEAD + "spec: none.spec\n").get(0))
                .startsWith("there is no ")
                .endsWith("none.spec");
        assertThat(errors("name: other\n" + DATA).get(0))
                .isEqualTo("the recipe \"other\" lies in the folder \"thing\"");
    }

    @Test
    void sources_needExactlyOneOrigin() throws Exception {
        String head = HEAD + "spec: thing.spec\nsources:\n";
        assertThat(errors(head + "  - {name: x}\n")).containsExactly("a source has none of urls, path, package");
        assertThat(errors(head + "  - {path: more, package: y, file: /z}\n"))
                .containsExactly("a source has path and package of urls, path, package");
        assertThat(errors(head + "  - {urls: [\"https://example.org/x\"]}\n"))
                .containsExactly("a source with \"urls\" lacks \"sha512\"");
        assertThat(errors(head + "  - {package: x}\n")).containsExactly("a source with \"package\" lacks \"file\"");
        assertThat(errors(head + "  - {path: more, file: /x}\n"))
                .containsExactly("\"file\" belongs to sources with \"package\"");
        assertThat(errors(head + "  - {path: more}\n  - {path: thing.spec, name: more}\n"))
                .containsExactly("source \"more\" is declared twice");
        assertThat(errors(head + "  - {urls: [\"ftp://example.org/x\"], sha512: ab}\n"))
                .hasSize(2);
    }

    @Test
    void versionsAndNames_areThoseOfRpm() throws Exception {
        assertThat(errors(DATA.replace("version: 1.2", "version: 1-2")).get(0)).contains("\"1-2\"");
        assertThat(errors(DATA.replace("version: 1.2", "version: \"%{x}\"")).get(0))
                .contains("%{x}");
        assertThat(errors(DATA.replace("libc,", "\"libc; x\",")).get(0)).contains("libc; x");
        assertThat(errors(DATA.replace("1767225600", "99999999999")).get(0)).contains("later than RPM's headers");
    }

    /** Whatever is in the file: a result or diagnostics. */
    @Test
    void damagedRecipes_giveDiagnosticsOnly() throws Exception {
        Random random = new Random(4);
        byte[] good = SOURCE.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            for (int k = 0; k <= i % 3; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            Path file = recipe("");
            Files.write(file, bad);
            RecipeResult result = RecipeLoader.load(file, Arch.X86_64);
            assertThat(result.recipe().isPresent() || !result.diagnostics().isEmpty())
                    .isTrue();
        }
    }

    /** Written anew as {@link SchemaTest} says. */
    @Test
    void shippedSchema_isTheGeneratedOne() throws Exception {
        Path schema = Path.of(System.getProperty("caisson.root", "../.."))
                .resolve("packages")
                .resolve("schema.json");
        if (Boolean.getBoolean("caisson.regenerate")) {
            Files.writeString(schema, SchemaGenerator.recipeText());
        }
        assertThat(schema).hasContent(SchemaGenerator.recipeText());
    }

    /** The recipes that come along. */
    @Test
    void shippedRecipes_areGood() throws Exception {
        Path packages = Path.of(System.getProperty("caisson.root", "../..")).resolve("packages");
        for (Path child : SortedListing.of(packages)) {
            Path file = child.resolve(RecipeLoader.FILE_NAME);
            if (Files.exists(file)) {
                assertThat(RecipeLoader.load(file, Arch.X86_64).diagnostics())
                        .as(file.toString())
                        .isEmpty();
                assertThat(Files.readString(file)).startsWith("# yaml-language-server: $schema=../schema.json\n");
            }
        }
        assertThat(ManifestLoader.loadBuildRoot(packages.resolve("sdk.yaml")).diagnostics())
                .isEmpty();
    }

    @Test
    void buildRoots_needNoKernelAndNoVersion() throws Exception {
        String text = Manifests.BASE.replace("version: 1.2.3\n", "").replaceAll("(?s)kernel:.*?packages:", "packages:");
        Path file = Manifests.write(folder, "sdk.yaml", text);
        assertThat(ManifestLoader.loadBuildRoot(file).errors()).isEmpty();
        assertThat(ManifestLoader.load(file).errors()).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void variants_mayReadRecipes() throws Exception {
        Files.createDirectories(folder.resolve("packages"));
        Path file = Manifests.write(
                folder,
                "variant.yaml",
                Manifests.BASE.replaceFirst(
                        "(?s)  - name: debian.*?keyring: keys.gpg\n",
                        "  - {name: own, type: recipes, path: packages}\n"));
        RepositorySpec repository =
                Manifests.variant(file, Arch.X86_64).repositories().get(0);
        assertThat(repository.type()).isEqualTo(RepositoryType.RECIPES);
        assertThat(repository.directory()).isPresent();
    }
}
