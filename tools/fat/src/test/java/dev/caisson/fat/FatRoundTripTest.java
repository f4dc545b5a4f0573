package dev.caisson.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FatRoundTripTest {
    private static final FatVolume SMALL = FatVolume.of(8 << 20, 0xcafe1234L, "ESP");

    private static FileTree.Builder empty() {
        return FileTree.builder(FatFixtures.attributes(0755));
    }

    @Test
    void readsWhatWasPlanned() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 12; round++) {
            FileTree tree = round == 0 ? FatFixtures.esp() : FatFixtures.random(random, 40 * round);
            FatType type = round % 3 == 1 ? FatType.FAT32 : FatType.FAT16;
            int sector = type == FatType.FAT16 && round % 2 == 0 ? 4096 : 512;
            FatVolume volume = new FatVolume(40 << 20, sector, round, round % 4 == 3 ? "" : "LABEL", Optional.of(type));
            FatPlan plan = FatPlanner.plan(tree, volume);
            byte[] image = FatFixtures.write(plan);
            assertThat(image).hasSize(40 << 20).isEqualTo(FatFixtures.write(FatPlanner.plan(tree, volume)));
            FatContents contents = FatReader.read(ByteSource.of(image));
            assertThat(FatFixtures.description(contents.tree())).isEqualTo(FatFixtures.description(tree));
            assertThat(contents.type()).isEqualTo(plan.type()).isEqualTo(type);
            assertThat(contents.label()).isEqualTo(volume.label());
            assertThat(contents.volumeId()).isEqualTo(round);
            assertThat(contents.freeClusters() * contents.clusterBytes()).isEqualTo(plan.freeBytes());
            assertThat(contents.clusters()).isEqualTo(plan.clusters());
        }
    }

    @Test
    void regionsAreInOrderAndAsWritten() throws Exception {
        FatPlan plan = FatPlanner.plan(FatFixtures.esp(), FatVolume.of(600L << 20, 1, "ESP"));
        assertThat(plan.type()).isEqualTo(FatType.FAT32);
        long end = 0;
        long bytes = 0;
        for (Extent region : plan.regions()) {
            assertThat(region.offset()).isGreaterThanOrEqualTo(end);
            end = region.end();
            bytes += region.size();
        }
        assertThat(end).isLessThanOrEqualTo(plan.size());
        assertThat(bytes).isLessThan(1 << 20 | 1 << 18);
    }

    @Test
    void theSmallestVolumeIsFullAndOneStepLessIsTooSmall() throws Exception {
        FileTree tree = empty().file("/f", FatFixtures.attributes(0644), new byte[20 << 20])
                .build();
        long size = FatPlanner.minimumSize(tree, SMALL);
        assertThat(size).isBetween(20L << 20, 21L << 20);
        FatPlanner.plan(tree, SMALL.withSize(size));
        FatDoesNotFitException e = catchThrowableOfType(
                FatDoesNotFitException.class, () -> FatPlanner.plan(tree, SMALL.withSize(size - (64 << 10))));
        assertThat(e.neededBytes()).isEqualTo(20 << 20);
        assertThat(e.availableBytes()).isLessThan(20 << 20);
        assertThat(FatPlanner.minimumSize(tree, SMALL.withType(FatType.FAT32))).isGreaterThan(32L << 20);
        assertThatThrownBy(() -> FatPlanner.plan(tree, SMALL.withSize(1 << 20)))
                .isInstanceOf(FatDoesNotFitException.class)
                .hasMessageContaining("not possible at this size");
    }

    @Test
    void aFullVolumeIsRight() throws Exception {
        FatPlan emptyPlan = FatPlanner.plan(empty().build(), SMALL);
        byte[] content = FatFixtures.bytes(4, (int) emptyPlan.freeBytes());
        FileTree tree =
                empty().file("/full", FatFixtures.attributes(0644), content).build();
        FatPlan plan = FatPlanner.plan(tree, SMALL);
        assertThat(plan.freeBytes()).isZero();
        assertThat(FatReader.read(ByteSource.of(FatFixtures.write(plan))).freeClusters())
                .isZero();
    }

    @Test
    void aLargeRootOfFat16Grows() throws Exception {
        FileTree.Builder tree = empty();
        for (int i = 0; i < 2000; i++) {
            tree.file("/a long name in the root " + i, FatFixtures.attributes(0644), new byte[0]);
        }
        byte[] image = FatFixtures.write(FatPlanner.plan(tree.build(), SMALL));
        assertThat(FatReader.read(ByteSource.of(image)).tree().entries()).hasSize(2001);
    }

    @Test
    void whatFatCannotHoldIsRefused() {
        assertRefused("/a:b", "control character");
        assertRefused("/a\tb", "control character");
        assertRefused("/dot.", "ends with a blank or dot");
        assertRefused("/blank ", "ends with a blank or dot");
        FileTree clash = empty().file("/Readme", FatFixtures.attributes(0644), new byte[0])
                .file("/README", FatFixtures.attributes(0644), new byte[0])
                .build();
        assertThatThrownBy(() -> FatPlanner.plan(clash, SMALL))
                .isInstanceOf(FatNameException.class)
                .hasMessage("FAT cannot hold /Readme: its name differs from /README only by case");
        FileTree link = empty().symlink("/x/link", "target", 0).build();
        assertThatThrownBy(() -> FatPlanner.plan(link, SMALL))
                .isInstanceOf(FatNameException.class)
                .hasMessage("FAT cannot hold /x/link: it is neither a regular file nor a directory");
        FileTree bytes = empty().put(
                        TreePath.ROOT.child(new byte[] {'a', (byte) 0xff}),
                        new Inode.Directory(FatFixtures.attributes(0755)))
                .build();
        assertThatThrownBy(() -> FatPlanner.plan(bytes, SMALL)).hasMessageContaining("not UTF-8");
        FileTree big = empty().put(
                        TreePath.of("/big"),
                        new Inode.RegularFile(FatFixtures.attributes(0644), ByteSource.zeros(1L << 32)))
                .build();
        assertThatThrownBy(() -> FatPlanner.plan(big, SMALL)).hasMessageContaining("at most 4294967295");
    }

    private static void assertRefused(String path, String reason) {
        FileTree tree =
                empty().file(path, FatFixtures.attributes(0644), new byte[0]).build();
        assertThatThrownBy(() -> FatPlanner.plan(tree, SMALL))
                .isInstanceOf(FatNameException.class)
                .hasMessageContaining(reason);
    }

    /** Every bit of what is not file content: seen as damage, or seen in the result, or in a field that nothing depends on. */
    @Test
    void bitFlipsInTablesAndDirectoriesAreReportedOrVisible() throws Exception {
        byte[] image = FatFixtures.write(FatPlanner.plan(FatFixtures.esp(), SMALL));
        FatContents good = FatReader.read(ByteSource.of(image));
        FatGeometry g = FatBootSector.decode(Arrays.copyOf(image, 512)).geometry();
        int reported = 0;
        for (int i = 0; i < 1200; i++) {
            int at = (int) g.tableOffset(0) + (i * 7) % 1500;
            flip(image, at, i % 8);
            assertThatThrownBy(() -> FatReader.read(ByteSource.of(image))).isInstanceOf(FormatException.class);
            flip(image, at, i % 8);
        }
        for (int bit = 0; bit < 4 * 32 * 8; bit++) {
            int at = (int) g.rootOffset() + bit / 8;
            flip(image, at, bit % 8);
            reported += differs(image, good) ? 1 : 0;
            flip(image, at, bit % 8);
        }
        assertThat(reported).isGreaterThan(300);
    }

    private static void flip(byte[] bytes, int at, int bit) {
        bytes[at] ^= (byte) (1 << bit);
    }

    private static boolean differs(byte[] image, FatContents good) throws IOException {
        try {
            FatContents read = FatReader.read(ByteSource.of(image));
            return !read.label().equals(good.label())
                    || !FatFixtures.description(read.tree()).equals(FatFixtures.description(good.tree()));
        } catch (FormatException e) {
            return true;
        }
    }

    @Test
    void truncationsAndNoiseGiveAFormatException() throws Exception {
        byte[] image = FatFixtures.write(FatPlanner.plan(FatFixtures.esp(), SMALL));
        for (int length = 0; length < image.length; length += 1 + length / 3) {
            byte[] cut = Arrays.copyOf(image, length);
            assertThatThrownBy(() -> FatReader.read(ByteSource.of(cut))).isInstanceOf(FormatException.class);
        }
        Random random = new Random(3);
        int interesting =
                (int) FatBootSector.decode(Arrays.copyOf(image, 512)).geometry().clusterOffset(20);
        byte[] start = Arrays.copyOf(image, interesting);
        for (int i = 0; i < 1200; i++) {
            System.arraycopy(start, 0, image, 0, interesting);
            for (int n = 0; n <= i % 6; n++) {
                int at = i % 2 == 0 ? random.nextInt(62) : random.nextInt(interesting);
                image[at] = (byte) random.nextInt();
            }
            try {
                FatReader.read(ByteSource.of(image));
            } catch (IOException e) {
                assertThat(e).isInstanceOf(FormatException.class);
            }
        }
    }

    @Test
    void damagesAreNamed() throws Exception {
        FileTree tree = empty().file("/A", FatFixtures.attributes(0644), new byte[4096])
                .file("/B", FatFixtures.attributes(0644), new byte[4096])
                .build();
        byte[] image = FatFixtures.write(FatPlanner.plan(tree, SMALL));
        FatGeometry g = FatBootSector.decode(Arrays.copyOf(image, 512)).geometry();
        assertThat(g.clusterBytes()).isEqualTo(1024);
        assertDamage(image, g, 3, 2, "used already");
        assertDamage(image, g, 3, 6, "longer than 4 clusters");
        assertDamage(image, g, 3, 0, "marked as free");
        assertDamage(image, g, 3, 0xffff, "2 clusters");
        assertDamage(image, g, 5, 6, "longer than 4 clusters");
        assertDamage(image, g, 3, 0xfff0, "points to cluster 65520");
        assertDamage(image, g, 100, 0xffff, "cluster 100 is used by no file");
        assertDamage(image, g, 1, 0x7fff, "clean");
        image[(int) g.tableOffset(1) + 4] ^= 1;
        assertThatThrownBy(() -> FatReader.read(ByteSource.of(image)))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("differs from the first table");
    }

    private static void assertDamage(byte[] image, FatGeometry g, int cluster, int value, String message) {
        byte[] bad = image.clone();
        for (int table = 0; table < 2; table++) {
            int at = (int) g.tableOffset(table) + 2 * cluster;
            bad[at] = (byte) value;
            bad[at + 1] = (byte) (value >> 8);
        }
        assertThatThrownBy(() -> FatReader.read(ByteSource.of(bad)))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(message);
    }

    @Test
    void otherFormatsAreNotTaken() {
        assertThatThrownBy(() -> FatReader.read(ByteSource.of(new byte[4096])))
                .isInstanceOf(NotThisFormatException.class);
        FatGeometry floppy = new FatGeometry(FatType.FAT16, 512, 1, 1, 9, 2, 224, 2880);
        byte[] fat12 = Arrays.copyOf(new FatBootSector(floppy, 0, 0, "").encode(), 2880 * 512);
        ByteSource source = ByteSource.of(fat12);
        assertThatThrownBy(() -> FatReader.read(source)).isInstanceOf(UnsupportedFeatureException.class);
    }
}
