package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.conformance.SmallProject.Run;
import dev.caisson.fixture.Oracle;
import dev.caisson.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories and kits as gpg, dnf and skopeo see them. */
@Tag("oracle")
class RpmRepositoryOracleTest {
    @TempDir
    private Path folder;

    private RpmProject project;

    @BeforeEach
    void makeProject() throws Exception {
        project = new RpmProject(folder);
        project.putBase();
        project.put("app", "1", "noarch", "lib");
        project.put("lib", "1", "x86_64");
    }

    private String gpg(String... words) throws Exception {
        Path home = Files.createDirectories(folder.resolve("gnupg"));
        List<String> command = new java.util.ArrayList<>(List.of(
                "gpg",
                "--batch",
                "--yes",
                "--pinentry-mode=loopback",
                "--passphrase",
                "",
                "--homedir",
                home.toString()));
        command.addAll(List.of(words));
        return Oracle.run(folder, command.toArray(new String[0]));
    }

    @Test
    void signedRepository_isTakenByGpgDnfAndUs() throws Exception {
        Oracle.require("gpg", "gnupg");
        Oracle.require("dnf", "dnf");
        gpg("--quick-generate-key", "Test repository <test@example.org>", "ed25519", "sign");
        gpg("--output", "secret.asc", "--armor", "--export-secret-keys");
        gpg("--output", "public.gpg", "--export");
        Run run = SmallProject.run(
                "repo",
                "create",
                project.packages.toString(),
                "--key",
                folder.resolve("secret.asc").toString());
        assertThat(run.code()).as(run.err()).isZero();
        String repomd = project.packages.resolve("repodata/repomd.xml").toString();
        assertThat(gpg("--verify", repomd + ".asc", repomd)).contains("Good signature");

        project.variant(
                "{name: r, type: rpm-md, urls: [\"" + project.packages.toUri() + "\"], keyring: ../public.gpg}",
                "[app]");
        assertThat(project.resolved()).startsWith("app 1-1");
        byte[] first = Files.readAllBytes(Path.of(repomd));
        byte[] signature = Files.readAllBytes(Path.of(repomd + ".asc"));
        SmallProject.run(
                "repo",
                "create",
                project.packages.toString(),
                "--key",
                folder.resolve("secret.asc").toString());
        assertThat(Path.of(repomd)).hasBinaryContent(first);
        assertThat(Path.of(repomd + ".asc")).hasBinaryContent(signature);

        String found = Oracle.run(
                folder,
                "dnf",
                "--quiet",
                "--setopt=cachedir=" + folder.resolve("dnf"),
                "--setopt=reposdir=" + folder.resolve("none"),
                "--installroot=" + folder.resolve("root"),
                "--releasever=1",
                "--repofrompath=r," + project.packages.toUri(),
                "repoquery",
                "--requires",
                "--resolve",
                "app");
        assertThat(found).contains("lib-0:1-1.x86_64");
    }

    @Test
    void kit_keepsItsDigestThroughSkopeo() throws Exception {
        Oracle.require("skopeo", "skopeo");
        Run made = SmallProject.run(
                "kit",
                "build",
                project.packages.toString(),
                "--name",
                "tools",
                "--version",
                "1.0",
                "--arch",
                "x86_64",
                "--arch",
                "aarch64",
                "--json",
                "--output",
                folder.resolve("kit").toString());
        assertThat(made.code()).as(made.err()).isZero();
        String digest = Json.parseObject(made.out()).string("digest");
        Oracle.run(folder, "skopeo", "copy", "--quiet", "--all", "--insecure-policy", "oci:kit:1.0", "oci:copied:1.0");
        Run shown = SmallProject.run("kit", "show", folder.resolve("copied").toString());
        assertThat(shown.code()).as(shown.err()).isZero();
        assertThat(shown.out()).contains(digest, "tools 1.0 x86_64: 5 packages", "tools 1.0 aarch64: 2 packages");
        project.variant("{name: r, type: kit, path: ../copied, digest: \"" + digest + "\"}", "[app]");
        assertThat(project.resolved()).startsWith("app 1-1");
        assertThat(Oracle.run(folder, "skopeo", "inspect", "--raw", "oci:kit:1.0"))
                .contains("\"architecture\":\"arm64\"");
    }
}
