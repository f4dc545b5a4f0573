package dev.caisson.engine.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.Progress;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.json.Json;
import dev.caisson.signing.Pem;
import dev.caisson.uki.UkiSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageVerifierTest {
    private static final TrustedCertificates TRUSTED =
            new TrustedCertificates(List.of(ImageFixture.KEY.certificate()), List.of());
    private static ImageFixture fixture;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeDisk() throws IOException {
        fixture = ImageFixture.standard();
    }

    private VerificationReport verify(byte[] bytes, TrustedCertificates trusted, boolean unsigned, int jobs)
            throws Exception {
        Path file = folder.resolve("disk.raw");
        Files.write(file, bytes);
        try (WorkPool pool = new WorkPool(jobs)) {
            return new ImageVerifier(trusted, unsigned, pool, Progress.NONE).verify(file);
        }
    }

    private VerificationReport verify(byte[] bytes) throws Exception {
        return verify(bytes, TRUSTED, false, 2);
    }

    private static List<String> failed(VerificationReport report) {
        return report.checks().stream().filter(Check::failed).map(Check::name).toList();
    }

    private static Check check(VerificationReport report, String name) {
        return report.checks().stream()
                .filter(check -> check.name().equals(name))
                .filter(check -> check.failed() || report.good())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + report.checks()));
    }

    @Test
    void intactDisk_isGood_andEverythingWasChecked() throws Exception {
        VerificationReport report = verify(fixture.disk);
        assertThat(failed(report)).isEmpty();
        assertThat(report.good()).isTrue();
        assertThat(report.checks().stream().map(Check::name))
                .contains(
                        "protective MBR",
                        "GPT primary",
                        "GPT backup",
                        "FAT",
                        "boot loader",
                        "kernel images",
                        "PE image",
                        "PE checksum",
                        "signed digest",
                        "signature",
                        "command line",
                        "kernel image",
                        "root partition",
                        "hash partition",
                        "root PARTUUID",
                        "hash PARTUUID",
                        "verity superblock",
                        "verity tree",
                        "verity data",
                        "EROFS superblock",
                        "EROFS contents",
                        "slot empty",
                        "data partition",
                        "unused space");
        // Only the digest: there is no list of artifacts.
        assertThat(report.count(Check.Status.NOT_CHECKED)).isEqualTo(1);
    }

    @Test
    void report_doesNotDependOnTheNumberOfThreads() throws Exception {
        byte[] damaged = fixture.flipped(fixture.partition(2) + 5 * 4096);
        assertThat(verify(damaged, TRUSTED, false, 1).checks())
                .isEqualTo(verify(damaged, TRUSTED, false, 3).checks());
    }

    @Test
    void primaryTable_damaged() throws Exception {
        assertThat(failed(verify(fixture.flipped(512 + 56)))).containsExactly("GPT primary");
        assertThat(failed(verify(fixture.flipped(1024 + 60)))).containsExactly("GPT primary");
        assertThat(failed(verify(fixture.flipped(512)))).containsExactly("GPT primary");
    }

    @Test
    void backupTable_damaged() throws Exception {
        int end = fixture.disk.length;
        assertThat(failed(verify(fixture.flipped(end - 512 + 40)))).containsExactly("GPT backup");
        assertThat(failed(verify(fixture.flipped(end - 512 - 128 * 128 + 5)))).containsExactly("GPT backup");
    }

    @Test
    void bothTables_damaged() throws Exception {
        byte[] bytes = fixture.flipped(512 + 56);
        bytes[bytes.length - 512 + 56] ^= 1;
        VerificationReport report = verify(bytes);
        assertThat(failed(report)).isNotEmpty().containsOnly("GPT");
    }

    @Test
    void protectiveMbr_damaged() throws Exception {
        assertThat(failed(verify(fixture.flipped(450)))).containsExactly("protective MBR");
    }

    @Test
    void allocationTable_damaged_stillChecksTheRootAgainstThePartitionGuids() throws Exception {
        VerificationReport report = verify(fixture.flipped(fixture.allocationTable() + 6));
        assertThat(failed(report)).containsExactly("FAT", "verity root hash");
        assertThat(report.checks().stream().map(Check::name)).contains("verity tree", "verity data");
        byte[] both = fixture.flipped(fixture.allocationTable() + 6);
        both[fixture.partition(2) + 9 * 4096] ^= 1;
        assertThat(failed(verify(both))).contains("FAT", "verity data");
    }

    @Test
    void kernel_damaged() throws Exception {
        VerificationReport report = verify(fixture.flipped(fixture.section(UkiSection.LINUX) + 0x480));
        assertThat(failed(report)).containsExactly("PE checksum", "signed digest", "signature");
        assertThat(check(report, "signature").where()).contains(ImageFixture.KERNEL_PATH);
    }

    @Test
    void kernelHeaders_damaged_areFindings() throws Exception {
        VerificationReport report = verify(fixture.flipped(fixture.kernelOffset() + 0x40));
        assertThat(failed(report)).contains("PE image", "verity root hash");
    }

    @Test
    void signature_damaged() throws Exception {
        int signature = fixture.kernelOffset() + fixture.kernelImage.length - 60;
        assertThat(failed(verify(fixture.flipped(signature)))).contains("signature");
    }

    @Test
    void commandLine_damaged() throws Exception {
        int at = fixture.section(UkiSection.CMDLINE);
        // A bit of the root hash, then one that is no hexadecimal digit.
        byte[] bytes = fixture.disk.clone();
        int hash = at + "quiet roothash=".length() + 40;
        bytes[hash] = (byte) (bytes[hash] == '1' ? '2' : '1');
        assertThat(failed(verify(bytes))).contains("signed digest", "signature", "hash PARTUUID", "verity tree");
        bytes[hash] = 'x';
        assertThat(failed(verify(bytes))).contains("signature", "command line");
    }

    @Test
    void veritySuperblock_damaged() throws Exception {
        int hashes = fixture.partition(3);
        assertThat(failed(verify(fixture.flipped(hashes + 88 + 3)))).containsExactly("verity superblock");
        assertThat(failed(verify(fixture.flipped(hashes)))).containsExactly("verity superblock");
        assertThat(failed(verify(fixture.flipped(hashes + 512 + 9)))).containsExactly("unused space");
    }

    @Test
    void topOfTheTree_damaged() throws Exception {
        int top = fixture.partition(3) + 4096;
        VerificationReport report = verify(fixture.flipped(top + 17));
        assertThat(failed(report)).containsExactly("verity tree");
        assertThat(check(report, "verity tree").detail())
                .contains("hash block 0 of level 1", "disk offset 0x" + Integer.toHexString(top));
    }

    @Test
    void lowestLevel_damaged() throws Exception {
        int second = fixture.partition(3) + 3 * 4096;
        VerificationReport report = verify(fixture.flipped(second + 100));
        assertThat(failed(report)).containsExactly("verity tree");
        assertThat(check(report, "verity tree").detail())
                .contains("hash block 1 of level 0", "disk offset 0x" + Integer.toHexString(second));
    }

    @Test
    void dataBlock_damaged() throws Exception {
        int block = fixture.partition(2) + 100 * 4096;
        VerificationReport report = verify(fixture.flipped(block + 1234));
        assertThat(failed(report)).containsExactly("verity data");
        assertThat(check(report, "verity data").detail())
                .contains("data block 100", "partition 2 " + ImageFixture.ROOT_LABEL)
                .contains("disk offset 0x" + Integer.toHexString(block));
    }

    @Test
    void fileSystemSuperblock_damaged() throws Exception {
        VerificationReport report = verify(fixture.flipped(fixture.partition(2) + 1024 + 20));
        assertThat(failed(report)).containsExactly("verity data", "EROFS superblock");
        assertThat(check(report, "verity data").detail()).contains("data block 0");
    }

    @Test
    void emptySlotAndGaps_areZero() throws Exception {
        byte[] bytes = fixture.flipped(fixture.partition(4) + 1_000_000);
        VerificationReport report = verify(bytes);
        assertThat(failed(report)).containsExactly("slot empty");
        assertThat(check(report, "slot empty").detail())
                .contains("disk offset 0x" + Integer.toHexString(fixture.partition(4) + 1_000_000));
        assertThat(failed(verify(fixture.flipped(500_000)))).containsExactly("unused space");
        assertThat(failed(verify(fixture.flipped(fixture.partition(2) + (int) fixture.rootBytes + 7))))
                .containsExactly("unused space");
    }

    @Test
    void unusedPartsOfTheSystemPartition_andBootCode_areZero() throws Exception {
        int esp = fixture.partition(1);
        VerificationReport free = verify(fixture.flipped(esp + (3 << 20)));
        assertThat(failed(free)).containsExactly("unused space");
        assertThat(check(free, "unused space").detail())
                .contains("disk offset 0x" + Integer.toHexString(esp + (3 << 20)));
        assertThat(failed(verify(fixture.flipped(20)))).containsExactly("unused space");
        byte[] bootCode = fixture.disk.clone();
        Arrays.fill(bootCode, 0, 440, (byte) 0x90);
        assertThat(verify(bootCode).good()).isTrue();
    }

    @Test
    void dataPartition_isEmptyOrAFileSystem() throws Exception {
        assertThat(failed(verify(fixture.flipped(fixture.partition(6) + 700_000))))
                .containsExactly("data partition");
        VerificationReport used = verify(fixture.flipped(fixture.partition(6) + 1080));
        assertThat(used.good()).isTrue();
        assertThat(used.checks())
                .anyMatch(c -> c.name().equals("data partition") && c.status() == Check.Status.NOT_CHECKED);
    }

    @Test
    void signedByAnother_isNotTrusted() throws Exception {
        byte[] disk = ImageFixture.of(Optional.of(ImageFixture.OTHER_KEY), UnaryOperator.identity(), "one").disk;
        assertThat(failed(verify(disk))).containsExactly("signature", "signature");
        VerificationReport unknown = verify(disk, TrustedCertificates.NONE, false, 2);
        assertThat(unknown.good()).isTrue();
        assertThat(unknown.checks())
                .anyMatch(c ->
                        c.status() == Check.Status.NOT_CHECKED && c.detail().contains("--certificate"));
    }

    @Test
    void unsigned_failsUnlessAllowed() throws Exception {
        byte[] disk = ImageFixture.of(Optional.empty(), UnaryOperator.identity(), "one").disk;
        assertThat(failed(verify(disk))).containsExactly("signature", "signature");
        assertThat(verify(disk, TRUSTED, true, 2).good()).isTrue();
    }

    @Test
    void signedCommandLine_thatDoesNotFit() throws Exception {
        assertThat(failed(verify(changed(line -> line.replace(",4096,4096,", ",4096,1024,")))))
                .contains("verity superblock", "verity tree");
        assertThat(failed(verify(changed(line -> line.replace("caisson.root=test", "caisson.root=best")))))
                .contains("root partition");
        assertThat(failed(verify(changed(line -> line.replace("caisson.verity=", "caisson.verity=9")))))
                .contains("verity superblock", "verity tree");
        assertThat(failed(verify(changed(line -> line.replace(",sha256,", ",sha512,")))))
                .contains("verity tree");
        assertThat(failed(verify(changed(line -> "quiet")))).containsExactly("verity root hash");
        assertThat(failed(verify(changed(line -> "")))).contains("kernel image", "verity root hash");
    }

    @Test
    void systemdCommandLine_findsPartitionsByTheirGuids() throws Exception {
        byte[] disk = changed(line -> line.replaceAll("caisson\\.\\S+ ", ""));
        assertThat(failed(verify(disk))).isEmpty();
    }

    private static byte[] changed(UnaryOperator<String> change) throws IOException {
        return ImageFixture.of(Optional.of(ImageFixture.KEY), change, "one").disk;
    }

    @Test
    void truncatedDisks_areFindings() throws Exception {
        for (int size : new int[] {0, 1, 511, 512, 600, 4096, 5000, 1 << 20, fixture.disk.length - 1}) {
            assertThat(verify(Arrays.copyOf(fixture.disk, size)).good())
                    .as("%d bytes", size)
                    .isFalse();
        }
    }

    @Test
    void anyDamage_isAFinding_neverAnException() throws Exception {
        Random random = new Random(20261121);
        String digest = DigestAlgorithm.SHA256.of(fixture.disk).hex();
        writeList("disk.raw", fixture.disk.length, digest);
        int[] interesting = {
            0, 512, fixture.partition(1), fixture.kernelOffset(), fixture.partition(2) + 1024, fixture.partition(3)
        };
        for (int i = 0; i < 36; i++) {
            byte[] bytes = fixture.disk.clone();
            int start = interesting[i % interesting.length];
            for (int k = 0; k <= i % 3; k++) {
                bytes[start + random.nextInt(1024)] ^= (byte) (1 + random.nextInt(255));
            }
            assertThat(failed(verify(bytes))).contains("artifact digest");
        }
    }

    private void writeList(String name, long size, String digest) throws IOException {
        Files.writeString(
                folder.resolve("artifacts.json"),
                "{\"artifacts\":[{\"name\":\"" + name + "\",\"kind\":\"raw\",\"size\":" + size + ",\"sha256\":\""
                        + digest + "\"}]}");
    }

    @Test
    void folder_verifiesTheListAndTheDisk() throws Exception {
        Files.write(folder.resolve("x.raw"), fixture.disk);
        writeList(
                "x.raw",
                fixture.disk.length,
                DigestAlgorithm.SHA256.of(fixture.disk).hex());
        AtomicLong seen = new AtomicLong();
        Progress progress = new Progress() {
            @Override
            public void count(String what, long done, long total, boolean bytes) {
                assertThat(done).isBetween(0L, total);
                seen.set(total);
            }
        };
        try (WorkPool pool = new WorkPool(2)) {
            VerificationReport report = new ImageVerifier(TRUSTED, false, pool, progress).verify(folder);
            assertThat(report.good()).isTrue();
            assertThat(report.count(Check.Status.NOT_CHECKED)).isZero();
            assertThat(seen.get()).isGreaterThan(fixture.disk.length);
            assertThat(Json.parseObject(Json.pretty(report.json())).bool("good"))
                    .isTrue();
            writeList("y.raw", 5, "0".repeat(64));
            assertThatThrownBy(() -> new ImageVerifier(TRUSTED, false, pool, Progress.NONE).verify(folder))
                    .isInstanceOf(BuildException.class);
            for (String list : List.of("{", "[]", "{\"artifacts\":[{\"name\":\"../x\"}]}")) {
                Files.writeString(folder.resolve("artifacts.json"), list);
                assertThat(failed(new ImageVerifier(TRUSTED, false, pool, Progress.NONE).verify(folder)))
                        .containsExactly("artifact list");
            }
        }
    }

    @Test
    void partsOnTheirOwn() throws Exception {
        byte[] root =
                Arrays.copyOfRange(fixture.disk, fixture.partition(2), fixture.partition(2) + (int) fixture.rootBytes);
        assertThat(verify(root).good()).isTrue();
        root[1024 + 50] ^= 1;
        assertThat(failed(verify(root))).containsExactly("EROFS superblock");
        byte[] esp = Arrays.copyOfRange(fixture.disk, fixture.partition(1), fixture.partition(2));
        assertThat(failed(verify(esp))).isEmpty();
        assertThat(failed(verify(fixture.kernelImage))).isEmpty();
        byte[] hashes = Arrays.copyOfRange(fixture.disk, fixture.partition(3), fixture.partition(4));
        assertThat(failed(verify(hashes))).isEmpty();
        assertThat(failed(verify("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .containsExactly("image");
    }

    @Test
    void certificates_areFoundUpwards() throws Exception {
        Path profile = Files.createDirectories(folder.resolve(".caisson/keys/test"));
        Files.write(profile.resolve("db.crt"), Pem.write(ImageFixture.KEY.certificate()));
        Path deep = Files.createDirectories(folder.resolve("out/a/b"));
        TrustedCertificates found = TrustedCertificates.find(List.of(deep, folder));
        assertThat(found.certificates()).containsExactly(ImageFixture.KEY.certificate());
        assertThat(found.files()).containsExactly(profile.resolve("db.crt"));
        assertThat(TrustedCertificates.ofKeys(profile).certificates()).hasSize(1);
        assertThat(TrustedCertificates.ofKeys(profile.getParent()).certificates())
                .hasSize(1);
        assertThatThrownBy(() -> TrustedCertificates.ofKeys(deep)).isInstanceOf(BuildException.class);
        Path der = folder.resolve("db.cer");
        Files.write(der, Pem.der(ImageFixture.KEY.certificate()));
        assertThat(TrustedCertificates.ofFiles(List.of(der)).certificates()).hasSize(1);
        Files.writeString(der, "nothing");
        assertThatThrownBy(() -> TrustedCertificates.ofFiles(List.of(der))).isInstanceOf(BuildException.class);
        assertThat(verify(fixture.disk, found, false, 1).checks())
                .anyMatch(c -> c.name().equals("signature") && c.detail().contains("db.crt"));
    }
}
