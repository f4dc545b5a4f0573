package dev.caisson.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** veritysetup (Debian package cryptsetup-bin) formats what we format, and accepts or rejects what we accept or reject. */
@Tag("oracle")
class VeritysetupOracleTest {
    private static final UUID ID = UUID.fromString("a60c98d2-ae9b-4865-bfcb-b4e3ace11033");

    @TempDir
    Path folder;

    @BeforeEach
    void needVeritysetup() {
        boolean found = Files.exists(Path.of("/usr/sbin/veritysetup"));
        if (!found && (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES")))) {
            fail("veritysetup is missing: install the Debian package cryptsetup-bin");
        }
        Assumptions.assumeTrue(found, "needs veritysetup from the Debian package cryptsetup-bin");
    }

    private record Result(int code, String output) {}

    private static Result veritysetup(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/usr/sbin/veritysetup"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static VerityParameters randomParameters(Random random) {
        DigestAlgorithm[] algorithms = {
            DigestAlgorithm.SHA1, DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512
        };
        byte[] salt = new byte[new int[] {0, 1, 32, 255, 256}[random.nextInt(5)]];
        random.nextBytes(salt);
        return new VerityParameters(
                random.nextBoolean() ? VerityFormat.NORMAL : VerityFormat.CHROME_OS,
                algorithms[random.nextInt(algorithms.length)],
                512 << random.nextInt(11),
                512 << random.nextInt(11),
                salt);
    }

    private static List<String> options(VerityParameters p, boolean superblock, long hashOffset, long dataBlocks) {
        List<String> options = new ArrayList<>(List.of(
                "--hash=" + p.algorithm().label(),
                "--format=" + p.format().number(),
                "--data-block-size=" + p.dataBlockSize(),
                "--hash-block-size=" + p.hashBlockSize(),
                "--data-blocks=" + dataBlocks,
                "--hash-offset=" + hashOffset,
                "--salt=" + (p.salt().length == 0 ? "-" : HexFormat.of().formatHex(p.salt()))));
        options.addAll(superblock ? List.of("--uuid=" + ID) : List.of("--no-superblock"));
        return options;
    }

    private static VerityTree tree(VerityParameters parameters, byte[] data) {
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(parameters, data.length));
        leaves.hashBlocks(data, 0);
        return VerityTree.of(leaves);
    }

    @Test
    void sameBytesForTheSameParameters() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 40; round++) {
            VerityParameters p = randomParameters(random);
            int perBlock = p.digestsPerBlock();
            int[] interesting = {1, 2, perBlock - 1, perBlock, perBlock + 1, perBlock * 2 + 1, perBlock * perBlock + 1};
            long limit = Math.max(1, (4 << 20) / p.dataBlockSize());
            int blocks = (int) Math.min(interesting[random.nextInt(interesting.length)], limit);
            boolean superblock = random.nextInt(4) != 0;
            byte[] data = new byte[blocks * p.dataBlockSize()];
            random.nextBytes(data);
            long unit = superblock ? 512 : p.hashBlockSize();
            long hashOffset = random.nextBoolean() ? 0 : (data.length + unit - 1) / unit * unit;
            check(p, data, superblock, hashOffset);
        }
    }

    private void check(VerityParameters p, byte[] data, boolean superblock, long hashOffset) throws Exception {
        Path dataFile = Files.write(folder.resolve("data"), data);
        Path hashFile = Files.write(folder.resolve("hash"), new byte[0]);
        VerityTree tree = tree(p, data);
        VerityPlan plan = superblock
                ? VerityPlan.withSuperblock(tree, ID, hashOffset)
                : VerityPlan.withoutSuperblock(tree, hashOffset);
        List<String> options = options(p, superblock, hashOffset, tree.layout().dataBlocks());
        List<String> format = new ArrayList<>(List.of("format", dataFile.toString(), hashFile.toString()));
        format.addAll(options);
        Result formatted = veritysetup(format);
        assertThat(formatted.code())
                .as(p + "\n" + format + "\n" + formatted.output())
                .isZero();
        assertThat(formatted.output()).as(p.toString()).contains(tree.rootHash().hex());
        byte[] theirs = Files.readAllBytes(hashFile);
        ArraySink out = new ArraySink();
        out.zeros(hashOffset);
        plan.writeTo(out);
        byte[] ours = out.toByteArray();
        if (tree.layout().levels() == 0 && superblock) {
            // With no tree behind it veritysetup ends the file after a superblock that it rounds up itself or not.
            assertThat(Arrays.copyOf(theirs, (int) hashOffset + 512))
                    .isEqualTo(Arrays.copyOf(ours, (int) hashOffset + 512));
        } else if (ours.length > hashOffset) {
            assertThat(theirs).as(p + " " + options).isEqualTo(ours);
        }
    }

    @Test
    void verifiesOurTreeAndRejectsAChangedOne() throws Exception {
        VerityParameters p = VerityParameters.ofDefaults(new byte[] {1, 2, 3});
        byte[] data = new byte[4096 * 300];
        new Random(12).nextBytes(data);
        VerityTree tree = tree(p, data);
        ArraySink out = new ArraySink();
        VerityPlan.withSuperblock(tree, ID).writeTo(out);
        byte[] hashes = out.toByteArray();
        Digest root = tree.rootHash();
        assertThat(verify(data, hashes, root).code()).isZero();
        assertThat(ours(data, hashes, root)).isTrue();

        data[4096 * 123 + 5] ^= 4;
        assertThat(verify(data, hashes, root).code()).isNotZero();
        assertThat(ours(data, hashes, root)).isFalse();
        data[4096 * 123 + 5] ^= 4;

        hashes[4096 * 3 + 77] ^= 4;
        assertThat(verify(data, hashes, root).code()).isNotZero();
        assertThat(ours(data, hashes, root)).isFalse();
    }

    private static boolean ours(byte[] data, byte[] hashes, Digest root) throws IOException {
        return VerityVerifier.open(ByteSource.of(data), ByteSource.of(hashes), 0, root)
                .verify()
                .isEmpty();
    }

    private Result verify(byte[] data, byte[] hashes, Digest root) throws IOException, InterruptedException {
        Path dataFile = Files.write(folder.resolve("vdata"), data);
        Path hashFile = Files.write(folder.resolve("vhash"), hashes);
        return veritysetup(List.of("verify", dataFile.toString(), hashFile.toString(), root.hex()));
    }
}
