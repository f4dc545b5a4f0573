package dev.caisson.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.archive.TarEntry;
import dev.caisson.archive.TarLimits;
import dev.caisson.archive.TarReader;
import dev.caisson.bytes.FileSource;
import dev.caisson.conformance.SmallProject.Run;
import dev.caisson.eif.EifImage;
import dev.caisson.eif.EifReader;
import dev.caisson.eif.EifSection;
import dev.caisson.fixture.Oracle;
import dev.caisson.fixture.SyntheticPe;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.gpt.GptReader;
import dev.caisson.iso.IsoFile;
import dev.caisson.iso.IsoImage;
import dev.caisson.iso.IsoReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All formats of one small build: the same twice, and as others see them. */
@Tag("oracle")
class FormatsOracleTest {
    private static final List<String> FORMATS = List.of(
            "raw.zst",
            "raw.gz",
            "raw.xz",
            "raw.lz4",
            "qcow2",
            "vmdk",
            "vmdk-sparse",
            "vhd",
            "vhd-dynamic",
            "vhdx",
            "gce",
            "ova",
            "iso",
            "pxe",
            "eif",
            "oci");

    @TempDir
    private Path folder;

    private SmallProject build(Path where, String formats, String... options) throws Exception {
        SmallProject project = new SmallProject(where);
        project.variant("small", SmallProject.VARIANT + "formats: [" + formats + "]\nepoch: \"1700000000\"\n");
        project.archive.put("kernel", "6.13", "", kernel());
        project.archive.publish();
        Run run = project.build("small", options);
        assertThat(run.code()).as(run.err()).isZero();
        return project;
    }

    /** With the magic of the x86 boot protocol, which an enclave's loader wants. */
    private static TarBuilder kernel() throws Exception {
        byte[] image = SyntheticPe.kernel(0x8664, true);
        System.arraycopy("HdrS".getBytes(StandardCharsets.US_ASCII), 0, image, 0x202, 4);
        return new TarBuilder()
                .directory("./boot/")
                .member(new TarBuilder.Header("./boot/vmlinuz-6.12", '0'), image)
                .directory("./usr/")
                .directory("./usr/lib/")
                .directory("./usr/lib/modules/")
                .directory("./usr/lib/modules/6.12/")
                .file("./usr/lib/modules/6.12/modules.order", "")
                .file("./usr/lib/modules/6.12/modules.builtin", "");
    }

    @Test
    void everyFormatIsTheSameAgain_withOneWorkerAndWithTwo() throws Exception {
        String all = "raw, " + String.join(", ", FORMATS);
        SmallProject project = build(folder.resolve("p"), all, "--jobs", "2");
        Map<String, String> first = contents(project);
        assertThat(first.keySet()).allMatch(name -> !name.startsWith(".") || name.equals(".lock"));
        assertThat(first).hasSizeGreaterThan(FORMATS.size() + 8);
        for (String name : project.output()) {
            Files.delete(project.artifact("").resolveSibling(name));
        }
        Run again = project.build("small", "--jobs", "1");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(contents(project)).isEqualTo(first);
    }

    private static Map<String, String> contents(SmallProject project) throws Exception {
        Map<String, String> digests = new TreeMap<>();
        for (String name : project.output()) {
            try (FileSource source = FileSource.open(project.artifact("").resolveSibling(name))) {
                digests.put(
                        name,
                        dev.caisson.bytes.DigestAlgorithm.SHA256.of(source).hex());
            }
        }
        return digests;
    }

    @Test
    void theMediumIsADiskAndADisc() throws Exception {
        SmallProject project = build(folder.resolve("p"), "raw, iso");
        Path xorriso = Oracle.require("xorriso", "xorriso");
        Path sgdisk = Oracle.require("sgdisk", "gdisk");
        Path iso = project.artifact(".iso");
        assertThat(Oracle.run(folder, sgdisk.toString(), "-v", iso.toString())).contains("No problems found");
        assertThat(Oracle.run(folder, xorriso.toString(), "-indev", iso.toString(), "-report_el_torito", "plain"))
                .containsPattern("El Torito boot img :\\s+1\\s+UEFI\\s+y\\s+none");
        try (FileSource source = FileSource.open(iso)) {
            IsoImage image = IsoReader.read(source);
            assertThat(image.files())
                    .extracting(IsoFile::path)
                    .contains("images/root.erofs", "images/root.verity", "images/install.img", "images/esp.img");
            assertThat(image.boot()).hasSize(1);
            assertThat(GptReader.read(source).intactTable().byName("live-esp")).hasSize(1);
            IsoFile root = image.files().stream()
                    .filter(file -> file.path().equals("images/root.erofs"))
                    .findFirst()
                    .orElseThrow();
            assertThat(source.read(root.offset(), (int) root.sizeBytes()))
                    .isEqualTo(Files.readAllBytes(project.artifact(".root.erofs")));
        }
    }

    @Test
    void anEnclaveHoldsTheRootAsItsSecondRamdisk() throws Exception {
        SmallProject project = build(folder.resolve("p"), "raw, eif");
        try (FileSource source = FileSource.open(project.artifact(".eif"))) {
            EifImage image = EifReader.read(source);
            assertThat(image.sections(EifSection.Type.RAMDISK)).hasSize(2);
            String line = new String(
                    image.sections(EifSection.Type.CMDLINE).get(0).data().readAll(4_096), StandardCharsets.US_ASCII);
            assertThat(line).contains("roothash=", "caisson.live=initrd").doesNotContain("\n");
            assertThat(Files.readString(project.artifact(".eif.json")))
                    .contains(
                            image.measurements().pcr0().hex(),
                            image.measurements().pcr2().hex());
            assertThat(image.signature()).isEmpty();
        }
    }

    @Test
    void anEnclaveIsSignedWhenTheProfileHasAKey() throws Exception {
        Path openssl = Oracle.require("openssl", "openssl");
        SmallProject project = build(folder.resolve("p"), "raw, eif");
        Path profile = project.folder.resolve("keys").resolve("development");
        Oracle.run(
                profile,
                openssl.toString(),
                "req",
                "-new",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-384",
                "-nodes",
                "-sha384",
                "-days",
                "3650",
                "-subj",
                "/CN=Enclaves",
                "-keyout",
                "eif.key",
                "-out",
                "eif.pem");
        Run run = project.build("small");
        assertThat(run.code()).as(run.err()).isZero();
        try (FileSource source = FileSource.open(project.artifact(".eif"))) {
            EifImage image = EifReader.read(source);
            assertThat(image.signature()).isPresent();
            assertThat(Files.readString(project.artifact(".eif.json")))
                    .contains(image.measurements().pcr8().orElseThrow().hex());
        }
    }

    @Test
    void theNetworkArchiveHoldsWhatItSays() throws Exception {
        SmallProject project = build(folder.resolve("p"), "raw, pxe");
        Path tar = Oracle.require("tar", "tar");
        Path sums = Oracle.require("sha256sum", "coreutils");
        Path out = Files.createDirectory(folder.resolve("pxe"));
        Oracle.run(out, tar.toString(), "-xf", project.artifact(".pxe.tar").toString());
        assertThat(Oracle.run(out, sums.toString(), "-c", "SHA256SUMS"))
                .contains("boot.efi: OK", "boot.ipxe: OK", "cmdline: OK", "initrd.img: OK", "vmlinuz: OK");
        assertThat(Files.readString(out.resolve("boot.ipxe"))).startsWith("#!ipxe\nkernel vmlinuz initrd=initrd.img ");
    }

    @Test
    void theContainerIsTakenByOthers() throws Exception {
        SmallProject project = build(folder.resolve("p"), "raw, oci");
        Path skopeo = Oracle.require("skopeo", "skopeo");
        Path archive = project.artifact(".oci.tar");
        assertThat(Oracle.run(folder, skopeo.toString(), "inspect", "oci-archive:" + archive))
                .contains("\"Architecture\": \"amd64\"", "\"org.opencontainers.image.version\": \"1.0.0\"");
        Oracle.run(folder, skopeo.toString(), "copy", "oci-archive:" + archive, "oci:" + folder.resolve("copy") + ":x");
        Path blobs = folder.resolve("copy").resolve("blobs").resolve("sha256");
        List<String> names = new java.util.ArrayList<>();
        for (Path blob : dev.caisson.bytes.SortedListing.of(blobs)) {
            byte[] head = Files.readAllBytes(blob);
            if (head[0] == 0x1f && head[1] == (byte) 0x8b) {
                try (InputStream in = dev.caisson.compression.Codec.GZIP.decode(
                        Files.newInputStream(blob), dev.caisson.compression.CodecLimits.ofOutput(64 << 20))) {
                    TarReader tar = new TarReader(in, TarLimits.DEFAULT);
                    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                        names.add(entry.pathText());
                    }
                }
            }
        }
        assertThat(names).contains("usr/share/text", "usr/lib/os-release");
    }

    @Test
    void formatsThatNeedTheMinimalInitrdSaySo() throws Exception {
        SmallProject project = new SmallProject(folder.resolve("p"));
        project.variant(
                "small",
                SmallProject.VARIANT.replace("initrd: {type: minimal}", "initrd: {type: none}")
                        + "formats: [raw, iso]\n");
        Run run = project.build("small");
        assertThat(run.code()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).contains("minimal");
        assertThat(project.output()).doesNotContain("small-1.0.0-x86_64.iso").doesNotContain(".building");
    }
}
