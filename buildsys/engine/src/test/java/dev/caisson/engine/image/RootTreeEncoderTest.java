package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Guid;
import dev.caisson.engine.layer.LayerBlobs;
import dev.caisson.engine.layer.StoredLayer;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.erofs.EncodedContent;
import dev.caisson.erofs.EncodedFile;
import dev.caisson.erofs.ErofsFileEncoder;
import dev.caisson.erofs.ErofsFormat;
import dev.caisson.erofs.ErofsPlan;
import dev.caisson.erofs.ErofsPlanner;
import dev.caisson.erofs.ErofsVolume;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Where packages lie, and what moves when one of them changes. */
class RootTreeEncoderTest {
    private static final ErofsFormat FORMAT = ErofsFormat.uncompressed();
    private static final int BLOCK = 4096;
    private static final Attributes FILE = Attributes.ofRoot(0644, 1);

    /** Packages of one file each, by name, with that many blocks; where each one begins in the image. */
    private static Map<String, Long> places(Map<String, Integer> blocks) throws IOException {
        List<StoredLayer> layers = new ArrayList<>();
        FileTree.Builder tree = FileTree.builder(Attributes.ofRoot(0755, 1));
        Map<String, ByteSource> contents = new TreeMap<>();
        for (Map.Entry<String, Integer> entry : blocks.entrySet()) {
            byte[] bytes = new byte[entry.getValue() * BLOCK];
            new Random(entry.getKey().hashCode()).nextBytes(bytes);
            EncodedFile file;
            try (ErofsFileEncoder encoder = new ErofsFileEncoder(FORMAT)) {
                file = encoder.encode(ByteSource.of(bytes));
            }
            contents.put(entry.getKey(), file.blocks());
            Inode.RegularFile inode = new Inode.RegularFile(FILE, new EncodedContent(file));
            TreePath path = TreePath.of("/" + entry.getKey());
            tree.put(path, inode);
            layers.add(new StoredLayer(
                    new PackageLayer(
                            entry.getKey(),
                            "1",
                            "all",
                            Map.of(),
                            Set.of(),
                            new TreeMap<>(),
                            List.of(new PackageLayer.Entry(path, inode))),
                    LayerBlobs.of(bytes.length),
                    true));
        }
        RootTreeEncoder.Placement placement = RootTreeEncoder.placement(tree.build(), layers, BLOCK);
        ErofsPlan plan = ErofsPlanner.plan(
                tree.build(),
                ErofsVolume.of(FORMAT, Guid.ofTextOrder(new byte[16]), "root", 1),
                placement.files(),
                placement.gaps());
        Map<String, Long> places = new TreeMap<>();
        contents.forEach((name, content) -> plan.regions().stream()
                .filter(region -> region.source() == content)
                .forEach(region -> places.put(name, region.offset() / BLOCK)));
        return places;
    }

    @Test
    void largePackages_comeFirst() throws IOException {
        Map<String, Long> places = places(Map.of("a", 2, "b", 3, "c", 300, "d", 260, "e", 1025));
        // e has 1025 blocks and room for 3 more, the others are too small to have room
        assertThat(places).isEqualTo(Map.of("e", 1L, "c", 1029L, "d", 1329L, "a", 1589L, "b", 1591L));
    }

    @Test
    void growth_movesNothingWhileThereIsRoom() throws IOException {
        Map<String, Integer> blocks = new TreeMap<>(Map.of("a", 2, "b", 3, "c", 300, "d", 260, "e", 1025));
        Map<String, Long> before = places(blocks);
        for (int size = 1026; size <= 1028; size++) {
            blocks.put("e", size);
            assertThat(places(blocks)).isEqualTo(before);
        }
        blocks.put("b", 4);
        blocks.put("a", 3);
        Map<String, Long> after = places(blocks);
        for (String unmoved : List.of("c", "d", "e")) {
            assertThat(after.get(unmoved)).as(unmoved).isEqualTo(before.get(unmoved));
        }
    }
}
