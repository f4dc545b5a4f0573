package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.engine.sandbox.Sandbox;
import dev.caisson.fixture.Oracle;
import dev.caisson.json.Json;
import dev.caisson.json.JsonObject;
import dev.caisson.manifest.Arch;
import dev.caisson.testkit.TestBuild;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of a C program, with the real SDK: twice the same bytes, and rpm agrees with what is in it. */
@Tag("network")
class PackageBuildOracleTest {
    @TempDir
    private Path folder;

    private JsonObject build(Path cache, String name, int jobs) throws Exception {
        String printed = TestBuild.run(List.of(
                "package",
                "build",
                "hello",
                "--packages",
                TestBuild.repository().resolve("packages").toString(),
                "--cache",
                cache.toString(),
                "--output",
                folder.resolve(name).toString(),
                "--jobs",
                Integer.toString(jobs),
                "--progress",
                "none",
                "--json"));
        return Json.parseObject(printed).objects("recipes").get(0);
    }

    @Test
    void hello_isTheSameTwice_andRpmReadsIt() throws Exception {
        try {
            Sandbox.check();
        } catch (dev.caisson.engine.BuildException e) {
            throw Oracle.missing(e.getMessage() + "; " + e.hint());
        }
        Path first = TestBuild.cache();
        JsonObject one = build(first, "one", 2);
        // Another cache, with the same packages and build root, knows nothing of the result.
        Path second = Files.createDirectories(folder.resolve("cache"));
        for (String shared : List.of("cas", "metadata", "buildroots")) {
            Files.createSymbolicLink(
                    second.resolve(shared), first.toAbsolutePath().resolve(shared));
        }
        JsonObject two = build(second, "two", 1);
        assertThat(two.bool("reused")).isFalse();
        assertThat(two.objects("packages").get(0).string("sha256"))
                .isEqualTo(one.objects("packages").get(0).string("sha256"));
        assertThat(build(second, "two", 2).bool("reused")).isTrue();
        Oracle.require("rpm", "rpm");
        Path rpm = Path.of(two.objects("packages").get(0).string("path"));
        String label =
                Arch.parse(System.getProperty("os.arch")).map(Arch::label).orElse("aarch64");
        assertThat(rpm).hasFileName("hello-1.0.0-1." + label + ".rpm");
        assertThat(Oracle.run(folder, "rpmkeys", "-K", "--nosignature", rpm.toString()))
                .contains("digests OK");
        assertThat(Oracle.run(folder, "rpm", "-qp", "--qf", "%{LICENSE} %{BUILDHOST} %{BUILDTIME}", rpm.toString()))
                .endsWith("Apache-2.0 caisson 1767225600");
        assertThat(Oracle.run(folder, "rpm", "-qpL", rpm.toString())).contains("/usr/share/licenses/hello/LICENSE");
    }
}
