package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FileSink;
import dev.caisson.json.Json;
import dev.caisson.json.JsonArray;
import dev.caisson.json.JsonObject;
import dev.caisson.ova.OvaDisk;
import dev.caisson.ova.OvaPlan;
import dev.caisson.ova.OvfDescriptor;
import dev.caisson.ova.OvfMachine;
import dev.caisson.ova.OvfProperty;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCommandTest {
    private static final String PASSWORD = "Corr3ct-Horse";

    @TempDir
    private Path folder;

    private record Run(int code, String out, String err) {}

    private static Run run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(words, new PrintWriter(out), new PrintWriter(err));
        return new Run(code, out.toString(), err.toString());
    }

    private Path ova() throws Exception {
        byte[] disk = new byte[4096];
        List<OvaDisk> disks = List.of(new OvaDisk(
                "host-disk1.vmdk", ByteSource.of(disk), DigestAlgorithm.SHA256.of(disk), 1 << 20, disk.length));
        OvfMachine machine = new OvfMachine(
                "host",
                "Host",
                "1.0",
                15,
                1,
                512,
                OvfMachine.Controller.PVSCSI,
                "VM Network",
                Optional.empty(),
                true,
                List.of(
                        new OvfProperty("guestinfo.userdata", "u", "", "", false),
                        new OvfProperty("guestinfo.token", "t", "", "", true)),
                Map.of());
        Path file = folder.resolve("host.ova");
        try (FileSink sink = FileSink.create(file)) {
            OvaPlan.of("host", OvfDescriptor.generate(machine, disks), disks, Optional.empty(), 0)
                    .writeTo(sink);
        }
        return file;
    }

    @Test
    void planOfAnOva_needsNoServerAndShowsNoSecret() throws Exception {
        String file = ova().toString();
        Run plan = run(
                "publish",
                "ova",
                file,
                "--plan",
                "--json",
                "--template",
                "--network",
                "Servers",
                "--property",
                "guestinfo.userdata=hello",
                "--property",
                "guestinfo.token=" + PASSWORD);
        assertThat(plan.code).as(plan.err).isZero();
        JsonObject json = Json.parseObject(plan.out);
        assertThat(json.string("name")).isEqualTo("host");
        assertThat(json.objects("files").get(0).string("name")).isEqualTo("host-disk1.vmdk");
        JsonObject machine = json.object("machine");
        assertThat(machine.object("networks").string("VM Network")).isEqualTo("Servers");
        assertThat(machine.object("properties").string("guestinfo.userdata")).isEqualTo("hello");
        assertThat(machine.object("properties").string("guestinfo.token")).isEqualTo("***");
        assertThat(json.strings("steps")).contains("MarkAsTemplate");
        assertThat(json.strings("privileges")).contains("vApp.Import");
        Run text = run("publish", "ova", file, "--plan", "--property", "guestinfo.token=" + PASSWORD);
        assertThat(text.out).contains("ImportVApp as host.incomplete-").doesNotContain(PASSWORD);
        assertThat(run("publish", "ova", file, "--plan", "--library", "images").out)
                .contains("the content library images");
    }

    @Test
    void unreachableServer_isAFailureOfPublishing_withoutThePassword() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\nrest\n");
        Run failed = run(
                "publish",
                "ova",
                ova().toString(),
                "-v",
                "--server",
                "127.0.0.1:1",
                "--username",
                "u",
                "--password-file",
                password.toString(),
                "--progress",
                "none");
        assertThat(failed.code).isEqualTo(10);
        assertThat(failed.err).contains("publishing failed");
        assertThat(failed.out + failed.err).doesNotContain(PASSWORD);
    }

    @Test
    void wrongWords_areUsage() throws Exception {
        String file = ova().toString();
        assertThat(run("publish", "ova", file, "--plan", "--property", "guestinfo.x=1").err)
                .contains("guestinfo.userdata");
        assertThat(run("publish", "ova", file, "--plan", "--network", "Other=x").code)
                .isEqualTo(2);
        assertThat(run("publish", "ova", file, "--plan", "--library", "l", "--template").code)
                .isEqualTo(2);
        assertThat(run("publish", "ova", file, "--offline").code).isEqualTo(2);
        assertThat(run("publish", "ova", file, "--server", "http://h", "--username", "u", "--password-file", file).code)
                .isEqualTo(2);
        assertThat(run("publish", "gce", "container-host").err).contains("--bucket");
        byte[] damaged = Files.readAllBytes(Path.of(file));
        damaged[damaged.length - 2048] ^= 1;
        Files.write(Path.of(file), damaged);
        assertThat(run("publish", "ova", file, "--plan").code).isEqualTo(9);
    }

    /** A variant and what its build would have left. */
    private List<String> built(String... words) throws Exception {
        Path variant = Files.createDirectories(folder.resolve("host"));
        Files.write(variant.resolve("keys.gpg"), new byte[] {1});
        Files.writeString(variant.resolve("variant.yaml"), """
            schema: 1
            version: 1.2.3
            description: It's a host
            repositories: [{name: d, type: apt, archive: debian, suites: [trixie], keyring: keys.gpg}]
            kernel: {package: linux-image}
            """);
        Path out = Files.createDirectories(folder.resolve("out/host/x86_64"));
        byte[] disk = new byte[3 << 20];
        disk[0] = 1;
        disk[disk.length - 1] = 2;
        Files.write(out.resolve("host.raw"), disk);
        JsonObject raw = JsonObject.of()
                .put("name", "host.raw")
                .put("kind", "raw")
                .put("size", disk.length)
                .put("sha256", DigestAlgorithm.SHA256.of(disk).hex());
        Files.write(
                out.resolve("artifacts.json"),
                Json.prettyBytes(JsonObject.of()
                        .put("variant", "host")
                        .put("version", "1.2.3")
                        .put("architecture", "x86_64")
                        .put("artifacts", JsonArray.of().add(raw))));
        Path keys = folder.resolve("keys");
        if (!Files.isDirectory(keys)) {
            assertThat(run("keys", "generate", "development", "--keys", keys.toString()).code)
                    .isZero();
        }
        List<String> all = new ArrayList<>(List.of("publish", words[0], variant.toString()));
        all.addAll(List.of(words).subList(1, words.length));
        all.addAll(
                List.of("--output", folder.resolve("out").toString(), "--keys", keys.toString(), "--progress", "none"));
        return all;
    }

    @Test
    void bundles_haveDiskKeysAndCommands() throws Exception {
        Run gce = run(built("gce", "--bucket", "b1", "--project", "p1", "--family", "hosts", "--json")
                .toArray(new String[0]));
        assertThat(gce.code).as(gce.err).isZero();
        JsonObject json = Json.parseObject(gce.out);
        assertThat(json.objects("files"))
                .extracting(f -> f.string("name"))
                .containsExactly("host-1-2-3-x64.tar.gz", "PK.der", "KEK.der", "db.der");
        String script = Files.readString(folder.resolve("out/host/x86_64/gce/commands.sh"));
        assertThat(script)
                .contains("gcloud storage cp host-1-2-3-x64.tar.gz gs://b1/host-1-2-3-x64.tar.gz --project=p1\n")
                .contains("'--description=It'\\''s a host'")
                .contains("--signature-database-file=db.der")
                .contains("--guest-os-features=UEFI_COMPATIBLE,GVNIC,VIRTIO_SCSI_MULTIQUEUE");

        Run azure = run(built(
                        "azure",
                        "--resource-group",
                        "rg",
                        "--location",
                        "westeurope",
                        "--gallery",
                        "g",
                        "--definition",
                        "d")
                .toArray(new String[0]));
        assertThat(azure.code).as(azure.err).isZero();
        Path bundle = folder.resolve("out/host/x86_64/azure");
        assertThat(Files.size(bundle.resolve("host-1-2-3-x64.vhd"))).isEqualTo((3 << 20) + 512);
        assertThat(Files.readString(bundle.resolve("commands.sh")))
                .contains("--upload-size-bytes 3146240\n")
                .contains("azcopy copy host-1-2-3-x64.vhd \"$SAS\" --blob-type PageBlob")
                .contains("/galleries/g/images/d/versions/1.2.3?api-version=");
        assertThat(Files.readString(bundle.resolve("image-version.json"))).contains("NoSignatureTemplate");
        assertThat(Json.parseObject(Files.readAllBytes(bundle.resolve("bundle.json")))
                        .objects("commands"))
                .hasSizeGreaterThan(6);
    }
}
