package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantFinderTest {
    @TempDir
    Path folder;

    private Path host;

    @BeforeEach
    void tree() throws Exception {
        host = Manifests.write(folder, "repo/variants/host/variant.yaml", Manifests.BASE);
        Manifests.write(folder, "repo/variants/shared/debian-trixie.yaml", "schema: 1\n");
        Files.writeString(folder.resolve("repo/variants/schema.json"), "{}");
        Files.createDirectories(folder.resolve("repo/deep/er"));
    }

    @Test
    void find_byNameUpwards() {
        VariantFinder finder = new VariantFinder(folder.resolve("repo/deep/er"), List.of());
        assertThat(finder.find("host")).contains(host);
        assertThat(finder.find("hos")).isEmpty();
        assertThat(finder.find("shared")).isEmpty();
        assertThat(finder.find("")).isEmpty();
    }

    @Test
    void find_byPath() {
        VariantFinder finder = new VariantFinder(folder.resolve("repo"), List.of());
        assertThat(finder.find("variants/host")).contains(host);
        assertThat(finder.find("./variants/host/variant.yaml")).contains(host);
        assertThat(finder.find(host.toString())).contains(host);
        assertThat(finder.find("variants/none")).isEmpty();
        assertThat(finder.find("no\0path")).isEmpty();
        assertThat(new VariantFinder(host.getParent(), List.of()).find(".")).contains(host);
    }

    @Test
    void find_otherFoldersFirst() throws Exception {
        Path other = Manifests.write(folder, "mine/host/variant.yaml", Manifests.BASE);
        VariantFinder finder = new VariantFinder(folder.resolve("repo"), List.of(folder.resolve("mine")));
        assertThat(finder.find("host")).contains(other);
        assertThat(finder.list()).containsOnlyKeys("host").containsValue(other);
        assertThat(finder.suggestion("hots")).contains("host");
    }

    @Test
    void fork_outOfTree() throws Exception {
        Path manifest = VariantFork.fork(host, folder.resolve("elsewhere/my-host"), "my-host");
        assertThat(Files.readString(manifest))
                .startsWith("# yaml-language-server: $schema=../../repo/variants/schema.json\n")
                .contains("  - ../../repo/variants/host\n");
        assertThat(folder.resolve("elsewhere/my-host/README.md")).exists();
        assertThat(folder.resolve("elsewhere/my-host/files")).isDirectory();
        Variant variant = Manifests.variant(manifest, Arch.X86_64);
        assertThat(variant.name()).isEqualTo("my-host");
        assertThat(variant.version()).isEqualTo("0.1.0");
        assertThat(variant.packages()).hasSize(2);
        assertThatThrownBy(() -> VariantFork.fork(host, folder.resolve("elsewhere/my-host"), "my-host"))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> VariantFork.fork(host, folder.resolve("x"), "My Host"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void create_fromFragments() throws Exception {
        Path shared = folder.resolve("repo/variants/shared");
        Path manifest = VariantFork.create(folder.resolve("repo/variants/new"), "new", Optional.of(shared));
        assertThat(Files.readString(manifest))
                .startsWith("# yaml-language-server: $schema=../schema.json\n")
                .contains("extends:\n  - ../shared/debian-trixie.yaml\n");
        assertThat(Manifests.findings(manifest)).singleElement().asString().contains("\"repositories\" is missing");
        Path alone = VariantFork.create(folder.resolve("alone"), "alone", Optional.empty());
        assertThat(Manifests.findings(alone)).singleElement().asString().contains("\"repositories\" is missing");
    }
}
