package dev.caisson.engine.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.Guid;
import dev.caisson.bytes.SortedListing;
import dev.caisson.bytes.SourceStream;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.BuildSeed;
import dev.caisson.engine.image.Variants;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.manifest.Variant;
import dev.caisson.ova.OvaPackage;
import dev.caisson.secureboot.SecureBootKeys;
import dev.caisson.signing.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OvaFormatTest {
    private static SecureBootKeys keys;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = SecureBootKeys.generate(
                new SecureBootKeys.Request(
                        "Test",
                        Guid.parse("00112233-4455-6677-8899-aabbccddeeff"),
                        2048,
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2036-01-01T00:00:00Z")),
                new SecureRandom());
    }

    /** Data that compresses, data that does not, holes, and an end within a grain. */
    private static DiskImage disk(long size, int seed) {
        byte[] noise = new byte[300_000];
        new Random(seed).nextBytes(noise);
        byte[] text = "all work and no play ".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
        return DiskImage.builder(size)
                .add(0, ByteSource.of(text))
                .add(1 << 20, ByteSource.of(noise))
                .add(size - 512, ByteSource.of(new byte[512]))
                .build();
    }

    /** An OVA is made of the disk alone. */
    private static BootParts parts(DiskImage disk) {
        return new BootParts(
                disk,
                disk,
                disk,
                OptionalLong.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                "",
                new BootParts.Boot(
                        ByteSource.of(new byte[0]),
                        "",
                        Optional.empty(),
                        "",
                        (words, initrd) -> {
                            throw new AssertionError("no kernel image is wanted");
                        },
                        Optional.empty()),
                BuildSeed.of("test"),
                0);
    }

    private Path write(Variant variant, Optional<DiskImage> data, int jobs) throws Exception {
        Path place = Files.createTempDirectory(folder, "out");
        try (WorkPool pool = new WorkPool(jobs)) {
            new BuildFormats(variant, Optional.of(keys), data)
                    .write(
                            parts(disk(5_000_192, 1)),
                            pool,
                            (kind, suffix) -> place.resolve("host-1.0-x86_64" + suffix));
        }
        assertThat(SortedListing.of(place)).hasSize(1);
        return place.resolve("host-1.0-x86_64.ova");
    }

    /** What ends up in a datastore is what the manifest is about: the digest over the bytes that a stream reader consumes. */
    @Test
    void everyDisk_readAsAStream_hasTheManifestsDigest() throws Exception {
        Variant variant = Variants.of(folder, "formats: [ova]\nova: {data-disk: 64MiB}\n");
        Path file = write(variant, Optional.of(disk(3_000_320, 2)), 2);
        assertThat(file).hasSameBinaryContentAs(write(variant, Optional.of(disk(3_000_320, 2)), 1));
        try (FileSource source = FileSource.open(file)) {
            OvaPackage ova = OvaPackage.open(source);
            ova.verify();
            assertThat(ova.files()).hasSize(2);
            long[] sizes = {5_000_192, 3_000_320};
            int index = 0;
            for (Map.Entry<String, ByteSource> entry : ova.files().entrySet()) {
                StreamedVmdk.Result read = StreamedVmdk.read(new SourceStream(entry.getValue()));
                assertThat(read.consumed()).isEqualTo(entry.getValue().size());
                assertThat(read.sha256())
                        .isEqualTo(ova.digests().get(entry.getKey()).hex());
                DiskImage original = disk(sizes[index], index + 1);
                assertThat(read.disk()).isEqualTo(original.asSource().readAll(1 << 23));
                index++;
            }
        }
    }

    @Test
    void descriptor_hasTheKeysAndIsSigned() throws Exception {
        Variant variant = Variants.of(
                folder, "formats: [ova]\nova: {cpus: 3, memory: 1GiB, extra-config: [{key: a.b, value: c}]}\n");
        try (FileSource source = FileSource.open(write(variant, Optional.empty(), 1))) {
            OvaPackage ova = OvaPackage.open(source);
            assertThat(ova.signer()).contains(keys.database().certificate());
            String text = new String(ova.descriptor(), StandardCharsets.UTF_8);
            assertThat(text)
                    .contains("uefi.secureBoot.PKDefault.value0\" vmw:value=\"" + hex(keys.platformKey()) + "\"")
                    .contains("uefi.secureBoot.KEKDefault.value0\" vmw:value=\"" + hex(keys.keyExchangeKey()) + "\"")
                    .contains("uefi.secureBoot.dbDefault.value0\" vmw:value=\"" + hex(keys.database()) + "\"")
                    .contains("uefi.secureBoot.dbxDefault.value0\" vmw:value=\"e3b0c44298fc1c14")
                    .contains("vmw:key=\"a.b\" vmw:value=\"c\"")
                    .contains("<rasd:VirtualQuantity>1024</rasd:VirtualQuantity>")
                    .contains("ovf:key=\"guestinfo.userdata\"");
        }
    }

    private static String hex(dev.caisson.signing.LocalSigningKey key) {
        return HexFormat.of().formatHex(Pem.der(key.certificate()));
    }

    @Test
    void template_isFilledIn() throws Exception {
        Files.createDirectories(folder.resolve("host"));
        Files.writeString(folder.resolve("host/own.ovf"), """
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
              <References><File ovf:href="${DISK_FILE}" ovf:id="f" ovf:size="${DISK_SIZE}"/></References>
              <DiskSection><Info/><Disk ovf:capacity="${DISK_CAPACITY}" ovf:diskId="d" ovf:fileRef="f"/></DiskSection>
              <VirtualSystem ovf:id="${NAME}"><Info>${DB}</Info></VirtualSystem>
            </Envelope>
            """);
        Variant variant = Variants.of(folder, "formats: [ova]\nova: {template: own.ovf, sign: false}\n");
        try (FileSource source = FileSource.open(write(variant, Optional.empty(), 1))) {
            OvaPackage ova = OvaPackage.open(source);
            ova.verify();
            assertThat(ova.signer()).isEmpty();
            assertThat(ova.envelope().name()).isEqualTo("host");
            assertThat(new String(ova.descriptor(), StandardCharsets.UTF_8))
                    .contains("ovf:capacity=\"5000192\"")
                    .contains("<Info>" + hex(keys.database()) + "</Info>");
        }
    }

    @Test
    void keysThatAreNotThere_areAskedFor() throws Exception {
        Variant variant = Variants.of(folder, "formats: [ova]\n");
        try (WorkPool pool = new WorkPool(1)) {
            BuildFormats formats = new BuildFormats(variant, Optional.empty(), Optional.empty());
            assertThatThrownBy(() -> formats.write(
                            parts(disk(5_000_192, 1)), pool, (kind, suffix) -> folder.resolve("a" + suffix)))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("keys");
        }
    }
}
