package dev.caisson.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.fixture.Oracle;
import dev.caisson.fixture.TarBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** skopeo and umoci as judges. */
@Tag("oracle")
class OciOracleTest {
    @TempDir
    Path scratch;

    private OciDescriptor image(OciLayoutWriter writer, String machine) throws Exception {
        byte[] tar =
                new TarBuilder().directory("etc/").file("etc/name", machine).finished();
        OciDescriptor layer = writer.add(OciMediaTypes.LAYER_TAR, tar);
        Digest diffId = DigestAlgorithm.SHA256.of(tar);
        OciImageConfig config = new OciImageConfig(
                OciPlatform.linux(machine),
                "2026-01-01T00:00:00Z",
                new OciImageConfig.OciProcess(
                        "", List.of("A=b"), List.of(), List.of("/bin/sh"), "/", new TreeMap<>(Map.of("k", "v"))),
                List.of(diffId),
                List.of("test"));
        OciDescriptor configBlob = writer.add(OciMediaTypes.CONFIG, config.bytes());
        return writer.add(OciManifest.image(configBlob, List.of(layer), Map.of()))
                .withPlatform(OciPlatform.linux(machine));
    }

    @Test
    void image_isTakenBySkopeoAndUnpackedByUmoci() throws Exception {
        String skopeo = Oracle.require("skopeo", "skopeo").toString();
        String umoci = Oracle.require("umoci", "umoci").toString();
        OciLayoutWriter writer = OciLayoutWriter.create(scratch.resolve("image"));
        OciDescriptor manifest = image(writer, "x86_64").withAnnotations(Map.of(OciAnnotations.REF_NAME, "1.0"));
        writer.finish(OciIndex.of(List.of(manifest)));

        String inspected = Oracle.run(scratch, skopeo, "inspect", "oci:image:1.0");
        assertThat(inspected)
                .contains(
                        "\"Architecture\": \"amd64\"",
                        "\"k\": \"v\"",
                        manifest.digest().toString());
        Oracle.run(scratch, umoci, "unpack", "--rootless", "--image", "image:1.0", "bundle");
        assertThat(scratch.resolve("bundle/rootfs/etc/name")).hasContent("x86_64");
        Oracle.run(
                scratch,
                skopeo,
                "copy",
                "--quiet",
                "--preserve-digests",
                "--insecure-policy",
                "oci:image:1.0",
                "oci:copy:1.0");
        OciLayout copy = OciLayout.open(scratch.resolve("copy"));
        assertThat(copy.manifests()).extracting(OciDescriptor::digest).containsExactly(manifest.digest());
        copy.verify(copy.manifest(copy.manifests().get(0)).layers().get(0));
    }

    @Test
    void manyArchitectures_areTakenBySkopeo() throws Exception {
        String skopeo = Oracle.require("skopeo", "skopeo").toString();
        OciLayoutWriter writer = OciLayoutWriter.create(scratch.resolve("image"));
        OciDescriptor index = writer.add(OciIndex.of(List.of(image(writer, "x86_64"), image(writer, "aarch64"))));
        writer.finish(OciIndex.of(List.of(index.withAnnotations(Map.of(OciAnnotations.REF_NAME, "all")))));

        String arm = Oracle.run(scratch, skopeo, "--override-arch", "arm64", "inspect", "--config", "oci:image:all");
        assertThat(arm).contains("\"architecture\": \"arm64\"");
        Oracle.run(
                scratch,
                skopeo,
                "copy",
                "--quiet",
                "--preserve-digests",
                "--insecure-policy",
                "--all",
                "oci:image:all",
                "oci:copy:all");
        assertThat(OciLayout.open(scratch.resolve("copy")).find(index.digest())).isPresent();
    }

    @Test
    void artifact_isCopiedBySkopeo() throws Exception {
        String skopeo = Oracle.require("skopeo", "skopeo").toString();
        OciLayoutWriter writer = OciLayoutWriter.create(scratch.resolve("artifact"));
        String type = "application/vnd.example.thing.v1";
        OciDescriptor config = writer.add(type + "+json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        OciDescriptor layer = writer.add(type + ".file", "content".getBytes(StandardCharsets.UTF_8))
                .withAnnotations(Map.of(OciAnnotations.TITLE, "a.txt"));
        OciDescriptor manifest = writer.add(OciManifest.artifact(type, config, List.of(layer), Map.of("x.y", "z")))
                .withAnnotations(Map.of(OciAnnotations.REF_NAME, "1"));
        writer.finish(OciIndex.of(List.of(manifest)));

        Oracle.run(scratch, skopeo, "copy", "--quiet", "--insecure-policy", "oci:artifact:1", "oci:copy:1");
        OciLayout copy = OciLayout.open(scratch.resolve("copy"));
        OciManifest read = copy.manifest(copy.manifests().get(0));
        assertThat(Files.readString(copy.path(read.layers().get(0)))).isEqualTo("content");
        assertThat(Oracle.run(scratch, skopeo, "inspect", "--raw", "oci:artifact:1"))
                .isEqualTo(new String(
                        OciManifest.artifact(type, config, List.of(layer), Map.of("x.y", "z"))
                                .bytes(),
                        StandardCharsets.UTF_8));
    }
}
