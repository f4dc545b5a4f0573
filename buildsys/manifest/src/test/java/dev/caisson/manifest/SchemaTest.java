package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.caisson.bytes.SortedListing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped schema is the generated one. To write it anew after a change of the model, run this class with {@code
 * -Dcaisson.regenerate=true} (with Maven: {@code -Dcaisson.test.args=-Dcaisson.regenerate=true}): it writes and then fails, so that the change is
 * looked at.
 */
class SchemaTest {
    private static final Path VARIANTS =
            Path.of(System.getProperty("caisson.root", "../..")).resolve("variants");
    private static final Path SCHEMA = VARIANTS.resolve("schema.json");

    @Test
    void shippedSchema_isTheGeneratedOne() throws Exception {
        if (Boolean.getBoolean("caisson.regenerate")) {
            Files.writeString(SCHEMA, SchemaGenerator.text(), StandardCharsets.UTF_8);
            fail("written anew: look at the change of " + SCHEMA);
        }
        assertThat(Files.readString(SCHEMA, StandardCharsets.UTF_8))
                .as("variants/schema.json is out of date: see the class comment")
                .isEqualTo(SchemaGenerator.text());
    }

    private static Schema schema() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaGenerator.text());
    }

    @Test
    void generatedSchema_isASchema() {
        String draft = "{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}";
        Schema meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(draft);
        assertThat(meta.validate(SchemaGenerator.text(), InputFormat.JSON)).isEmpty();
    }

    /** Every YAML file under variants/: those that are manifests. */
    private static List<Path> manifests() throws Exception {
        List<Path> result = new ArrayList<>();
        for (Path folder : SortedListing.of(VARIANTS)) {
            if (Files.isDirectory(folder)) {
                for (Path file : SortedListing.of(folder)) {
                    if (file.toString().endsWith(".yaml")) {
                        result.add(file);
                    }
                }
            }
        }
        return result;
    }

    private static String json(byte[] yaml) {
        Findings findings = new Findings();
        YamlNode root = YamlReader.read(Path.of("f"), yaml, findings).orElseThrow();
        assertThat(findings.sorted()).isEmpty();
        return YamlJson.value(root).toString();
    }

    @Test
    void ownManifests_fitTheSchemaAndName() throws Exception {
        Schema schema = schema();
        assertThat(manifests()).hasSizeGreaterThan(4);
        for (Path file : manifests()) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            assertThat(text).as(file.toString()).startsWith("# yaml-language-server: $schema=../schema.json\n");
            assertThat(schema.validate(json(text.getBytes(StandardCharsets.UTF_8)), InputFormat.JSON))
                    .as(file.toString())
                    .isEmpty();
        }
    }

    @Test
    void schemaAndChecks_agree(@TempDir Path folder) throws Exception {
        Schema schema = schema();
        String[] bad = {
            "hostnme: x",
            "weak-dependencies: 1",
            "files: [{path: etc, content: a}]",
            "files: [{path: /a, mode: 644}]",
            "files: [{content: a}]",
            "boot: {tries: 100}",
            "formats: [zip]",
            "layout: {sizes: {esp: 1X}}",
            "layout: {sizes: {boot: 1MiB}}",
            "exclude: [{name: a}]",
            "filesystem: {cluster-size: 2097152}",
            "packages: [a b]",
            "units: {enable: [a]}",
            "when: [{arch: sparc, then: {}}]",
            "when: [{then: {}}]",
            "when: [{arch: x86_64, then: {name: x}}]",
            "hostname: true",
            "layout: big",
            "epoch: tomorrow",
            "packages: [{name: a, when: {arch: x}}]",
            "initrd: {modules: some}",
            "selinux: {policy: \"\"}",
            "selinux: {mode: on}",
            "rpm: {database: bdb}",
            "rpm: {languages: [x]}"
        };
        for (String line : bad) {
            String text = Manifests.BASE.replaceAll("(?s)packages:.*", "") + line + "\n";
            Path file = Manifests.write(folder, "v.yaml", text);
            assertThat(ManifestLoader.load(file).ok()).as(line).isFalse();
            assertThat(schema.validate(json(text.getBytes(StandardCharsets.UTF_8)), InputFormat.JSON))
                    .as(line)
                    .isNotEmpty();
        }
        String[] good = {
            "layout: default",
            "layout: {sector-size: 4096, sizes: {esp: 1MiB, data: minimal}}",
            "epoch: 5",
            "files: [{path: /a, content: 5}]",
            "packages: [a=1, {name: b, when: {arch: [x86_64, aarch64]}}]",
            "kernel: {modules: [a], package: k}",
            "when: [{arch: x86_64, then: {files: [{path: /a, directory: true}]}}]",
            "filesystem: {cluster-size: 4096}",
            "selinux: {policy: targeted, mode: enforcing}",
            "rpm: {database: sqlite, database-path: /var/lib/rpm, exclude-docs: true, languages: [de, pt_BR]}",
            "remove: [\"/a/**\", {path: /b, when: {arch: x86_64}}]"
        };
        for (String line : good) {
            String text = Manifests.BASE.replaceAll("(?s)packages:.*", "") + line + "\n";
            if (line.startsWith("kernel")) {
                text = text.replaceAll("(?s)kernel:.*(?=kernel:)", "");
            }
            Path file = Manifests.write(folder, "v.yaml", text);
            assertThat(Manifests.findings(file)).as(line).isEmpty();
            assertThat(schema.validate(json(text.getBytes(StandardCharsets.UTF_8)), InputFormat.JSON))
                    .as(line)
                    .isEmpty();
        }
    }

    @Test
    void ownVariants_load() throws Exception {
        VariantFinder finder = new VariantFinder(VARIANTS.getParent(), List.of());
        assertThat(finder.list())
                .containsKeys(
                        "container-host",
                        "container-host-dev",
                        "aws-container-host",
                        "vmware-container-host",
                        "metal-container-host");
        for (String name : List.of("container-host", "container-host-dev")) {
            ManifestResult result = ManifestLoader.load(finder.find(name).orElseThrow());
            assertThat(result.diagnostics()).as(name).isEmpty();
            assertThat(result.variants()).containsOnlyKeys(Arch.X86_64, Arch.AARCH64);
            assertThat(result.variants().get(Arch.AARCH64).kernel().packageName())
                    .isEqualTo("linux-image-cloud-arm64");
            assertThat(result.variants().get(Arch.X86_64).name()).isEqualTo(name);
        }
        for (String name : List.of("aws-container-host", "vmware-container-host", "metal-container-host")) {
            ManifestResult result = ManifestLoader.load(finder.find(name).orElseThrow());
            assertThat(result.diagnostics()).as(name).isEmpty();
            assertThat(result.variants().get(Arch.X86_64).packages())
                    .as(name)
                    .extracting(PackageSpec::name)
                    .contains("containerd", "runc", "systemd");
        }
    }
}
