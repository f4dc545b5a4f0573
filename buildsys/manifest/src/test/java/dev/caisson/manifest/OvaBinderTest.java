package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OvaBinderTest {
    private static final String TEMPLATE = """
        <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1">
          ${DISK_FILE} ${DISK_SIZE} ${DISK_CAPACITY} ${CPUS}
        </Envelope>
        """;

    @TempDir
    private Path folder;

    private OvaSpec ova(String section) throws Exception {
        return Manifests.variant(Manifests.write(folder, "variant.yaml", Manifests.BASE + section), Arch.X86_64)
                .ova();
    }

    private List<String> findings(String section) throws Exception {
        return Manifests.findings(Manifests.write(folder, "variant.yaml", Manifests.BASE + section));
    }

    @Test
    void absentSection_hasTheDefaults() throws Exception {
        OvaSpec ova = ova("");
        assertThat(ova.hardwareVersion()).isEqualTo(15);
        assertThat(ova.cpus()).isEqualTo(2);
        assertThat(ova.memoryMib()).isEqualTo(2048);
        assertThat(ova.controller()).isEqualTo(OvaController.PVSCSI);
        assertThat(ova.network()).isEqualTo("VM Network");
        assertThat(ova.secureBoot()).isTrue();
        assertThat(ova.signed()).isTrue();
        assertThat(ova.diskUuids()).isTrue();
        assertThat(ova.dataDiskBytes()).isEmpty();
        assertThat(ova.properties()).extracting(OvaSpec.Property::key).containsExactly("guestinfo.userdata");
        assertThat(ova.template()).isEmpty();
    }

    @Test
    void everyKey_isRead() throws Exception {
        OvaSpec ova = ova("""
            ova:
              hardware-version: 20
              cpus: 4
              memory: 8GiB
              controller: nvme
              network: Servers
              secure-boot: false
              disk-uuids: false
              sign: false
              data-disk: 20GiB
              properties: [{key: guestinfo.token, label: Token, description: d, value: "", password: true}]
              extra-config: [{key: sched.mem.pin, value: "TRUE"}]
            """.replace("value: \"\", ", ""));
        assertThat(ova)
                .isEqualTo(new OvaSpec(
                        20,
                        4,
                        8192,
                        OvaController.NVME,
                        "Servers",
                        false,
                        false,
                        false,
                        java.util.OptionalLong.of(20L << 30),
                        List.of(new OvaSpec.Property("guestinfo.token", "Token", "d", "", true)),
                        Map.of("sched.mem.pin", "TRUE"),
                        java.util.Optional.empty()));
    }

    @Test
    void withoutSigning_nothingIsSigned() throws Exception {
        OvaSpec ova = ova("signing: {secure-boot: false}\n");
        assertThat(ova.secureBoot()).isFalse();
        assertThat(ova.signed()).isFalse();
        assertThat(findings("signing: {secure-boot: false}\nova: {sign: true}\n"))
                .containsExactly("17:7: error: \"sign\" needs the keys of signing | signing.secure-boot is off");
    }

    @Test
    void contradictions_areAllFound() throws Exception {
        assertThat(findings("""
            ova:
              hardware-version: 12
              memory: 1000000000
              controller: ide
              data-disk: 1MiB
              properties: [{key: a}, {key: a}, {key: "b c"}]
              extra-config: [{key: uefi.secureBoot.PKDefault.value0, value: x}]
            """)).hasSize(7).allMatch(text -> text.contains(": error: "));
    }

    @Test
    void template_isCheckedWithLines() throws Exception {
        Files.writeString(folder.resolve("a.ovf"), TEMPLATE);
        assertThat(ova("ova: {template: a.ovf, cpus: 3}\n").template().orElseThrow())
                .isEqualTo(new OvaSpec.Template(folder.resolve("a.ovf"), TEMPLATE));
        assertThat(findings("ova: {template: a.ovf, memory: 1GiB, controller: nvme}\n"))
                .hasSize(2)
                .anyMatch(text ->
                        text.startsWith("16:24: error: \"memory\" has no effect: the template has no ${MEMORY_MIB}"))
                .anyMatch(text -> text.contains("\"controller\" has no effect with a template"));
        Files.writeString(folder.resolve("a.ovf"), TEMPLATE.replace("${DISK_SIZE}", "${SIZE}"));
        ManifestResult result = ManifestLoader.load(
                Manifests.write(folder, "variant.yaml", Manifests.BASE + "ova: {template: a.ovf}\n"));
        assertThat(result.errors())
                .extracting(d -> d.file().getFileName() + ":" + d.line() + ":" + d.column() + " " + d.message())
                .containsExactly(
                        "a.ovf:1:1 placeholder ${DISK_SIZE} is missing", "a.ovf:2:16 unknown placeholder ${SIZE}");
        assertThat(findings("ova: {template: b.ovf}\n"))
                .singleElement()
                .asString()
                .contains("there is no ");
        Files.write(folder.resolve("c.ovf"), "\u00e4".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(findings("ova: {template: c.ovf}\n"))
                .singleElement()
                .asString()
                .contains("no UTF-8");
    }

    @Test
    void templateWithDataDisk_needsItsPlaceholders() throws Exception {
        Files.writeString(folder.resolve("a.ovf"), TEMPLATE);
        assertThat(findings("ova: {template: a.ovf, data-disk: 1GiB}\n")).hasSize(3);
    }
}
