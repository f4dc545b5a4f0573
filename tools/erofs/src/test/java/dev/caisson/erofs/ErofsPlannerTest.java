package dev.caisson.erofs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FormatException;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreeDump;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whole images: round trips, determinism, reuse of encoded files, damage. */
final class ErofsPlannerTest {
    private static byte[] bytes(ErofsPlan plan) throws IOException {
        ArraySink out = new ArraySink();
        plan.writeTo(out);
        assertThat(out.position()).isEqualTo(plan.size());
        return out.toByteArray();
    }

    private static ErofsPlan plan(FileTree tree, ErofsFormat format) throws IOException {
        return ErofsPlanner.plan(tree, SampleTree.volume(format), List.of());
    }

    @Test
    void everyFormat_comesBack() throws IOException {
        FileTree tree = SampleTree.full();
        String expected = TreeDump.of(tree, true);
        List<ErofsVolume> volumes = new ArrayList<>();
        for (ErofsFormat format : new ErofsFormat[] {
            ErofsFormat.uncompressed(),
            new ErofsFormat(9, ErofsCompression.NONE, 0, 1 << 9),
            new ErofsFormat(9, ErofsCompression.LZ4, 0, 1 << 19),
            new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 12),
            new ErofsFormat(12, ErofsCompression.ZSTD, 1, 1 << 17),
            new ErofsFormat(13, ErofsCompression.LZ4, 0, 1 << 16),
            new ErofsFormat(16, ErofsCompression.LZ4, 0, 1 << 20)
        }) {
            volumes.add(SampleTree.volume(format));
        }
        ErofsVolume first = volumes.get(3);
        volumes.add(new ErofsVolume(first.format(), first.uuid(), "", 5, true, true));
        for (ErofsVolume volume : volumes) {
            byte[] image = bytes(ErofsPlanner.plan(tree, volume, List.of()));
            ErofsImage read = ErofsReader.open(ByteSource.of(image));
            assertThat(TreeDump.of(read.tree(), true)).as(volume.toString()).isEqualTo(expected);
            read.verify();
        }
    }

    @Test
    void regions_areInOrderAndHoldAllThatIsNotZero() throws IOException {
        ErofsPlan plan = plan(SampleTree.small(), new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 14));
        byte[] image = bytes(plan);
        byte[] collected = new byte[image.length];
        long end = 0;
        for (PlacedBytes region : plan.regions()) {
            assertThat(region.offset()).isGreaterThanOrEqualTo(end);
            region.source().readFully(0, ByteBuffer.wrap(collected, (int) region.offset(), (int)
                    region.source().size()));
            end = region.end();
        }
        assertThat(collected).isEqualTo(image);
        assertThat(bytes(plan)).isEqualTo(image);
    }

    @Test
    void encodedFiles_arePlacedAsTheyAre() throws IOException {
        ErofsFormat format = new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 16);
        FileTree tree = SampleTree.full();
        FileTree.Builder encoded = tree.toBuilder();
        List<Inode.RegularFile> order = new ArrayList<>();
        List<EncodedFile> files = new ArrayList<>();
        try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
            for (String path :
                    new String[] {"/contents/segments", "/contents/noise", "/xattrs/large", "/sizes/text-1"}) {
                Inode.RegularFile file =
                        (Inode.RegularFile) tree.get(TreePath.of(path)).orElseThrow();
                EncodedFile joined = encoder.encode(file.content());
                files.add(EncodedFile.ofIndex(joined.index(), joined.blocks()));
                Inode.RegularFile again =
                        new Inode.RegularFile(file.attributes(), new EncodedContent(files.get(files.size() - 1)));
                encoded.put(TreePath.of(path), again);
                order.add(0, again);
            }
        }
        byte[] plain = bytes(plan(tree, format));
        assertThat(bytes(plan(encoded.build(), format))).isEqualTo(plain);
        ErofsPlan ordered = ErofsPlanner.plan(encoded.build(), SampleTree.volume(format), order);
        // The shortest has a tail only; the others' own sources follow the superblock in the order asked for.
        assertThat(ordered.regions().get(1).source()).isSameAs(files.get(2).blocks());
        assertThat(ordered.regions().get(1).offset()).isEqualTo(4096);
        List<ByteSource> sources =
                ordered.regions().stream().map(PlacedBytes::source).toList();
        assertThat(sources.indexOf(files.get(1).blocks()))
                .isLessThan(sources.indexOf(files.get(0).blocks()));
        assertThat(TreeDump.of(ErofsReader.open(ByteSource.of(bytes(ordered))).tree(), true))
                .isEqualTo(TreeDump.of(tree, true));
    }

    @Test
    void oneEncodedFileAtTwoInodes_isStoredOnce() throws IOException {
        ErofsFormat format = ErofsFormat.uncompressed();
        EncodedFile file;
        try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
            file = encoder.encode(ByteSource.of(SampleTree.noise(5000, 1)));
        }
        Attributes a = Attributes.ofRoot(0644, SampleTree.EPOCH);
        // One of them has so many attributes that the tail needs a block.
        FileTree tree = FileTree.builder(Attributes.ofRoot(0755, 0))
                .put(TreePath.of("/a"), new Inode.RegularFile(a, new EncodedContent(file)))
                .put(
                        TreePath.of("/b"),
                        new Inode.RegularFile(a.withXattr("user.x", new byte[4000]), new EncodedContent(file)))
                .build();
        ErofsPlan plan = plan(tree, format);
        assertThat(plan.superblock().metaBlock()).isEqualTo(3);
        ErofsImage image = ErofsReader.open(ByteSource.of(bytes(plan)));
        image.verify();
        assertThat(TreeDump.of(image.tree(), true)).isEqualTo(TreeDump.of(tree, true));
    }

    @Test
    void lastClusters_areInTheInodeWhereItHasRoom() throws IOException {
        ErofsFormat format = new ErofsFormat(12, ErofsCompression.ZSTD, 3, 1 << 16);
        for (boolean full : new boolean[] {false, true}) {
            ErofsVolume like = SampleTree.volume(format);
            ErofsVolume volume = new ErofsVolume(format, like.uuid(), like.label(), like.epochSeconds(), false, full);
            for (int size : new int[] {129, 1000, 4095, 4096, 4097, 8192, 9000, 20_000, 200_000}) {
                byte[] content = Arrays.copyOf(
                        "all work and no play ".repeat(size / 21 + 1).getBytes(UTF_8), size);
                System.arraycopy(SampleTree.noise(size / 8, size), 0, content, size / 2, size / 8);
                Attributes a = Attributes.ofRoot(0644, SampleTree.EPOCH);
                FileTree tree = FileTree.builder(Attributes.ofRoot(0755, 0))
                        .put(TreePath.of("/inline"), new Inode.RegularFile(a, ByteSource.of(content)))
                        .put(
                                TreePath.of("/no-room"),
                                new Inode.RegularFile(
                                        a.withXattr("user.x", new byte[4000]), ByteSource.of(content.clone())))
                        .build();
                ErofsPlan plan = ErofsPlanner.plan(tree, volume, List.of());
                boolean inline = size < 100_000;
                assertThat((plan.superblock().incompatibleFeatures() & 0x10) != 0)
                        .as("%d bytes", size)
                        .isEqualTo(inline);
                ErofsImage image = ErofsReader.open(ByteSource.of(bytes(plan)));
                image.verify();
                assertThat(TreeDump.of(image.tree(), true)).isEqualTo(TreeDump.of(tree, true));
                assertThat(ErofsDump.of(image).contains(", 0 blocks from ")).isEqualTo(inline);
            }
        }
    }

    @Test
    void lastClusterThatIsTooLongWithItsIndex_getsABlock() throws IOException {
        byte[] content = new byte[3_003_000];
        System.arraycopy(SampleTree.noise(3_000, 2), 0, content, 3_000_000, 3_000);
        ErofsFormat format = new ErofsFormat(12, ErofsCompression.ZSTD, 3, 1 << 18);
        try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
            EncodedFile file = encoder.encode(ByteSource.of(content));
            assertThat(file.inlineTail()).isEmpty();
            assertThat(file.blockCount()).isEqualTo(1);
            EncodedFile again = EncodedFile.ofIndex(file.index(), file.blocks());
            assertThat(new EncodedContent(again).readAll(content.length)).isEqualTo(content);
        }
    }

    @Test
    void identicalContents_areStoredOnce() throws IOException {
        byte[] one = SampleTree.mixed(300_000, 1);
        byte[] noise = SampleTree.noise(8192, 5);
        for (ErofsFormat format :
                new ErofsFormat[] {ErofsFormat.uncompressed(), new ErofsFormat(12, ErofsCompression.ZSTD, 3, 1 << 16)
                }) {
            FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, 0));
            Attributes a = Attributes.ofRoot(0644, SampleTree.EPOCH);
            for (String name : new String[] {"/a", "/b", "/c"}) {
                byte[] other = noise.clone();
                other[0] = (byte) name.charAt(1);
                tree.put(TreePath.of(name), new Inode.RegularFile(a, ByteSource.of(one)));
                tree.put(TreePath.of(name + "-same"), new Inode.RegularFile(a.withMode(0600), ByteSource.of(noise)));
                // The same size and cluster lengths, other bytes.
                tree.put(TreePath.of(name + "-other"), new Inode.RegularFile(a, ByteSource.of(other)));
            }
            ErofsPlan plan = plan(tree.build(), format);
            long large = plan.regions().stream()
                    .filter(region -> region.source().size() > 60_000)
                    .count();
            long small = plan.regions().stream()
                    .filter(region -> region.source().size() == 8192)
                    .count();
            assertThat(large).isEqualTo(1);
            assertThat(small).isEqualTo(4);
            ErofsImage image = ErofsReader.open(ByteSource.of(bytes(plan)));
            image.verify();
            assertThat(TreeDump.of(image.tree(), true)).isEqualTo(TreeDump.of(tree.build(), true));
        }
    }

    @Test
    void segments_mayBeEncodedBySeparateEncoders() throws IOException {
        ErofsFormat format = new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 18);
        byte[] content = SampleTree.mixed(ErofsFileEncoder.SEGMENT_BYTES + 100_000, 3);
        List<EncodedSegment> segments = new ArrayList<>();
        for (int at = 0; at < content.length; at += ErofsFileEncoder.SEGMENT_BYTES) {
            int length = Math.min(ErofsFileEncoder.SEGMENT_BYTES, content.length - at);
            try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
                segments.add(encoder.encode(content, at, length, at + length == content.length));
            }
        }
        EncodedFile joined = EncodedFile.join(format, content.length, segments);
        try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
            EncodedFile whole = encoder.encode(ByteSource.of(content));
            assertThat(whole.index()).isEqualTo(joined.index());
            assertThat(whole.blocks().readAll(1 << 24))
                    .isEqualTo(joined.blocks().readAll(1 << 24));
        }
        Random random = new Random(1);
        EncodedContent decoded = new EncodedContent(joined);
        for (int i = 0; i < 50; i++) {
            int from = random.nextInt(content.length);
            int count = random.nextInt(Math.min(300_000, content.length - from));
            assertThat(decoded.read(from, count)).isEqualTo(Arrays.copyOfRange(content, from, from + count));
        }
    }

    @Test
    void damagedIndexes_areFoundOrHarmless() throws IOException {
        ErofsFormat format = new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 14);
        for (int size : new int[] {0, 10, 9000, 100_000}) {
            EncodedFile file;
            try (ErofsFileEncoder encoder = new ErofsFileEncoder(format)) {
                file = encoder.encode(ByteSource.of(SampleTree.text(size, 1)));
            }
            byte[] index = file.index();
            for (int length = 0; length < index.length; length++) {
                byte[] part = Arrays.copyOf(index, length);
                assertThatThrownBy(() -> EncodedFile.ofIndex(part, file.blocks()))
                        .isInstanceOf(FormatException.class);
            }
            for (int bit = 0; bit < index.length * 8; bit++) {
                byte[] flipped = index.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                try {
                    new EncodedContent(EncodedFile.ofIndex(flipped, file.blocks())).readAll(1 << 20);
                } catch (FormatException expected) {
                    assertThat(expected.structure()).isNotEmpty();
                }
            }
        }
    }

    @Test
    void damagedImages_giveFormatExceptionsOrHarmlessTrees() throws IOException {
        for (ErofsFormat format : new ErofsFormat[] {
            new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 14), new ErofsFormat(9, ErofsCompression.ZSTD, 1, 1 << 12)
        }) {
            ErofsPlan plan = plan(SampleTree.small(), format);
            byte[] image = bytes(plan);
            int metadata = (int) plan.superblock().metaBlock() << format.blockSizeBits();
            for (int bit = 0; bit < image.length * 8; bit += bit < metadata * 8 ? 1999 : 37) {
                byte[] flipped = image.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                read(flipped);
            }
            for (int length = 0; length < image.length; length += 499) {
                byte[] part = Arrays.copyOf(image, length);
                assertThatThrownBy(() -> ErofsReader.open(ByteSource.of(part))).isInstanceOf(FormatException.class);
            }
            Random random = new Random(4);
            for (int i = 0; i < 500; i++) {
                byte[] flipped = image.clone();
                int meta = metadata + random.nextInt(image.length - metadata);
                for (int j = 0; j < 1 + i % 16; j++) {
                    flipped[Math.min(image.length - 1, meta + random.nextInt(64))] = (byte) random.nextInt(256);
                }
                read(flipped);
            }
        }
    }

    private static void read(byte[] image) throws IOException {
        try {
            ErofsImage read = ErofsReader.open(ByteSource.of(image));
            read.verify();
            assertThat(ErofsDump.of(read)).isNotEmpty();
        } catch (FormatException expected) {
            assertThat(expected.structure()).isNotEmpty();
        }
    }

    @Test
    void unsupportedAttributes_areRefused() {
        Attributes a = Attributes.ofRoot(0755, 0).withXattr("system.other", new byte[1]);
        assertThatThrownBy(() -> plan(FileTree.builder(a).build(), ErofsFormat.uncompressed()))
                .isInstanceOf(FormatException.class);
    }

    @Test
    void formats_checkTheirRanges() {
        assertThatThrownBy(() -> new ErofsFormat(8, ErofsCompression.NONE, 0, 256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ErofsFormat(12, ErofsCompression.LZ4, 1, 4096))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ErofsFormat(12, ErofsCompression.LZ4, 0, 4097))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ErofsFormat(12, ErofsCompression.LZ4, 0, 2 << 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ErofsFormat(9, ErofsCompression.LZ4, 0, 1 << 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new ErofsFormat(12, ErofsCompression.LZ4HC, 9, 1 << 18).id()).isEqualTo("erofs3-b12-lz4hc9-c262144");
    }

    @Test
    void dump_ofASmallImage() throws IOException {
        ErofsFormat format = new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 14);
        String dump = ErofsDump.of(ErofsReader.open(ByteSource.of(bytes(plan(SampleTree.small(), format)))));
        try (InputStream snapshot = ErofsPlannerTest.class.getResourceAsStream("small.dump")) {
            assertThat(dump).isEqualTo(new String(snapshot.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
