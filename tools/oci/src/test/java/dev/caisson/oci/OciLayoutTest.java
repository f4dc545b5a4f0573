package dev.caisson.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLayoutTest {
    private static final String TYPE = "application/vnd.example.thing.v1";

    @TempDir
    Path scratch;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static OciDescriptor artifact(OciLayoutWriter writer, String machine) throws IOException {
        OciDescriptor config = writer.add(TYPE + "+json", bytes("{\"for\":\"" + machine + "\"}"));
        OciDescriptor layer = writer.write(TYPE, out -> {
                    out.write(bytes("content"));
                    out.zeros(5000);
                })
                .withAnnotations(Map.of(OciAnnotations.TITLE, "thing.bin"));
        return writer.add(OciManifest.artifact(TYPE, config, List.of(layer), Map.of("a.b", "c")))
                .withPlatform(OciPlatform.linux(machine));
    }

    private Path twoPlatforms(String name) throws IOException {
        Path folder = scratch.resolve(name);
        OciLayoutWriter writer = OciLayoutWriter.create(folder);
        List<OciDescriptor> manifests = List.of(artifact(writer, "x86_64"), artifact(writer, "aarch64"));
        OciDescriptor index = writer.add(OciIndex.artifact(TYPE, manifests, Map.of()));
        writer.finish(OciIndex.of(List.of(index.withAnnotations(Map.of(OciAnnotations.REF_NAME, "1.0")))));
        return folder;
    }

    @Test
    void layout_isReadBack() throws Exception {
        OciLayout layout = OciLayout.open(twoPlatforms("a"));

        List<OciDescriptor> manifests = layout.manifests();
        assertThat(manifests)
                .extracting(manifest -> manifest.platform().orElseThrow().architecture())
                .containsExactly("amd64", "arm64");
        OciManifest manifest = layout.manifest(manifests.get(0));
        assertThat(manifest.artifactType()).contains(TYPE);
        assertThat(manifest.annotations()).containsExactly(Map.entry("a.b", "c"));
        assertThat(layout.read(manifest.config(), 100)).asString().isEqualTo("{\"for\":\"x86_64\"}");
        OciDescriptor layer = manifest.layers().get(0);
        assertThat(layer.size()).isEqualTo(5007);
        assertThat(layer.annotations()).containsEntry(OciAnnotations.TITLE, "thing.bin");
        layout.verify(layer);
        assertThat(Files.readAllBytes(layout.path(layer)))
                .startsWith(bytes("content"))
                .hasSize(5007);
        assertThat(layout.find(manifests.get(1).digest())).contains(manifests.get(1));
        assertThat(layout.find(DigestAlgorithm.SHA256.of(bytes("no")))).isEmpty();
    }

    @Test
    void layout_isReproducible() throws Exception {
        Path a = twoPlatforms("a");
        Path b = twoPlatforms("b");

        List<Path> files;
        try (var walk = Files.walk(a)) {
            files = walk.filter(Files::isRegularFile)
                    .map(a::relativize)
                    .sorted()
                    .toList();
        }
        assertThat(files)
                .hasSize(8)
                .allSatisfy(file -> assertThat(b.resolve(file)).hasSameBinaryContentAs(a.resolve(file)));
    }

    @Test
    void documents_haveTheSpecificationsText() {
        OciDescriptor blob = OciDescriptor.of(OciMediaTypes.EMPTY, DigestAlgorithm.SHA256.of(bytes("{}")), 2);
        String descriptor = "{\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\","
                + "\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"size\":2}";
        assertThat(new OciManifest(Optional.of("x/y"), blob, List.of(blob), new TreeMap<>()).bytes())
                .asString()
                .isEqualTo("{\"artifactType\":\"x/y\",\"config\":" + descriptor + ",\"layers\":[" + descriptor
                        + "],\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"schemaVersion\":2}");
        assertThat(OciIndex.of(List.of(blob)).bytes())
                .asString()
                .isEqualTo("{\"manifests\":[" + descriptor
                        + "],\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"schemaVersion\":2}");
    }

    @Test
    void imageConfig_isReadBack() throws Exception {
        OciImageConfig config = new OciImageConfig(
                OciPlatform.linux("aarch64"),
                "2026-01-01T00:00:00Z",
                new OciImageConfig.OciProcess(
                        "1:2", List.of("A=b"), List.of("/init"), List.of("x"), "/srv", new TreeMap<>(Map.of("l", "v"))),
                List.of(DigestAlgorithm.SHA256.of(bytes("layer"))),
                List.of("made"));
        assertThat(OciImageConfig.read(config.bytes())).isEqualTo(config);
        OciImageConfig plain = new OciImageConfig(
                OciPlatform.linux("riscv64"),
                "2026-01-01T00:00:00Z",
                OciImageConfig.OciProcess.command(List.of("sh")),
                List.of(),
                List.of());
        assertThat(OciImageConfig.read(plain.bytes())).isEqualTo(plain);
    }

    @Test
    void sources_areAddedOnce() throws Exception {
        OciLayoutWriter writer = OciLayoutWriter.create(scratch.resolve("l"));
        OciDescriptor first = writer.add("a/b", ByteSource.of(bytes("same")));
        assertThat(writer.add("a/b", bytes("same"))).isEqualTo(first);
        assertThatThrownBy(() -> writer.write("a/b", out -> {
                    throw new IOException("broken");
                }))
                .hasMessage("broken");
        try (var files = Files.list(scratch.resolve("l/blobs/sha256"))) {
            assertThat(files).hasSize(1);
        }
        assertThatThrownBy(() -> OciLayoutWriter.create(scratch.resolve("l")))
                .isInstanceOf(FileAlreadyExistsException.class);
        OciDescriptor foreign = OciDescriptor.of("a/b", DigestAlgorithm.SHA256.of(bytes("foreign")), 7);
        assertThatThrownBy(() -> writer.finish(OciIndex.of(List.of(foreign))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyDamage_isDetected() throws Exception {
        Path folder = twoPlatforms("a");
        List<Path> blobs;
        try (var walk = Files.walk(folder.resolve("blobs"))) {
            blobs = walk.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path blob : blobs) {
            byte[] good = Files.readAllBytes(blob);
            for (int at = 0; at < good.length; at += 1 + good.length / 50) {
                byte[] bad = good.clone();
                bad[at] ^= 4;
                Files.write(blob, bad);
                assertThatThrownBy(() -> readAll(folder)).isInstanceOf(CorruptDataException.class);
                Files.write(blob, Arrays.copyOf(good, at));
                assertThatThrownBy(() -> readAll(folder)).isInstanceOf(CorruptDataException.class);
            }
            Files.delete(blob);
            assertThatThrownBy(() -> readAll(folder)).isInstanceOf(CorruptDataException.class);
            Files.write(blob, good);
        }
        readAll(folder);
    }

    private static void readAll(Path folder) throws IOException {
        OciLayout layout = OciLayout.open(folder);
        for (OciDescriptor descriptor : layout.manifests()) {
            OciManifest manifest = layout.manifest(descriptor);
            layout.verify(manifest.config());
            for (OciDescriptor layer : manifest.layers()) {
                layout.verify(layer);
            }
        }
    }

    @Test
    void documents_anyDamageIsHarmless() throws Exception {
        Path folder = twoPlatforms("a");
        OciLayout layout = OciLayout.open(folder);
        byte[] manifest = layout.manifest(layout.manifests().get(0)).bytes();
        for (int at = 0; at < manifest.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = manifest.clone();
                bad[at] ^= (byte) (1 << bit);
                formatErrorOrNothing(bad);
            }
            formatErrorOrNothing(Arrays.copyOf(manifest, at));
        }
    }

    private static void formatErrorOrNothing(byte[] document) {
        for (Reader reader : List.<Reader>of(OciManifest::read, OciIndex::read, OciImageConfig::read)) {
            try {
                reader.read(document);
            } catch (FormatException e) {
                assertThat(e.structure()).isNotEmpty();
            }
        }
    }

    private interface Reader {
        Object read(byte[] document) throws FormatException;
    }

    @Test
    void refusals_areNamed() throws Exception {
        assertThatThrownBy(() -> OciLayout.open(scratch)).isInstanceOf(NotThisFormatException.class);
        Path folder = twoPlatforms("a");
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"2.0.0\"}");
        assertThatThrownBy(() -> OciLayout.open(folder)).isInstanceOf(UnsupportedFeatureException.class);
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        OciLayout layout = OciLayout.open(folder);
        OciDescriptor manifest = layout.manifests().get(0);
        assertThatThrownBy(() -> layout.read(manifest, 10)).isInstanceOf(LimitExceededException.class);
        Files.delete(folder.resolve("index.json"));
        assertThatThrownBy(() -> OciLayout.open(folder)).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> OciIndex.read(bytes(descriptors("sha1:" + "0".repeat(40)))))
                .isInstanceOf(UnsupportedFeatureException.class);
        for (String digest : List.of("sha256:00", "sha256:../../etc", "nothing", "sha256:" + "F".repeat(64))) {
            assertThatThrownBy(() -> OciIndex.read(bytes(descriptors(digest))))
                    .isInstanceOf(CorruptDataException.class);
        }
        assertThatThrownBy(() -> OciIndex.read(bytes("{\"schemaVersion\":1,\"manifests\":[]}")))
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> OciIndex.read(bytes("[]"))).isInstanceOf(CorruptDataException.class);
    }

    private static String descriptors(String digest) {
        return "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + OciMediaTypes.MANIFEST + "\",\"digest\":\""
                + digest + "\",\"size\":1}]}";
    }

    @Test
    void nesting_isLimited() throws Exception {
        OciLayoutWriter writer = OciLayoutWriter.create(scratch.resolve("deep"));
        OciDescriptor below = artifact(writer, "x86_64");
        for (int i = 0; i < 6; i++) {
            below = writer.add(OciIndex.of(List.of(below, below)));
        }
        writer.finish(OciIndex.of(List.of(below)));
        OciLayout layout = OciLayout.open(scratch.resolve("deep"));
        assertThatThrownBy(layout::manifests).isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> layout.find(DigestAlgorithm.SHA256.of(bytes("no"))))
                .isInstanceOf(LimitExceededException.class);
    }
}
