package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and messages: every failure is one message with what to do, and never a stack trace. */
class MainTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        return Main.run(words, new PrintWriter(out), new PrintWriter(err));
    }

    private int runHere(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(
                "--cache", folder.resolve("cache").toString(),
                "--output", folder.resolve("out").toString(),
                "--progress", "none"));
        return run(all.toArray(new String[0]));
    }

    private Path manifest(String text) throws IOException {
        Path variant = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(variant.resolve("variant.yaml"), text);
        return variant;
    }

    private Path debianVariant() throws IOException {
        Files.write(folder.resolve("empty.gpg"), new byte[0]);
        return manifest("""
                schema: 1
                name: mine
                version: 1.0.0
                description: a test
                architectures: [x86_64]
                branding: {id: mine, name: Mine}
                repositories:
                  - {name: r, type: apt, archive: nowhere, suites: [s], components: [main], keyring: ../empty.gpg}
                packages: [base-files]
                kernel: {package: linux}
                """);
    }

    private void assertNoStackTrace() {
        assertThat(err.toString()).doesNotContain("\tat ").doesNotContain("Exception");
    }

    @Test
    void help_saysWhatThereIs() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("build", "verify", "variant", "Examples:", "Exit codes:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"build", "boot", "plan", "lock", "resolve", "verify", "inspect", "diff", "cache", "keys"})
    void everyCommand_hasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: caisson " + command);
    }

    @Test
    void unknownWords_areUsageErrors() {
        assertThat(run("biuld", "container-host")).isEqualTo(2);
        assertThat(run("build")).isEqualTo(2);
        assertThat(run("build", "x", "--no-such-option")).isEqualTo(2);
        assertNoStackTrace();
    }

    @Test
    void unknownVariant_suggestsAName() {
        assertThat(runHere("build", "no-such-variant")).isEqualTo(2);
        assertThat(err.toString()).contains("no variant no-such-variant", "variant list");
        assertNoStackTrace();
    }

    @Test
    void invalidManifest_showsAllDiagnostics() throws Exception {
        Path variant = manifest("schema: 1\nname: mine\npackges: [a]\nversion: not a version\n");
        assertThat(runHere("build", variant.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("variant.yaml:3:1", "packages", "variant.yaml:4:");
        assertNoStackTrace();
    }

    @Test
    void locked_withoutALock_saysHowToMakeOne() throws Exception {
        assertThat(runHere("build", debianVariant().toString(), "--locked")).isEqualTo(4);
        assertThat(err.toString()).contains("caisson lock");
        assertNoStackTrace();
    }

    @Test
    void unknownArchive_saysHowToSetItsAddress() throws Exception {
        assertThat(runHere("build", debianVariant().toString())).isEqualTo(5);
        assertThat(err.toString()).contains("nowhere", "--mirror");
        assertNoStackTrace();
    }

    @Test
    void mirrorThatIsGone_isASourceFailure() throws Exception {
        String mirror = "nowhere=" + folder.resolve("gone").toUri();
        assertThat(runHere("build", debianVariant().toString(), "--mirror", mirror))
                .isEqualTo(5);
        assertThat(err.toString()).contains("gone");
        assertNoStackTrace();
    }

    @Test
    void offline_withAnEmptyStore_isASourceFailure() throws Exception {
        assertThat(runHere("build", debianVariant().toString(), "--offline")).isEqualTo(5);
        assertNoStackTrace();
    }

    @Test
    void keys_areNeverMadeOver() {
        String keys = folder.resolve("keys").toString();
        assertThat(run("keys", "generate", "test", "--keys", keys)).isZero();
        assertThat(run("keys", "generate", "test", "--keys", keys)).isEqualTo(8);
        assertThat(err.toString()).contains("not overwritten");
        assertThat(run("keys", "show", "test", "--keys", keys)).isZero();
        assertThat(out.toString()).contains("PK ", "KEK", "db ");
        assertThat(run("keys", "show", "other", "--keys", keys)).isEqualTo(8);
        assertThat(run("keys", "export", "test", folder.resolve("enrol").toString(), "--keys", keys))
                .isZero();
        assertThat(folder.resolve("enrol/db.esl")).exists();
        assertThat(folder.resolve("enrol/db.key")).doesNotExist();
        assertNoStackTrace();
    }

    @Test
    void fork_makesAVariantThatLoads() {
        Path fork = folder.resolve("my-host");
        String variants =
                Path.of(System.getProperty("caisson.root"), "variants").toString();
        assertThat(runHere("variant", "fork", "container-host", fork.toString(), "--variants", variants))
                .isZero();
        assertThat(runHere("variant", "show", fork.toString())).isZero();
        assertThat(out.toString()).contains("name: my-host", "containerd");
        assertThat(runHere("variant", "fork", "container-host", fork.toString(), "--variants", variants))
                .isEqualTo(2);
        assertNoStackTrace();
    }

    @Test
    void cache_countsAndCollects() {
        assertThat(runHere("cache", "stats")).isZero();
        assertThat(out.toString()).contains("0 objects");
        assertThat(runHere("cache", "gc", "--all")).isZero();
        assertThat(runHere("cache", "gc", "--keep", "much")).isEqualTo(2);
        assertNoStackTrace();
    }

    private String repository() throws IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Files.writeString(repository.resolve("Packages"), """
                Package: app
                Version: 2:1.0-3
                Architecture: amd64
                Depends: lib
                Filename: ./app.deb
                Size: 1
                SHA256: 0000000000000000000000000000000000000000000000000000000000000000

                Package: lib
                Version: 1.5
                Architecture: all
                Filename: ./lib.deb
                Size: 1
                SHA256: 0000000000000000000000000000000000000000000000000000000000000000
                """);
        return "mine=" + repository.toUri();
    }

    @Test
    void resolve_withoutAVariant_answersInJson() throws Exception {
        assertThat(runHere("resolve", "--repository", repository(), "--arch", "x86_64", "--json", "app"))
                .isZero();
        JsonObject answer = Json.parseObject(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.names()).containsExactlyInAnyOrder("solvable", "packages");
        assertThat(answer.bool("solvable")).isTrue();
        assertThat(answer.objects("packages")).hasSize(2);
        List<JsonObject> packages = answer.objects("packages");
        JsonObject app = packages.get(packages.get(0).string("name").equals("app") ? 0 : 1);
        assertThat(app.names()).containsExactlyInAnyOrder("name", "epoch", "version", "release", "arch", "repository");
        assertThat(List.of(
                        app.string("epoch"),
                        app.string("version"),
                        app.string("release"),
                        app.string("arch"),
                        app.string("repository")))
                .containsExactly("2", "1.0", "3", "amd64", "mine");
    }

    @Test
    void resolve_withoutAVariant_explainsInJson() throws Exception {
        assertThat(runHere("resolve", "--repository", repository(), "--arch", "x86_64", "--json", "lib (>= 2)"))
                .isEqualTo(4);
        JsonObject answer = Json.parseObject(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.names()).containsExactlyInAnyOrder("solvable", "problems");
        assertThat(answer.bool("solvable")).isFalse();
        assertThat(answer.objects("problems").get(0).names()).containsExactlyInAnyOrder("message", "chain");
        assertNoStackTrace();
    }

    @Test
    void build_tellsWhereTimeWent() throws Exception {
        SampleVariant sample = SampleVariant.write(Files.createDirectories(folder.resolve("sample")));
        Path trace = folder.resolve("trace.json");
        String variant = sample.folder().toString();
        assertThat(runHere("build", variant, "--offline", "--profile", "--profile-trace", trace.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("sample 0.0.1 for x86_64, 0 packages", ".raw", "peak heap", "root: depmod", "write");
        assertThat(Json.parseObject(Files.readAllBytes(trace)).objects("traceEvents"))
                .anyMatch(event -> event.toString().contains("write"));
        out.getBuffer().setLength(0);
        assertThat(runHere("build", variant, "--offline", "--profile", "--json"))
                .isZero();
        assertThat(Json.parseObject(out.toString().getBytes(StandardCharsets.UTF_8))
                        .string("folder"))
                .endsWith("x86_64");
        assertThat(err.toString()).contains("peak RSS");
        assertNoStackTrace();
    }

    @Test
    void resolve_mixesNoVariantsAndPackages() throws Exception {
        assertThat(runHere("resolve", "one", "two")).isEqualTo(2);
        assertThat(runHere("resolve", "--repository", "nonsense", "one")).isEqualTo(2);
        assertThat(runHere("resolve", debianVariant().toString(), "--no-weak")).isEqualTo(2);
        assertNoStackTrace();
    }

    @Test
    void remoteCache_settingsAreChecked() throws Exception {
        String variant = debianVariant().toString();
        Path shortSecret = Files.writeString(folder.resolve("secret"), "short");
        Path headers = Files.writeString(folder.resolve("headers"), "X-Token: veiled\nHost: other\n");
        String url = "http://127.0.0.1:1/";
        assertThat(runHere("build", variant, "--remote-cache", "ftp://h/")).isEqualTo(2);
        assertThat(runHere("build", variant, "--remote-cache", "file:///tmp")).isEqualTo(2);
        assertThat(runHere("build", variant, "--remote-cache", url, "--remote-cache-mode", "write"))
                .isEqualTo(2);
        assertThat(runHere("build", variant, "--remote-cache", url, "--remote-cache-timeout", "0"))
                .isEqualTo(2);
        assertThat(runHere("build", variant, "--remote-cache", url, "--remote-cache-secret", shortSecret.toString()))
                .isEqualTo(2);
        assertThat(runHere("build", variant, "--remote-cache", url, "--remote-cache-headers", headers.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("headers:2").doesNotContain("veiled");
        assertThat(runHere("build", variant, "--remote-cache", url, "--remote-cache-headers", "none"))
                .isEqualTo(2);
        // With settings that are right it goes on to the archive, which nobody knows.
        assertThat(runHere("build", variant, "--remote-cache", url)).isEqualTo(5);
        assertThat(runHere("build", variant, "--remote-cache", "none")).isEqualTo(5);
        assertNoStackTrace();
    }

    @Test
    void warmUp_buildsWhatItCan() {
        assertThat(run("warm-up")).isZero();
        assertThat(out.toString()).isEmpty();
        assertNoStackTrace();
    }
}
