package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RpmAndSelinuxTest {
    @TempDir
    Path folder;

    private Variant load(String keys) throws Exception {
        ManifestResult result = ManifestLoader.load(Manifests.write(folder, "v.yaml", Manifests.BASE + keys));
        assertThat(result.diagnostics()).isEmpty();
        return result.variants().get(Arch.X86_64);
    }

    @Test
    void absentKeys_haveTheirDefaults() throws Exception {
        Variant variant = load("");
        assertThat(variant.selinux()).isEqualTo(SelinuxSpec.DEFAULT);
        assertThat(variant.selinux().labels()).isTrue();
        assertThat(variant.selinux().name()).isEmpty();
        assertThat(variant.rpm()).isEqualTo(RpmSpec.DEFAULT);
    }

    @Test
    void keys_areBound() throws Exception {
        Variant variant = load("""
            selinux: {policy: targeted, mode: permissive}
            rpm: {database: sqlite, database-path: /usr/share/rpm, exclude-docs: true, languages: [de, de, pt_BR]}
            """);
        assertThat(variant.selinux()).isEqualTo(new SelinuxSpec("targeted", Optional.of(SelinuxMode.PERMISSIVE)));
        assertThat(variant.selinux().name()).contains("targeted");
        assertThat(variant.rpm())
                .isEqualTo(new RpmSpec(RpmDatabase.SQLITE, "/usr/share/rpm", true, List.of("de", "pt_BR")));
        assertThat(load("selinux: {policy: none, mode: disabled}\n").selinux().labels())
                .isFalse();
    }

    @Test
    void aModeWithoutAPolicy_isAnError() throws Exception {
        Path file = Manifests.write(folder, "v.yaml", Manifests.BASE + "selinux: {policy: none, mode: enforcing}\n");
        assertThat(Manifests.findings(file)).anyMatch(line -> line.contains("enforcing without a policy"));
    }
}
