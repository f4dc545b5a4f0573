package dev.caisson.verity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees of cryptsetup's own tests and of veritysetup 2.6: root hash, size and SHA-256 of the whole hash device. */
class VerityConformanceTest {
    static Stream<String> rows() throws IOException {
        Path shared = Path.of(System.getProperty("caisson.conformance", "none"), "verity.tsv");
        if (Files.exists(shared)) {
            return Files.readAllLines(shared).stream().skip(1);
        }
        try (InputStream in = VerityConformanceTest.class.getResourceAsStream("verity.tsv")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.stream().skip(1);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void treeIsAsVeritysetupWritesIt(String row) throws IOException {
        String[] field = row.split("\t", -1);
        DigestAlgorithm algorithm = algorithm(field[3]);
        VerityParameters parameters = new VerityParameters(
                field[4].equals("0") ? VerityFormat.CHROME_OS : VerityFormat.NORMAL,
                algorithm,
                Integer.parseInt(field[5]),
                Integer.parseInt(field[6]),
                field[7].equals("-") ? new byte[0] : HexFormat.of().parseHex(field[7]));
        byte[] data = data(field[2]);
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(parameters, data.length));
        leaves.hashBlocks(data, 0);
        VerityTree tree = VerityTree.of(parameters, leaves);
        assertThat(tree.rootHash().hex()).isEqualTo(field[11]);

        long hashOffset = field[9].equals("-") ? 0 : Long.parseLong(field[9]);
        VerityPlan plan = field[8].equals("y")
                ? VerityPlan.withSuperblock(tree, UUID.fromString(field[10]), hashOffset)
                : VerityPlan.withoutSuperblock(tree, hashOffset);
        ArraySink out = new ArraySink();
        plan.writeTo(out);
        byte[] device = out.toByteArray();
        assertThat(plan.size()).isEqualTo(device.length).isEqualTo(Long.parseLong(field[12]));
        assertThat(DigestAlgorithm.SHA256.of(device).hex()).isEqualTo(field[13]);

        VerityVerifier verifier = field[8].equals("y")
                ? VerityVerifier.open(ByteSource.of(data), ByteSource.of(device), 0, tree.rootHash())
                : new VerityVerifier(tree.layout(), ByteSource.of(data), ByteSource.of(device), 0, tree.rootHash());
        assertThat(verifier.verify()).isEmpty();
    }

    private static DigestAlgorithm algorithm(String label) {
        return Stream.of(DigestAlgorithm.values())
                .filter(a -> a.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    /** {@code zero:N} or {@code ctr:N}: the SHA-256 digests of "0", "1", … in decimal, cut at N bytes. */
    private static byte[] data(String description) {
        int size = Integer.parseInt(description.substring(description.indexOf(':') + 1));
        byte[] data = new byte[size];
        if (description.startsWith("ctr:")) {
            java.security.MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
            for (int at = 0, counter = 0; at < size; at += 32, counter++) {
                byte[] block = digest.digest(Integer.toString(counter).getBytes(StandardCharsets.US_ASCII));
                System.arraycopy(block, 0, data, at, Math.min(32, size - at));
            }
        }
        return data;
    }
}
