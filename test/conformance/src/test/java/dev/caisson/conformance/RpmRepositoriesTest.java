package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.conformance.SmallProject.Run;
import dev.caisson.filetree.FileTree;
import dev.caisson.fixture.DebBuilder;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of packages, mirror lists, metalinks, groups, modules, filters and kits, through the whole command line. */
class RpmRepositoriesTest {
    private static final String KERNEL = "base 2-1, kernel 6.12-1, setup 1-1";

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

    private static void create(Path repository, String... options) {
        List<String> words = new java.util.ArrayList<>(List.of("repo", "create", repository.toString(), "--json"));
        words.addAll(List.of(options));
        Run run = SmallProject.run(words.toArray(new String[0]));
        assertThat(run.code()).as(run.err()).isZero();
    }

    private Path copy(String name) throws Exception {
        Path target = Files.createDirectories(folder.resolve(name));
        try (var walk = Files.walk(project.packages)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                Path place = target.resolve(project.packages.relativize(file).toString());
                Files.createDirectories(place.getParent());
                Files.copy(file, place);
            }
        }
        return target;
    }

    @Test
    void directory_needsNoMetadata() throws Exception {
        project.variant("{name: r, type: directory, path: ../packages}", "[app]");
        Run first = project.run("build");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(Files.readString(folder.resolve("small/caisson.lock"))).contains("\"app-1-1.noarch.rpm\"");
        assertThat(project.run("build", "--locked", "--offline").code()).isZero();

        project.put("app", "2", "noarch", "lib");
        assertThat(project.resolved()).isEqualTo("app 2-1, " + KERNEL.replace("setup", "lib 1-1, setup"));
        Files.delete(project.packages.resolve("app-2-1.noarch.rpm"));
        assertThat(project.resolved()).startsWith("app 1-1");
        Files.write(project.packages.resolve("lib-1-1.x86_64.rpm"), new byte[200]);
        assertThat(project.resolved()).startsWith("5: ").contains("lib-1-1.x86_64.rpm", "take the file out");
    }

    @Test
    void directory_keysWantSignedPackages() throws Exception {
        Files.write(
                folder.resolve("keys.gpg"), new dev.caisson.fixture.ArchiveKey(java.time.Instant.EPOCH).certificate());
        project.variant("{name: r, type: directory, path: ../packages, keyring: ../keys.gpg}", "[app]");
        Run run = project.run("build");
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err()).contains("cannot be trusted");
    }

    @Test
    void directory_ofDebianPackages() throws Exception {
        Path debs = Files.createDirectories(folder.resolve("debs/pool"));
        Files.write(
                debs.resolve("a.deb"),
                DebBuilder.of(
                        "Package: kernel\nVersion: 1\nArchitecture: all\nDepends: tool (>= 2)\nDescription: x\n",
                        new TarBuilder()));
        Files.write(
                debs.resolve("b.deb"),
                DebBuilder.of("Package: tool\nVersion: 2-1\nArchitecture: all\nDescription: x\n", new TarBuilder()));
        project.variant("{name: r, type: directory, path: ../debs}", "[tool]");
        Run run = project.run("resolve", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"kernel\"", "\"tool\"");
        assertThat(project.run("lock").code()).isZero();
        assertThat(Files.readString(folder.resolve("small/caisson.lock")))
                .contains("\"pool/a.deb\"", "\"pool/b.deb\"", "2-1");
    }

    @Test
    void directory_emptyOrMixedIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("empty"));
        project.variant("{name: r, type: directory, path: ../empty}", "[app]");
        assertThat(project.resolved()).startsWith("5: ").contains("has no packages");
        Files.writeString(project.packages.resolve("x.deb"), "x");
        project.variant("{name: r, type: directory, path: ../packages}", "[app]");
        assertThat(project.resolved()).startsWith("5: ").contains("two formats");
    }

    @Test
    void directory_withoutAVariant() {
        Run run = SmallProject.run(
                "resolve",
                "--cache",
                folder.resolve("cache").toString(),
                "--repository",
                "r=" + project.packages.toUri(),
                "--arch",
                "x86_64",
                "--json",
                "ap*");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"app\"", "\"lib\"");
    }

    /** Mirrors in order: one that is not there, one whose repomd.xml is cut off, one whose packages are altered, a good one. */
    @Test
    void mirrorList_fallsOverFromMirrorToMirror() throws Exception {
        create(project.packages);
        Path cut = copy("cut");
        Path repomd = cut.resolve("repodata/repomd.xml");
        Files.write(repomd, java.util.Arrays.copyOf(Files.readAllBytes(repomd), 100));
        Path altered = copy("altered");
        Path app = altered.resolve("app-1-1.noarch.rpm");
        byte[] bytes = Files.readAllBytes(app);
        bytes[bytes.length - 1] ^= 1;
        Files.write(app, bytes);
        Files.delete(altered.resolve("lib-1-1.x86_64.rpm"));
        Path list = Files.writeString(
                folder.resolve("mirrors.txt"),
                "# mirrors\n" + folder.resolve("nowhere").toUri() + "\n" + cut.toUri() + "\n" + altered.toUri() + "\n"
                        + project.packages.toUri() + "\n");
        Files.write(
                folder.resolve("keys.gpg"), new dev.caisson.fixture.ArchiveKey(java.time.Instant.EPOCH).certificate());
        String digest = DigestAlgorithm.SHA256
                .of(Files.readAllBytes(project.packages.resolve("repodata/repomd.xml")))
                .toString();
        String repository = "{name: r, type: rpm-md, mirrorlist: \"" + list.toUri()
                + "\", keyring: ../keys.gpg, signatures: packages}";
        project.variant(repository, "[app]");
        Run run = project.run("resolve", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"app\"");
        assertThat(run.err())
                .contains("a mirror was of no use")
                .contains("nowhere")
                .contains("repomd.xml");
        // The packages are not signed, which is found when they are here: the altered and the missing one came from
        // elsewhere.
        Run build = project.run("build");
        assertThat(build.code()).isEqualTo(5);
        assertThat(build.err()).contains("cannot be trusted").doesNotContain("no longer serves");
        assertThat(digest).startsWith("sha256:");
    }

    @Test
    void metalink_saysWhatRepomdMustBe() throws Exception {
        create(project.packages);
        Path old = copy("old");
        project.put("app", "3", "noarch", "lib");
        create(project.packages);
        byte[] repomd = Files.readAllBytes(project.packages.resolve("repodata/repomd.xml"));
        Path metalink = Files.writeString(folder.resolve("metalink.xml"), """
                <?xml version="1.0" encoding="utf-8"?>
                <metalink version="3.0" xmlns="http://www.metalinker.org/">
                 <files><file name="repomd.xml"><size>%d</size>
                  <verification><hash type="sha256">%s</hash></verification>
                  <resources>
                   <url protocol="file" preference="100">%srepodata/repomd.xml</url>
                   <url protocol="file" preference="90">%srepodata/repomd.xml</url>
                  </resources></file></files>
                </metalink>
                """.formatted(
                repomd.length, DigestAlgorithm.SHA256.of(repomd).hex(), slashed(old), slashed(project.packages)));
        Files.write(
                folder.resolve("keys.gpg"), new dev.caisson.fixture.ArchiveKey(java.time.Instant.EPOCH).certificate());
        project.variant(
                "{name: r, type: rpm-md, metalink: \"" + metalink.toUri()
                        + "\", keyring: ../keys.gpg, signatures: packages}",
                "[app]");
        assertThat(project.resolved()).startsWith("app 3-1");
        Files.writeString(metalink, Files.readString(metalink).replace(slashed(project.packages), slashed(old)));
        assertThat(project.resolved()).startsWith("5: ").contains("none of those that the metalink names");
    }

    private static String slashed(Path path) {
        String uri = path.toUri().toString();
        return uri.endsWith("/") ? uri : uri + "/";
    }

    private void pinned(String packages, String... more) throws Exception {
        Files.write(
                folder.resolve("keys.gpg"), new dev.caisson.fixture.ArchiveKey(java.time.Instant.EPOCH).certificate());
        project.variant(
                "{name: r, type: rpm-md, urls: [\"" + project.packages.toUri()
                        + "\"], keyring: ../keys.gpg, signatures: packages" + (more.length > 0 ? more[0] : "") + "}",
                packages,
                more.length > 1 ? more[1] : "");
    }

    @Test
    void groupsAndEnvironments_areAskedForByName() throws Exception {
        project.put("extra", "1", "noarch");
        Path comps = Files.writeString(folder.resolve("comps.xml"), """
                <comps>
                 <group><id>tools</id><name>Tools</name><packagelist>
                  <packagereq type="mandatory">lib</packagereq>
                  <packagereq type="optional">extra</packagereq>
                 </packagelist></group>
                 <group><id>apps</id><name>Apps</name><packagelist>
                  <packagereq type="default">app</packagereq>
                 </packagelist></group>
                 <environment><id>all</id><name>Everything</name>
                  <grouplist><groupid>tools</groupid></grouplist>
                  <optionlist><groupid>apps</groupid></optionlist></environment>
                </comps>
                """);
        create(project.packages, "--groups", comps.toString());
        pinned("[\"@tools\"]");
        assertThat(project.resolved()).isEqualTo("base 2-1, kernel 6.12-1, lib 1-1, setup 1-1");
        pinned("[{group: Tools, optional: true}]");
        assertThat(project.resolved()).isEqualTo("base 2-1, extra 1-1, kernel 6.12-1, lib 1-1, setup 1-1");
        pinned("[\"@all\"]");
        assertThat(project.resolved()).doesNotContain("app");
        pinned("[{group: all, optional: true}]");
        assertThat(project.resolved()).contains("app 1-1");
        pinned("[\"@nothing\"]");
        assertThat(project.resolved()).startsWith("4: ").contains("the group nothing");
    }

    @Test
    void modules_streamsAreChosen() throws Exception {
        project.put("app", "2", "noarch", "lib");
        project.put("app", "3", "noarch", "lib");
        Path modules = Files.writeString(folder.resolve("modules.yaml"), """
                ---
                document: modulemd
                version: 2
                data: {name: app, stream: "2", version: 1, context: c, artifacts: {rpms: [app-0:2-1.noarch]}}
                ---
                document: modulemd
                version: 2
                data: {name: app, stream: "3", version: 1, context: c, artifacts: {rpms: [app-0:3-1.noarch]}}
                ---
                document: modulemd-defaults
                version: 1
                data: {module: app, stream: "2"}
                """);
        create(project.packages, "--modules", modules.toString());
        pinned("[app]");
        assertThat(project.resolved()).startsWith("app 2-1");
        pinned("[app]", "", "modules: [\"app:3\"]");
        assertThat(project.resolved()).startsWith("app 3-1");
        pinned("[app]", "", "modules: [-app]");
        assertThat(project.resolved()).startsWith("app 1-1");
        pinned("[app]", ", module-hotfixes: true");
        assertThat(project.resolved()).startsWith("app 3-1");
    }

    @Test
    void filters_leavePackagesOut() throws Exception {
        project.put("app", "2", "noarch", "lib");
        create(project.packages, "--compression", "xz");
        pinned("[app]");
        assertThat(project.resolved()).startsWith("app 2-1");
        pinned("[app]", ", excludes: [\"app-2-*\"]");
        assertThat(project.resolved()).startsWith("app 1-1");
        pinned("[app]", ", includes: [\"*.x86_64\", setup]");
        assertThat(project.resolved()).startsWith("4: ");
    }

    @Test
    void priority_theSmallerNumberWins() throws Exception {
        Path second = Files.createDirectories(folder.resolve("second"));
        project.put("app", "9", "noarch", "lib");
        Files.move(project.packages.resolve("app-9-1.noarch.rpm"), second.resolve("app-9-1.noarch.rpm"));
        project.variant(
                "{name: r, type: directory, path: ../packages, priority: 10}\n"
                        + "  - {name: s, type: directory, path: ../second, priority: 20}",
                "[app]");
        assertThat(project.resolved()).startsWith("app 1-1");
        project.variant(
                "{name: r, type: directory, path: ../packages, priority: 30}\n"
                        + "  - {name: s, type: directory, path: ../second, priority: 20}",
                "[app]");
        assertThat(project.resolved()).startsWith("app 9-1");
    }

    @Test
    void kits_areInputOfVariants() throws Exception {
        for (String form : List.of("oci", "folder")) {
            Path kit = folder.resolve("kit-" + form);
            Run made = SmallProject.run(
                    "kit",
                    "build",
                    project.packages.toString(),
                    "--name",
                    "k",
                    "--version",
                    "1.0",
                    "--form",
                    form,
                    "--json",
                    "--output",
                    kit.toString());
            assertThat(made.code()).as(made.err()).isZero();
            String digest = Json.parseObject(made.out()).string("digest");
            Run shown = SmallProject.run("kit", "show", kit.toString());
            assertThat(shown.out()).contains(digest, "app 1-1 noarch", "5 packages");
            project.variant("{name: r, type: kit, path: ../kit-" + form + ", digest: \"" + digest + "\"}", "[app]");
            Run run = project.run("build");
            assertThat(run.code()).as(run.err()).isZero();

            String other = digest.substring(0, 70) + (digest.endsWith("0") ? "1" : "0");
            project.variant("{name: r, type: kit, path: ../kit-" + form + ", digest: \"" + other + "\"}", "[app]");
            assertThat(project.resolved()).startsWith("5: ").contains(digest, other, "pinned");
        }
    }

    @Test
    void kits_areReproducibleAndCheckArchitecturesAndBlobs() throws Exception {
        String first = "";
        for (String name : List.of("one", "two")) {
            Run made = SmallProject.run(
                    "kit",
                    "build",
                    copy("from-" + name).toString(),
                    "--name",
                    "k",
                    "--version",
                    "1.0",
                    "--json",
                    "--output",
                    folder.resolve(name).toString());
            String digest = Json.parseObject(made.out()).string("digest");
            assertThat(first).isIn("", digest);
            first = digest;
        }
        assertThat(SmallProject.run("kit", "show", folder.resolve("one").toString())
                        .out())
                .contains("k 1.0 x86_64: 5 packages");
        project.variant("{name: r, type: kit, path: ../one, digest: \"" + first + "\"}", "[app]");
        Path manifest = folder.resolve("small/variant.yaml");
        Files.writeString(manifest, Files.readString(manifest).replace("[x86_64]", "[aarch64]"));
        assertThat(project.resolved()).startsWith("5: ").contains("has no packages for aarch64, only for x86_64");
        Files.writeString(manifest, Files.readString(manifest).replace("[aarch64]", "[x86_64]"));
        byte[] app = Files.readAllBytes(project.packages.resolve("app-1-1.noarch.rpm"));
        Files.delete(folder.resolve("one/blobs/sha256")
                .resolve(DigestAlgorithm.SHA256.of(app).hex()));
        Run run = project.run("build");
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err()).contains("app");
    }

    @Test
    void twoHundredPackages_makeAnImage() throws Exception {
        for (int i = 0; i < 200; i++) {
            project.put("part" + i, "1." + i, i % 3 == 0 ? "noarch" : "x86_64", i == 0 ? "lib" : "part" + (i - 1));
        }
        create(project.packages);
        project.variant("{name: r, type: directory, path: ../packages}", "[part199]");
        Run run = project.run("build");
        assertThat(run.code()).as(run.err()).isZero();
        FileTree tree;
        try (var source = dev.caisson.bytes.FileSource.open(project.artifact(".root.erofs"))) {
            tree = dev.caisson.erofs.ErofsReader.open(source).tree();
            for (int i = 0; i < 200; i++) {
                assertThat(tree.get(dev.caisson.filetree.TreePath.of("/usr/share/part" + i + "/text")))
                        .isPresent();
            }
        }
        byte[] image = Files.readAllBytes(project.artifact(".raw"));
        Run again = project.run("build", "--locked", "--offline", "--jobs", "1");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(Files.readAllBytes(project.artifact(".raw"))).isEqualTo(image);
        assertThat(new String(Files.readAllBytes(folder.resolve("small/caisson.lock")), StandardCharsets.UTF_8))
                .contains("part100");
    }
}
