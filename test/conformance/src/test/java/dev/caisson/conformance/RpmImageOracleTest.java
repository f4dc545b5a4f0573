package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FileSource;
import dev.caisson.conformance.SmallProject.Run;
import dev.caisson.erofs.ErofsReader;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.Oracle;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.fixture.TestElf;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmFileRequest;
import dev.caisson.rpm.RpmOptions;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmRequest;
import dev.caisson.rpm.RpmScriptlet;
import dev.caisson.rpm.RpmText;
import dev.caisson.rpm.ScriptletKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of RPM packages, from a repository whose metadata createrepo_c has made and gpg has signed. */
@Tag("oracle")
class RpmImageOracleTest {
    private static final long TIME = 1_700_000_000;
    private static final String VARIANT = """
            schema: 1
            name: small
            version: 1.0.0
            description: a test
            architectures: [x86_64]
            branding: {id: small, name: Small}
            repositories:
              - {name: r, type: rpm-md, urls: ["@URL@"], keyring: ../repository.gpg}
            packages: [service]
            kernel: {package: kernel}
            initrd: {type: minimal}
            boot: {type: systemd-boot}
            layout: {sizes: {esp: 4MiB, root: 4MiB, data: 1MiB}}
            """;

    @TempDir
    private Path folder;

    private Path repository;

    @BeforeEach
    void makeRepository() throws Exception {
        Oracle.require("createrepo_c", "createrepo-c");
        Oracle.require("gpg", "gnupg");
        repository = Files.createDirectories(folder.resolve("repository"));
        write(request("setup", "1")
                .file(file("/etc/passwd", 0644, "root:x:0:0:root:/root:/bin/sh\nsvc:x:321:654::/:/sbin/nologin\n"))
                .file(file("/etc/group", 0644, "root:x:0:\nsvc:x:654:\n")));
        write(request("base", "2")
                .dependency(DependencyKind.PROVIDES, new RpmDependency("/bin/sh", 0, ""))
                .file(file("/usr/lib/os-release", 0644, "ID=x\n"))
                .file(binary("/usr/bin/busybox", TestElf.object().build()))
                .file(binary("/usr/sbin/dmsetup", TestElf.object().build()))
                .file(binary("/usr/lib/systemd/boot/efi/linuxx64.efi.stub", SyntheticPe.stub257()))
                .file(binary("/usr/lib/systemd/boot/efi/systemd-bootx64.efi", SyntheticPe.stub257())));
        write(request("kernel", "6.12")
                .file(binary("/usr/lib/modules/6.12/vmlinuz", SyntheticPe.kernel(0x8664, true)))
                .file(file("/usr/lib/modules/6.12/modules.order", 0644, ""))
                .file(file("/usr/lib/modules/6.12/modules.builtin", 0644, "")));
        write(service("if [ $1 -eq 1 ]; then\n  systemctl --no-reload preset service.service || :\nfi"));
        publish();
        project();
    }

    private static RpmRequest.Builder request(String name, String version) {
        return RpmRequest.builder(name, version, "1", "x86_64")
                .buildTime(TIME)
                .text(RpmText.LICENSE, "Apache-2.0")
                .text(RpmText.SUMMARY, "a test");
    }

    private static RpmRequest.Builder service(String script) {
        return request("service", "3")
                .dependency(DependencyKind.REQUIRES, new RpmDependency("setup", 0, ""))
                .dependency(DependencyKind.REQUIRES, new RpmDependency("(base if kernel else nothing)", 0, ""))
                .file(file("/etc/service.conf", 0640, "secret\n").withOwner("root", "svc"))
                .file(binary("/usr/bin/service", new byte[100_000]).withCapabilities("cap_net_bind_service=ep"))
                .file(RpmFileRequest.directory(TreePath.of("/usr/share/service"), 0750, TIME)
                        .withOwner("svc", "svc"))
                .scriptlet(ScriptletKind.POST, RpmScriptlet.shell(script));
    }

    private static RpmFileRequest file(String path, int mode, String text) {
        return RpmFileRequest.regular(
                TreePath.of(path), mode, TIME, ByteSource.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static RpmFileRequest binary(String path, byte[] content) {
        return RpmFileRequest.regular(TreePath.of(path), 0755, TIME, ByteSource.of(content));
    }

    private void write(RpmRequest.Builder request) throws IOException {
        RpmRequest built = request.build();
        Path file = repository.resolve(built.name() + ".rpm");
        Files.deleteIfExists(file);
        try (FileSink sink = FileSink.create(file)) {
            RpmPlanner.plan(built, RpmOptions.DEFAULT).writeTo(sink);
        }
    }

    private void publish() throws Exception {
        Oracle.run(repository, "createrepo_c", "--quiet", ".");
        Path home = folder.resolve("gnupg");
        if (!Files.exists(home)) {
            Files.createDirectories(home);
            gpg("--quick-generate-key", "--passphrase", "", "Test repository <test@example.org>", "ed25519", "sign");
            gpg("--output", folder.resolve("repository.gpg").toString(), "--export");
        }
        Files.deleteIfExists(repository.resolve("repodata/repomd.xml.asc"));
        gpg(
                "--armor",
                "--detach-sign",
                repository.resolve("repodata/repomd.xml").toString());
    }

    private void gpg(String... words) throws Exception {
        String[] command = new String[words.length + 5];
        List<String> head = List.of(
                "gpg",
                "--batch",
                "--pinentry-mode=loopback",
                "--homedir",
                folder.resolve("gnupg").toString());
        System.arraycopy(head.toArray(), 0, command, 0, 5);
        System.arraycopy(words, 0, command, 5, words.length);
        Oracle.run(folder, command);
    }

    private void project() throws IOException {
        Path variant = Files.createDirectories(folder.resolve("small"));
        Files.writeString(
                variant.resolve("variant.yaml"),
                VARIANT.replace("@URL@", repository.toUri().toString()));
    }

    private Run build(String... options) {
        List<String> words = new java.util.ArrayList<>(
                List.of("build", folder.resolve("small").toString()));
        words.addAll(List.of("--cache", folder.resolve("cache").toString()));
        words.addAll(List.of("--output", folder.resolve("out").toString()));
        words.addAll(List.of("--keys", folder.resolve("keys").toString(), "--progress", "none"));
        words.addAll(List.of(options));
        return SmallProject.run(words.toArray(new String[0]));
    }

    private Path artifact(String suffix) {
        return folder.resolve("out/small/x86_64/small-1.0.0-x86_64" + suffix);
    }

    @Test
    void imageHasWhatThePackagesSay() throws Exception {
        Run run = build();
        assertThat(run.code()).as(run.err()).isZero();
        try (FileSource source = FileSource.open(artifact(".root.erofs"))) {
            FileTree tree = ErofsReader.open(source).tree();
            Attributes conf =
                    tree.get(TreePath.of("/etc/service.conf")).orElseThrow().attributes();
            assertThat(List.of(conf.mode(), conf.uid(), conf.gid())).isEqualTo(List.of(0640, 0L, 654L));
            Attributes shared =
                    tree.get(TreePath.of("/usr/share/service")).orElseThrow().attributes();
            assertThat(List.of(shared.mode(), shared.uid(), shared.gid())).isEqualTo(List.of(0750, 321L, 654L));
            assertThat(tree.get(TreePath.of("/usr/bin/service"))
                            .orElseThrow()
                            .attributes()
                            .xattrs()
                            .asMap())
                    .containsKey("security.capability");
        }
        assertThat(SmallProject.run(
                                "verify",
                                artifact(".raw").toString(),
                                "--keys",
                                folder.resolve("keys").toString())
                        .code())
                .isZero();
        assertThat(Files.readString(folder.resolve("small/caisson.lock"))).contains("\"repodata/repomd.xml\"");
        byte[] first = Files.readAllBytes(artifact(".raw"));
        assertThat(build("--locked", "--offline", "--jobs", "1").code()).isZero();
        assertThat(Files.readAllBytes(artifact(".raw"))).isEqualTo(first);
    }

    @Test
    void unknownScriptlet_isPrinted() throws Exception {
        write(service("useradd -r other"));
        publish();
        Run run = build();
        assertThat(run.code()).isEqualTo(6);
        assertThat(run.err()).contains("service 3-1 post", "useradd -r other");
    }

    @Test
    void changedMetadata_areRefused() throws Exception {
        Path repomd = repository.resolve("repodata/repomd.xml");
        Files.writeString(repomd, Files.readString(repomd) + "<!-- more -->\n");
        Run run = build();
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err()).contains("repository r", "signature").doesNotContain("\tat ");
    }

    @Test
    void unsignedMetadata_areRefused_andUnsignedPackagesToo() throws Exception {
        Files.delete(repository.resolve("repodata/repomd.xml.asc"));
        Run run = build();
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err()).contains("not signed", "signatures: packages");
        Path manifest = folder.resolve("small/variant.yaml");
        Files.writeString(
                manifest,
                Files.readString(manifest).replace("repository.gpg}", "repository.gpg, signatures: packages}"));
        Run packages = build();
        assertThat(packages.code()).isEqualTo(5);
        assertThat(packages.err()).contains("cannot be trusted");
    }
}
