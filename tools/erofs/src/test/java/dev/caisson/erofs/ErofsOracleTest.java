package dev.caisson.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.FileSource;
import dev.caisson.filetree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** erofs-utils and the kernel judge our images, and we theirs. */
@Tag("oracle")
final class ErofsOracleTest {
    private static FileTree tree;
    private static FileTree treeForMkfs;

    @TempDir
    Path folder;

    @BeforeAll
    static void tree() {
        tree = SampleTree.full();
        treeForMkfs = SampleTree.forMkfs();
    }

    static Stream<ErofsVolume> lz4AndPlain() {
        ErofsVolume lz4 = volume(ErofsCompression.LZ4, 0, 1 << 12);
        return Stream.of(
                SampleTree.volume(ErofsFormat.uncompressed()),
                lz4,
                volume(ErofsCompression.LZ4HC, 3, 1 << 20),
                new ErofsVolume(
                        volume(ErofsCompression.LZ4, 0, 1 << 18).format(),
                        lz4.uuid(),
                        "full",
                        SampleTree.EPOCH,
                        true,
                        true));
    }

    static Stream<ErofsVolume> all() {
        return Stream.concat(lz4AndPlain(), zstd());
    }

    /** The older fsck has no sub-page blocks; the kernel has had them since 6.8. */
    static Stream<ErofsVolume> smallBlocks() {
        return Stream.of(
                SampleTree.volume(new ErofsFormat(9, ErofsCompression.LZ4, 0, 1 << 14)),
                SampleTree.volume(new ErofsFormat(10, ErofsCompression.NONE, 0, 1 << 10)),
                SampleTree.volume(new ErofsFormat(11, ErofsCompression.ZSTD, 1, 1 << 16)));
    }

    static Stream<ErofsVolume> zstd() {
        return Stream.of(volume(ErofsCompression.ZSTD, 3, 1 << 12), volume(ErofsCompression.ZSTD, 3, 1 << 18));
    }

    private static ErofsVolume volume(ErofsCompression compression, int level, int pcluster) {
        return SampleTree.volume(new ErofsFormat(12, compression, level, pcluster));
    }

    private Path image(ErofsVolume volume) throws IOException {
        return image(tree, volume);
    }

    private Path image(FileTree tree, ErofsVolume volume) throws IOException {
        return Tool.write(ErofsPlanner.plan(tree, volume, List.of()), folder.resolve("image.erofs"));
    }

    @ParameterizedTest
    @MethodSource("lz4AndPlain")
    void fsck_extractsTheTree(ErofsVolume volume) throws IOException {
        Tool.require("fsck.erofs", "erofs-utils");
        Tool.requireRoot();
        extract("fsck.erofs", volume);
    }

    @ParameterizedTest
    @MethodSource("all")
    void fsck18_extractsTheTree(ErofsVolume volume) throws IOException {
        String fsck = System.getProperty("CAISSON_FSCK_EROFS_18", System.getenv("CAISSON_FSCK_EROFS_18"));
        Assumptions.assumeTrue(
                fsck != null, "CAISSON_FSCK_EROFS_18 names no fsck.erofs of erofs-utils 1.8 (Debian trixie)");
        Tool.requireRoot();
        extract(fsck, volume);
    }

    private void extract(String fsck, ErofsVolume volume) throws IOException {
        Path out = folder.resolve("out");
        Path image = image(volume);
        Tool.run(fsck, "--extract=" + out, image.toString());
        // It sets the mode before the owner, which clears setuid and setgid: the kernel's view below shows them.
        String expected = HostTree.expected(tree, false, false).replace("f 6755", "f 755");
        assertThat(HostTree.differences(HostTree.actual(out, false, false).replace("f 6755", "f 755"), expected))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource({"all", "smallBlocks"})
    void kernel_seesTheTree(ErofsVolume volume) throws IOException {
        Tool.requireRoot();
        Path mount = Files.createDirectory(folder.resolve("mnt"));
        Path image = image(volume);
        mount(image, mount);
        try {
            assertThat(HostTree.differences(HostTree.actual(mount, true, true), HostTree.expected(tree, true, true)))
                    .isEmpty();
        } finally {
            Tool.run("umount", mount.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C4096", "-zlz4 -C4096", "-zlz4hc,3 -C262144", "-zlz4 -C1048576 -x1 -Enoinline_data"})
    void mkfs_isRead(String options) throws IOException {
        Tool.require("mkfs.erofs", "erofs-utils");
        Tool.requireRoot();
        readMade("mkfs.erofs", options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C4096", "-zlz4hc,9 -C262144", "-zzstd,level=3 -C65536", "-zzstd -C65536 -Eztailpacking"})
    void mkfs18_isRead(String options) throws IOException {
        String mkfs = System.getProperty("CAISSON_MKFS_EROFS_18", System.getenv("CAISSON_MKFS_EROFS_18"));
        Assumptions.assumeTrue(mkfs != null, "CAISSON_MKFS_EROFS_18 names no mkfs.erofs of erofs-utils 1.8");
        Tool.requireRoot();
        readMade(mkfs, options);
    }

    /** What the tool makes of the tree that the kernel shows of our image must be our tree again. */
    private void readMade(String mkfs, String options) throws IOException {
        Path mount = Files.createDirectory(folder.resolve("mnt"));
        Path made = folder.resolve("made.erofs");
        mount(image(treeForMkfs, SampleTree.volume(ErofsFormat.uncompressed())), mount);
        try {
            String command = "\"$0\" " + options + " \"$1\" \"$2\"";
            Tool.run("sh", "-c", command, mkfs, made.toString(), mount.toString());
        } finally {
            Tool.run("umount", mount.toString());
        }
        try (FileSource source = FileSource.open(made)) {
            ErofsImage image = ErofsReader.open(source);
            image.verify();
            assertThat(HostTree.differences(
                            HostTree.expected(image.tree(), true, true), HostTree.expected(treeForMkfs, true, true)))
                    .isEmpty();
        }
    }

    private static void mount(Path image, Path mount) {
        try {
            Tool.run("mount", "-t", "erofs", "-o", "ro,loop", image.toString(), mount.toString());
        } catch (IOException e) {
            Assumptions.assumeTrue(
                    false,
                    "this kernel does not mount it: "
                            + String.valueOf(e.getMessage()).lines().toList());
        }
    }
}
