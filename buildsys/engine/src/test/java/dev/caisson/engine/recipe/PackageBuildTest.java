package dev.caisson.engine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.Plan;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.engine.Progress;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.Arch;
import dev.caisson.manifest.Recipe;
import dev.caisson.openpgp.Keyring;
import dev.caisson.openpgp.OpenPgpSigner;
import dev.caisson.openpgp.OpenPgpVerifier;
import dev.caisson.openpgp.VerificationPolicy;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmPackage;
import dev.caisson.rpm.RpmPlan;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmSigning;
import dev.caisson.rpm.RpmVerifier;
import dev.caisson.rpm.SignaturePolicy;
import dev.caisson.signing.CertificateSpec;
import dev.caisson.signing.Certificates;
import dev.caisson.signing.LocalSigningKey;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data recipes to packages, the store and the repository; nothing here starts a program. */
class PackageBuildTest {
    @TempDir
    private Path folder;

    private RecipeFixture fixture;
    private ArtifactStore store;
    private Optional<OpenPgpSigner> signer = Optional.empty();

    @BeforeEach
    void folders() throws Exception {
        fixture = new RecipeFixture(Files.createDirectories(folder.resolve("packages")));
        store = ArtifactStore.open(folder.resolve("cache"));
    }

    private List<PackageBuild.Result> build(String... names) throws Exception {
        Sdk.Surroundings none = new Sdk.Surroundings(
                variant -> {
                    throw new AssertionError("no archive is needed");
                },
                Instant.EPOCH,
                false);
        try (WorkPool pool = new WorkPool(2);
                Sdk sdk =
                        new Sdk(fixture.folder().resolve("sdk.yaml"), Arch.X86_64, store, pool, Progress.NONE, none)) {
            PackageBuild build = new PackageBuild(fixture.read(), sdk, store, pool, 2, signer, Progress.NONE);
            List<PackageBuild.Result> results = build.run(List.of(names));
            build.export(results, folder.resolve("out"));
            return results;
        }
    }

    private LocalRepository repository() throws Exception {
        return LocalRepository.of(fixture.folder(), Arch.X86_64, store);
    }

    @Test
    void whatIsBuilt_isReusedUntilItChanges() throws Exception {
        fixture.data("a", "1").data("b", "1");
        assertThat(build("a", "b")).extracting(PackageBuild.Result::reused).containsExactly(false, false);
        assertThat(build("a", "b")).extracting(PackageBuild.Result::reused).containsExactly(true, true);
        fixture.data("a", "2");
        assertThat(repository().states(fixture.read()))
                .isEqualTo(Map.of("a", LocalRepository.State.OUTDATED, "b", LocalRepository.State.BUILT));
        assertThat(build("a", "b")).extracting(PackageBuild.Result::reused).containsExactly(false, true);
        fixture.data("a", "1");
        assertThat(build("a")).extracting(PackageBuild.Result::reused).containsExactly(true);
    }

    @Test
    void aDamagedResult_isMadeAgain() throws Exception {
        fixture.data("a", "1");
        BuiltPackages.PackageFile file = build("a").get(0).packages().files().get(0);
        Path stored = store.find(file.sha256()).orElseThrow();
        Files.write(stored, new byte[] {1});
        PackageBuild.Result again = build("a").get(0);
        assertThat(again.reused()).isFalse();
        assertThat(again.packages().files()).containsExactly(file);
    }

    @Test
    void twoCaches_giveTheSameRepository() throws Exception {
        fixture.data("a", "1").data("b", "2");
        build("a", "b");
        byte[] first = Files.readAllBytes(repository().index());
        store = ArtifactStore.open(folder.resolve("another cache"));
        build("b");
        build("a");
        assertThat(Files.readAllBytes(repository().index())).isEqualTo(first);
        assertThat(Files.readAllBytes(folder.resolve("out/repodata/repomd.xml")))
                .isEqualTo(first);
    }

    @Test
    void packagesOfRecipesThatAreGone_leaveTheRepository() throws Exception {
        fixture.data("a", "1").data("b", "1");
        build("a", "b");
        TreeOnDisk.delete(fixture.folder().resolve("b"));
        fixture.data("a", "2");
        build("a");
        assertThat(repository().contents().keySet()).containsExactly("a");
        assertThat(folder.resolve("out/b-1.0-1.noarch.rpm")).doesNotExist();
        assertThat(folder.resolve("out/a-1.0-1.noarch.rpm")).exists();
        try (var files = Files.walk(folder.resolve("out/repodata"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(4);
        }
    }

    @Test
    void dataPackages_holdWhatTheRecipeSays() throws Exception {
        Path home = fixture.write("a", """
                schema: 1
                version: 1.0
                summary: A thing
                license: MIT AND ISC
                url: https://example.org/
                epoch: 1767225600
                files:
                  - {path: /etc/a.conf, content: "x", flags: [config, noreplace]}
                  - {path: /usr/share/a, source: tree, mode: "0755", owner: games}
                  - {path: /etc/link, symlink: a.conf}
                  - {path: /var/a, directory: true, mode: "1777"}
                  - {path: /var/log/a, content: "", flags: ghost}
                license-files: [COPYING]
                requires: ["b >= 2", c]
                """);
        Files.createDirectories(home.resolve("tree/sub"));
        Files.writeString(home.resolve("tree/sub/file"), "content");
        Files.writeString(home.resolve("COPYING"), "text");
        build("a");
        Path file = folder.resolve("out/a-1.0-1.noarch.rpm");
        try (FileSource source = FileSource.open(file)) {
            RpmPackage rpm = RpmPackage.open(source, RpmLimits.DEFAULT);
            assertThat(rpm.files())
                    .extracting(f -> f.type().letter() + Integer.toOctalString(f.mode()) + " " + f.user() + " "
                            + f.path() + f.flagNames())
                    .containsExactly(
                            "-644 root /etc/a.conf[config, noreplace]",
                            "l777 root /etc/link[]",
                            "d755 games /usr/share/a[]",
                            "d755 games /usr/share/a/sub[]",
                            "-755 games /usr/share/a/sub/file[]",
                            "d755 root /usr/share/licenses/a[]",
                            "-644 root /usr/share/licenses/a/COPYING[license]",
                            "d1777 root /var/a[]",
                            "-644 root /var/log/a[ghost]");
            assertThat(rpm.files()).extracting(RpmFile::mtimeSeconds).containsOnly(1767225600L);
            assertThat(rpm.dependencies(dev.caisson.rpm.DependencyKind.REQUIRES))
                    .extracting(Object::toString)
                    .contains("b >= 2", "c");
        }
        assertThat(repository().contents().get("a").files().get(0).license()).isEqualTo("MIT AND ISC");
        FileTree tree = RpmFolder.unpack(List.of(file), Files.createDirectories(folder.resolve("staging")));
        assertThat(tree.text("/usr/share/a/sub/file", 100)).hasValue("content");
        TreeOnDisk.write(tree, folder.resolve("unpacked"));
        assertThat(folder.resolve("unpacked/usr/share/a/sub/file")).hasContent("content");
        assertThat(Files.readSymbolicLink(folder.resolve("unpacked/etc/link"))).hasToString("a.conf");
        assertThat(tree.contains(TreePath.of("/var/log/a"))).isFalse();
    }

    @Test
    void sourceRecipes_needAnSdk() throws Exception {
        fixture.source("a");
        assertThatThrownBy(() -> build("a"))
                .isInstanceOfSatisfying(
                        BuildException.class,
                        e -> assertThat(e.code()).isIn(FailureCode.MANIFEST, FailureCode.PACKAGE_BUILD));
    }

    @Test
    void theState_isReadStrictly() throws Exception {
        fixture.data("a", "1");
        build("a");
        Path state = repository().folder().resolve("recipes.json");
        String text = Files.readString(state);
        Files.writeString(state, text.replace("a-1.0-1.noarch.rpm", "../../a.rpm"));
        assertThat(repository().contents()).isEmpty();
        Files.writeString(state, text.substring(5));
        assertThat(repository().contents()).isEmpty();
    }

    /** A signature that is put into a finished package is the one that it could have been made with. */
    @Test
    void signingLater_givesTheSamePackage() throws Exception {
        fixture.data("a", "1");
        Instant created = Instant.parse("2026-03-01T00:00:00Z");
        OpenPgpSigner key = OpenPgpSigner.of(key(created), created, "Tests <tests@example.org>");
        Recipe recipe = fixture.read().get("a");
        RpmPlan plan = DataPackage.plan(recipe, (Recipe.Data) recipe.content());
        ArraySink later = new ArraySink();
        RpmSigning.of(ByteSource.of(bytes(plan)), key, created).writeTo(later);
        assertThat(later.toByteArray()).isEqualTo(bytes(RpmPlanner.sign(plan, key, created)));
        assertThat(RpmSigning.of(ByteSource.of(later.toByteArray()), key, created)
                        .size())
                .isEqualTo(later.position());
    }

    private static byte[] bytes(Plan plan) throws Exception {
        ArraySink sink = new ArraySink();
        plan.writeTo(sink);
        return sink.toByteArray();
    }

    private static LocalSigningKey key(Instant from) throws Exception {
        return Certificates.selfSigned(
                Certificates.generateRsa(2048, new SecureRandom()),
                new CertificateSpec(
                        "CN=Tests",
                        BigInteger.ONE,
                        from,
                        from.plusSeconds(1_000_000),
                        CertificateSpec.Usage.CODE_SIGNING));
    }

    @Test
    void signedPackages_areOthers_andVerify() throws Exception {
        fixture.data("a", "1");
        BuiltPackages.PackageFile bare = build("a").get(0).packages().files().get(0);
        Instant created = Instant.parse("2026-03-01T00:00:00Z");
        signer = Optional.of(OpenPgpSigner.of(key(created), created, "Tests <tests@example.org>"));
        BuiltPackages.PackageFile signed = build("a").get(0).packages().files().get(0);
        assertThat(signed.sha256()).isNotEqualTo(bare.sha256());
        assertThat(build("a").get(0).reused()).isTrue();
        try (FileSource source = FileSource.open(store.find(signed.sha256()).orElseThrow())) {
            OpenPgpVerifier verifier = new OpenPgpVerifier(
                    Keyring.read(signer.get().certificate()),
                    VerificationPolicy.at(Instant.parse("2026-03-02T00:00:00Z")));
            assertThat(RpmVerifier.verify(RpmPackage.open(source, RpmLimits.DEFAULT), verifier)
                            .objections(SignaturePolicy.REQUIRE))
                    .isEmpty();
        }
    }
}
