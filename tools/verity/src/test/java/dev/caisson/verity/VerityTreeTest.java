package dev.caisson.verity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VerityTreeTest {
    private static final UUID ID = new UUID(1, 2);
    private static final VerityParameters SMALL =
            new VerityParameters(VerityFormat.NORMAL, DigestAlgorithm.SHA256, 512, 512, new byte[] {1, 2, 3});

    private static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static VerityTree tree(VerityParameters parameters, byte[] data) {
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(parameters, data.length));
        leaves.hashBlocks(data, 0);
        return VerityTree.of(leaves);
    }

    private static byte[] write(VerityPlan plan) throws IOException {
        ArraySink out = new ArraySink();
        plan.writeTo(out);
        assertThat(out.position()).isEqualTo(plan.size());
        return out.toByteArray();
    }

    @Test
    void oneBlockHasNoTreeAndItsDigestIsTheRootHash() throws IOException {
        byte[] data = bytes(1, 512);
        VerityTree tree = tree(SMALL, data);
        assertThat(tree.layout().levels()).isZero();
        assertThat(tree.rootHash().bytes()).isEqualTo(LeafDigests.digestOf(SMALL, data));
        assertThat(VerityPlan.withoutSuperblock(tree, 0).size()).isZero();
        byte[] device = write(VerityPlan.withSuperblock(tree, ID));
        assertThat(device).hasSize(512);
        assertThat(VerityVerifier.open(ByteSource.of(data), ByteSource.of(device), 0, tree.rootHash())
                        .verify())
                .isEmpty();
    }

    @Test
    void levelsLieFromTheTopDown() {
        VerityLayout layout = new VerityLayout(SMALL, 257);
        assertThat(layout.levels()).isEqualTo(3);
        assertThat(layout.levelBlocks(0)).isEqualTo(17);
        assertThat(layout.levelBlocks(1)).isEqualTo(2);
        assertThat(layout.levelBlocks(2)).isEqualTo(1);
        assertThat(layout.levelStart(2)).isZero();
        assertThat(layout.levelStart(1)).isEqualTo(1);
        assertThat(layout.levelStart(0)).isEqualTo(3);
        assertThat(layout.hashBlocks()).isEqualTo(20);
        assertThat(new VerityLayout(SMALL, 16).levels()).isEqualTo(1);
        assertThat(new VerityLayout(SMALL, 17).levels()).isEqualTo(2);
        assertThat(new VerityLayout(SMALL, 256).levels()).isEqualTo(2);
    }

    @Test
    void orderAndSizeOfThePiecesDoNotMatter() throws IOException {
        byte[] data = bytes(2, 300 * 512);
        Arrays.fill(data, 100 * 512, 120 * 512, (byte) 0);
        VerityTree expected = tree(SMALL, data);
        Random random = new Random(3);
        for (int round = 0; round < 20; round++) {
            LeafDigests leaves = new LeafDigests(expected.layout());
            leaves.zeroBlocks(100, 20);
            putPieces(leaves, data, 120, 300, random);
            putPieces(leaves, data, 0, 100, random);
            VerityTree tree = VerityTree.of(SMALL, leaves);
            assertThat(tree.rootHash()).isEqualTo(expected.rootHash());
            assertThat(write(VerityPlan.withSuperblock(tree, ID)))
                    .isEqualTo(write(VerityPlan.withSuperblock(expected, ID)));
        }
    }

    private static void putPieces(LeafDigests leaves, byte[] data, int from, int to, Random random) {
        for (int at = from; at < to; ) {
            int count = Math.min(1 + random.nextInt(20), to - at);
            byte[] piece = Arrays.copyOfRange(data, at * 512, (at + count) * 512);
            switch (random.nextInt(3)) {
                case 0 -> leaves.hashBlocks(piece, at);
                case 1 ->
                    leaves.hashBlocks(
                            ByteBuffer.allocateDirect(piece.length).put(piece).flip(), at);
                default -> {
                    for (int i = 0; i < count; i++) {
                        byte[] block = Arrays.copyOfRange(piece, i * 512, (i + 1) * 512);
                        leaves.put(at + i, LeafDigests.digestOf(SMALL, block));
                    }
                }
            }
            at += count;
        }
    }

    @Test
    void threadsMayShareOneCollection() throws Exception {
        byte[] data = bytes(4, 4000 * 512);
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(SMALL, data.length));
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            int from = t * 1000;
            threads[t] = new Thread(() -> leaves.hashBlocks(
                    ByteBuffer.wrap(data, from * 512, 1000 * 512).slice(), from));
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(VerityTree.of(leaves).rootHash()).isEqualTo(tree(SMALL, data).rootHash());
    }

    @Test
    void everyFlippedByteIsAMismatchOfItsBlock() {
        byte[] data = bytes(12, 6 * 512);
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(SMALL, data.length));
        leaves.hashBlocks(data, 0);
        assertThat(leaves.firstMismatch(ByteBuffer.wrap(data), 0)).isEmpty();
        for (int at = 2 * 512; at < 5 * 512; at += 7) {
            data[at] ^= 1;
            assertThat(leaves.firstMismatch(ByteBuffer.wrap(data, 1024, 2048), 2))
                    .hasValue(at / 512);
            data[at] ^= 1;
        }
        LeafDigests none = new LeafDigests(new VerityLayout(SMALL, 2));
        assertThat(none.firstMismatch(ByteBuffer.wrap(data, 0, 512), 1)).hasValue(1);
        assertThatThrownBy(() -> leaves.firstMismatch(ByteBuffer.wrap(data, 0, 1024), 5))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingOrMisplacedDigestIsRefused() {
        LeafDigests leaves = new LeafDigests(new VerityLayout(SMALL, 3));
        leaves.hashBlocks(new byte[512], 0);
        leaves.hashBlocks(new byte[512], 2);
        assertThatThrownBy(() -> VerityTree.of(leaves)).hasMessage("data block 1 has no digest");
        assertThatThrownBy(() -> leaves.hashBlocks(new byte[513], 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> leaves.hashBlocks(new byte[1024], 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> leaves.put(3, new byte[32])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> leaves.put(-1, new byte[32])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> leaves.put(1, new byte[20])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VerityTree.of(VerityParameters.ofDefaults(new byte[0]), leaves))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyByteOfDataAndTreeIsProtectedAndTheBlockIsNamed() throws IOException {
        for (VerityFormat format : VerityFormat.values()) {
            VerityParameters parameters = new VerityParameters(format, DigestAlgorithm.SHA1, 1024, 512, new byte[] {9});
            byte[] data = bytes(6, 40 * 1024);
            VerityTree tree = tree(parameters, data);
            VerityPlan plan = VerityPlan.withSuperblock(tree, ID, 1536);
            byte[] device = new byte[(int) (1536 + plan.size())];
            System.arraycopy(write(plan), 0, device, 1536, (int) plan.size());
            VerityVerifier verifier =
                    VerityVerifier.open(ByteSource.of(data), ByteSource.of(device), 1536, tree.rootHash());
            assertThat(verifier.verify()).isEmpty();
            for (int at = 0; at < data.length; at += 101) {
                data[at] ^= 0x10;
                assertThat(verifier.verify())
                        .contains(new VerityMismatch(VerityMismatch.DATA, at / 1024, at / 1024 * 1024L));
                data[at] ^= 0x10;
            }
            for (int at = 2048; at < device.length; at++) {
                device[at] ^= 1;
                int block = (at - 2048) / 512;
                int level = block == 0 ? 1 : 0;
                assertThat(verifier.verify())
                        .contains(new VerityMismatch(level, block == 0 ? 0 : block - 1, 2048L + block * 512L));
                device[at] ^= 1;
            }
        }
    }

    @Test
    void rangesFindOnlyWhatIsInThem() throws IOException {
        byte[] data = bytes(7, 100 * 512);
        VerityTree tree = tree(SMALL, data);
        byte[] device = write(VerityPlan.withSuperblock(tree, ID));
        VerityVerifier verifier = VerityVerifier.open(ByteSource.of(data), ByteSource.of(device), 0, tree.rootHash());
        data[57 * 512] ^= 1;
        data[60 * 512] ^= 1;
        assertThat(verifier.verifyTree()).isEmpty();
        assertThat(verifier.verifyData(0, 57)).isEmpty();
        assertThat(verifier.verifyData(58, 2)).isEmpty();
        assertThat(verifier.verifyData(61, 39)).isEmpty();
        assertThat(verifier.verifyData(50, 50).orElseThrow()).hasToString("data block 57 at offset 0x7200");
        assertThatThrownBy(() -> verifier.verifyData(99, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherRootHashIsAMismatchOfTheTopBlock() throws IOException {
        byte[] data = bytes(8, 100 * 512);
        byte[] device = write(VerityPlan.withSuperblock(tree(SMALL, data), ID));
        Digest other = DigestAlgorithm.SHA256.of(new byte[0]);
        assertThat(VerityVerifier.open(ByteSource.of(data), ByteSource.of(device), 0, other)
                        .verify()
                        .orElseThrow())
                .hasToString("hash block 0 of level 1 at offset 0x200");
        Digest sha1 = DigestAlgorithm.SHA1.of(new byte[0]);
        assertThatThrownBy(() -> VerityVerifier.open(ByteSource.of(data), ByteSource.of(device), 0, sha1))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("verity root hash: is sha1, expected sha256");
    }

    @Test
    void devicesThatAreTooSmallAreReported() throws IOException {
        byte[] data = bytes(9, 100 * 512);
        VerityTree tree = tree(SMALL, data);
        byte[] device = write(VerityPlan.withSuperblock(tree, ID));
        for (int length = 0; length < device.length; length += 13) {
            ByteSource cut = ByteSource.of(Arrays.copyOf(device, length));
            assertThatThrownBy(() -> VerityVerifier.open(ByteSource.of(data), cut, 0, tree.rootHash()))
                    .isInstanceOf(dev.caisson.bytes.FormatException.class);
        }
        ByteSource shortData = ByteSource.of(Arrays.copyOf(data, data.length - 1));
        assertThatThrownBy(() -> VerityVerifier.open(shortData, ByteSource.of(device), 0, tree.rootHash()))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void theTreeStartsAtAHashBlockBehindTheSuperblock() {
        VerityParameters parameters = VerityParameters.ofDefaults(new byte[0]);
        assertThat(VerityPlan.treeOffset(parameters, true, 0)).isEqualTo(4096);
        assertThat(VerityPlan.treeOffset(parameters, true, 512)).isEqualTo(4096);
        assertThat(VerityPlan.treeOffset(parameters, true, 4096 - 512)).isEqualTo(4096);
        assertThat(VerityPlan.treeOffset(parameters, true, 4096)).isEqualTo(8192);
        assertThat(VerityPlan.treeOffset(parameters, false, 4096)).isEqualTo(4096);
        assertThatThrownBy(() -> VerityPlan.treeOffset(parameters, true, 100))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VerityPlan.treeOffset(parameters, false, 512))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
