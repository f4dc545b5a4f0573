package dev.caisson.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.store.ArtifactStore;
import dev.caisson.engine.work.WorkPool;
import dev.caisson.erofs.ErofsCompression;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.fixture.DebBuilder;
import dev.caisson.fixture.TarBuilder;
import dev.caisson.manifest.PathPattern;
import dev.caisson.manifest.Position;
import dev.caisson.manifest.RemoveSpec;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerBuilderTest {
    private static final ErofsFormat FORMAT = new ErofsFormat(12, ErofsCompression.LZ4, 0, 65536);
    private static final VerityParameters VERITY = VerityParameters.ofDefaults(new byte[] {1, 2, 3});

    @TempDir
    Path folder;

    private Path file;
    private Digest digest;
    private byte[] text;
    private byte[] noise;

    @BeforeEach
    void makePackage() throws Exception {
        text = "some text that compresses well ".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        TarBuilder data = new TarBuilder()
                .directory("./")
                .directory("./usr/")
                .directory("./usr/bin/")
                .member(new TarBuilder.Header("./usr/bin/tool", '0').mode(04755).owner(3, 4), noise)
                .header(new TarBuilder.Header("./usr/bin/hard", '1').link("./usr/bin/tool"))
                .symlink("./usr/bin/soft", "tool")
                .member(new TarBuilder.Header("./usr/bin/text", '0'), text)
                .file("./usr/empty", "")
                .file("./usr/removed", "gone");
        write(data);
    }

    private void write(TarBuilder data) throws IOException {
        byte[] bytes = DebBuilder.of(data);
        digest = DigestAlgorithm.SHA256.of(bytes);
        file = folder.resolve(digest.hex() + ".deb");
        Files.write(file, bytes);
    }

    private static RemoveSpec remove(String path) {
        return new RemoveSpec(new PathPattern(path), List.of(), Optional.empty(), new Position(Path.of("v"), 1, 1));
    }

    private LayerBuilder builder(WorkPool pool, ArtifactStore store, RemoveSpec... removals) {
        return new LayerBuilder(new EncoderPool(pool, FORMAT), store, VERITY, List.of(removals));
    }

    private ArtifactStore store(String name) throws IOException {
        return ArtifactStore.open(folder.resolve(name));
    }

    private static byte[] content(StoredLayer layer, String path) throws IOException {
        for (PackageLayer.Entry entry : layer.layer().entries()) {
            if (entry.path().equals(TreePath.of(path)) && entry.inode() instanceof Inode.RegularFile found) {
                return found.content().readAll(1 << 24);
            }
        }
        throw new AssertionError(path);
    }

    private static Inode inode(StoredLayer layer, String path) {
        return layer.layer().entries().stream()
                .filter(entry -> entry.path().equals(TreePath.of(path)))
                .findFirst()
                .orElseThrow()
                .inode();
    }

    private void check(StoredLayer layer) throws IOException {
        assertThat(content(layer, "/usr/bin/tool")).isEqualTo(noise);
        assertThat(content(layer, "/usr/bin/text")).isEqualTo(text);
        assertThat(content(layer, "/usr/empty")).isEmpty();
        assertThat(inode(layer, "/usr/bin/hard")).isSameAs(inode(layer, "/usr/bin/tool"));
        assertThat(inode(layer, "/usr/bin/tool").attributes().mode()).isEqualTo(04755);
        assertThat(inode(layer, "/usr/bin/tool").attributes().gid()).isEqualTo(4);
        assertThat(((Inode.Symlink) inode(layer, "/usr/bin/soft")).targetText()).isEqualTo("tool");
        assertThat(layer.layer().name()).isEqualTo("evil");
        byte[] blocks =
                Files.readAllBytes(store("store").find(layer.blob().digest()).orElseThrow());
        assertThat(layer.blob().size()).isEqualTo(blocks.length);
        assertThat(DigestAlgorithm.SHA256.of(blocks)).isEqualTo(layer.blob().digest());
        assertThat(layer.blob().leaves(0, blocks.length / 4096, 32))
                .isEqualTo(LeafDigests.digestsOf(VERITY, ByteBuffer.wrap(blocks)));
    }

    @Test
    void build_thenFind() throws Exception {
        try (WorkPool pool = new WorkPool(2)) {
            LayerBuilder builder = builder(pool, store("store"));
            assertThat(builder.find(digest)).isEmpty();
            StoredLayer built = builder.build(digest, file);
            try (LayerBlob blob = built.blob()) {
                assertThat(built.reused()).isFalse();
                check(built);
                assertThat(blob.size()).isPositive();
            }
            StoredLayer found = builder(pool, store("store")).find(digest).orElseThrow();
            try (LayerBlob blob = found.blob()) {
                assertThat(found.reused()).isTrue();
                check(found);
                assertThat(blob.size()).isPositive();
            }
            assertThat(store("store").root().resolve("tmp")).isEmptyDirectory();
            assertThat(builder(pool, store("store"), remove("/usr/removed")).find(digest))
                    .isEmpty();
        }
    }

    @Test
    void build_sameForAnyNumberOfWorkers() throws Exception {
        byte[] one = all("one", 1);
        assertThat(all("two", 2)).isEqualTo(one);
        assertThat(all("five", 5)).isEqualTo(one);
    }

    private byte[] all(String name, int jobs) throws Exception {
        try (WorkPool pool = new WorkPool(jobs)) {
            StoredLayer layer = builder(pool, store(name)).build(digest, file);
            layer.blob().close();
            return LayerCodec.encode(
                    layer.layer(), layer.blob().digest(), layer.blob().size());
        }
    }

    @Test
    void find_damagedBlobIsNeverBlessed() throws Exception {
        try (WorkPool pool = new WorkPool(1)) {
            ArtifactStore store = store("store");
            StoredLayer built = builder(pool, store).build(digest, file);
            built.blob().close();
            Path blob = store.find(built.blob().digest()).orElseThrow();
            byte[] bytes = Files.readAllBytes(blob);
            bytes[5000] ^= 1;
            Files.write(blob, bytes);
            // another salt: the digests of the blocks must be made from the blob
            LayerBuilder other = new LayerBuilder(
                    new EncoderPool(pool, FORMAT), store, VerityParameters.ofDefaults(new byte[] {9}), List.of());
            assertThat(other.find(digest)).isEmpty();
            assertThat(blob).doesNotExist();
            assertThat(builder(pool, store).find(digest)).isEmpty();
            StoredLayer again = builder(pool, store).build(digest, file);
            try (LayerBlob made = again.blob()) {
                check(again);
                assertThat(made.size()).isPositive();
            }
        }
    }

    @Test
    void find_truncatedBlobAndDrop() throws Exception {
        try (WorkPool pool = new WorkPool(1)) {
            ArtifactStore store = store("store");
            LayerBuilder builder = builder(pool, store);
            StoredLayer built = builder.build(digest, file);
            built.blob().close();
            Path blob = store.find(built.blob().digest()).orElseThrow();
            byte[] bytes = Files.readAllBytes(blob);
            Files.write(blob, java.util.Arrays.copyOf(bytes, bytes.length - 4096));
            assertThat(builder.find(digest)).isEmpty();
            Files.write(blob, java.util.Arrays.copyOf(bytes, bytes.length - 100));
            assertThat(builder.find(digest)).isEmpty();
            StoredLayer again = builder.build(digest, file);
            again.blob().close();
            builder.drop(again, digest);
            assertThat(builder.find(digest)).isEmpty();
            assertThat(blob).doesNotExist();
        }
    }

    @Test
    void find_otherSaltHashesAgain() throws Exception {
        try (WorkPool pool = new WorkPool(2)) {
            ArtifactStore store = store("store");
            builder(pool, store).build(digest, file).blob().close();
            VerityParameters salted = VerityParameters.ofDefaults(new byte[] {9, 9});
            StoredLayer found = new LayerBuilder(new EncoderPool(pool, FORMAT), store, salted, List.of())
                    .find(digest)
                    .orElseThrow();
            byte[] blocks = Files.readAllBytes(store.find(found.blob().digest()).orElseThrow());
            assertThat(found.blob().leaves(0, blocks.length / 4096, 32))
                    .isEqualTo(LeafDigests.digestsOf(salted, ByteBuffer.wrap(blocks)));
        }
    }

    @Test
    void removals_areNotEncoded() throws Exception {
        try (WorkPool pool = new WorkPool(1)) {
            StoredLayer layer = builder(pool, store("store"), remove("/usr/bin/**"), remove("/usr/removed"))
                    .build(digest, file);
            layer.blob().close();
            assertThat(layer.layer().entries())
                    .extracting(entry -> entry.path().toString())
                    .doesNotContain("/usr/bin/tool", "/usr/bin/hard", "/usr/removed")
                    .contains("/usr/empty");
            assertThat(layer.blob().size()).isZero();
            BuildException e = catchThrowableOfType(
                    BuildException.class,
                    () -> builder(pool, store("store"), remove("/usr/bin/tool")).build(digest, file));
            assertThat(e).hasMessageContaining("/usr/bin/hard");
        }
    }

    @Test
    void hostilePackages_areFormatExceptions() throws Exception {
        try (WorkPool pool = new WorkPool(1)) {
            List<TarBuilder> hostile = List.of(
                    new TarBuilder().file("./../../etc/passwd", "x"),
                    new TarBuilder().header(new TarBuilder.Header("./a", '1').link("./none")),
                    new TarBuilder().header(new TarBuilder.Header("./a", '0').size(1L << 32)));
            for (TarBuilder data : hostile) {
                write(data);
                ArtifactStore store = store("hostile");
                FormatException e = catchThrowableOfType(
                        FormatException.class, () -> builder(pool, store).build(digest, file));
                assertThat(e).isNotNull();
                assertThat(store.stats().objects()).isZero();
                assertThat(store.root().resolve("tmp")).isEmptyDirectory();
            }
        }
    }
}
