package dev.caisson.iso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IsoTest {
    static final int SIZE = 4 << 20;
    static final List<IsoFile> FILES = List.of(
            new IsoFile("esp.img", 3 << 20, 700_000),
            new IsoFile("images/root.erofs", 1 << 20, 100_001),
            new IsoFile("images/root.verity", 2 << 20, 4_096),
            new IsoFile("images/deep/er/Read-Me.txt", (2 << 20) + 8_192, 13));

    static IsoVolume volume() {
        return new IsoVolume(
                "CAISSON_TEST", "Caisson", SIZE, 1_700_000_000, Optional.of(new IsoVolume.BootImage(3 << 20, 700_000)));
    }

    static byte[] image() throws IOException {
        byte[] image = new byte[SIZE];
        Random random = new Random(5);
        for (IsoFile file : FILES) {
            byte[] content = new byte[(int) file.sizeBytes()];
            random.nextBytes(content);
            System.arraycopy(content, 0, image, (int) file.offset(), content.length);
        }
        for (Extent extent : IsoPlan.of(volume(), FILES).extents()) {
            extent.source().readFully(0, ByteBuffer.wrap(image, (int) extent.offset(), (int) extent.size()));
        }
        return image;
    }

    @Test
    void roundTrip() throws IOException {
        IsoImage read = IsoReader.read(ByteSource.of(image()));
        assertThat(read.identifier()).isEqualTo("CAISSON_TEST");
        assertThat(read.sizeBytes()).isEqualTo(SIZE);
        assertThat(read.files()).containsExactlyInAnyOrderElementsOf(FILES);
        assertThat(read.boot()).containsExactly(new IsoImage.Boot(IsoImage.Boot.EFI, 3 << 20, 1368 * 512));
    }

    @Test
    void sameBytes_andTheSystemAreaIsFree() throws IOException {
        assertThat(image()).isEqualTo(image());
        assertThat(Arrays.copyOf(image(), 0x8000)).containsOnly(0);
        assertThat(IsoPlan.of(volume(), FILES).endBytes()).isLessThan(1 << 20);
    }

    @Test
    void aLargeFileHasSections_aLargeBootImageNoSize() throws IOException {
        long large = 9L << 30;
        IsoVolume volume = new IsoVolume(
                "L", "", 10L << 30, 0, Optional.of(new IsoVolume.BootImage((1 << 20) + large, 64L << 20)));
        List<IsoFile> files = List.of(new IsoFile("disk.img", 1 << 20, large));
        List<Extent> extents = IsoPlan.of(volume, files).extents();
        ByteSource sparse = new ByteSource() {
            @Override
            public long size() {
                return volume.sizeBytes();
            }

            @Override
            public void readFully(long offset, ByteBuffer dst) throws IOException {
                byte[] bytes = new byte[dst.remaining()];
                for (Extent extent : extents) {
                    long from = Math.max(offset, extent.offset());
                    long to = Math.min(offset + bytes.length, extent.end());
                    if (from < to) {
                        extent.source()
                                .readFully(from - extent.offset(), ByteBuffer.wrap(bytes, (int) (from - offset), (int)
                                        (to - from)));
                    }
                }
                dst.put(bytes);
            }
        };
        IsoImage read = IsoReader.read(sparse);
        assertThat(read.files()).isEqualTo(files);
        assertThat(read.boot().get(0).sizeBytes()).isZero();
    }

    @Test
    void manyFiles_recordsDoNotCrossSectors() throws IOException {
        List<IsoFile> files = new java.util.ArrayList<>();
        for (int i = 0; i < 200; i++) {
            files.add(new IsoFile("many/file-with-a-long-name-" + i, (1 << 20) + 2_048L * i, 7));
        }
        byte[] image = new byte[SIZE];
        for (Extent extent : IsoPlan.of(volume(), files).extents()) {
            extent.source().readFully(0, ByteBuffer.wrap(image, (int) extent.offset(), (int) extent.size()));
        }
        assertThat(IsoReader.read(ByteSource.of(image)).files()).containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    void mistakesOfTheCaller() {
        IsoVolume volume = volume();
        List<IsoFile> twice = List.of(new IsoFile("a-b", 1 << 20, 1), new IsoFile("A_b", 2 << 20, 1));
        assertThatThrownBy(() -> IsoPlan.of(volume, twice)).isInstanceOf(IllegalArgumentException.class);
        List<IsoFile> early = List.of(new IsoFile("a", 0x8000, 1));
        assertThatThrownBy(() -> IsoPlan.of(volume, early)).isInstanceOf(IllegalArgumentException.class);
        List<IsoFile> behind = List.of(new IsoFile("a", SIZE - 2_048, 4_096));
        assertThatThrownBy(() -> IsoPlan.of(volume, behind)).isInstanceOf(IllegalArgumentException.class);
        for (String path : List.of("", "/a", "a/", "../a", "a/./b", "a b")) {
            assertThatThrownBy(() -> new IsoFile(path, 0, 0)).as(path).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void damage_isAnErrorOrHarmless() throws IOException {
        byte[] image = image();
        int end = (int) IsoPlan.of(volume(), FILES).endBytes();
        for (int at = 0x8000; at < end; at++) {
            for (int bit = 0; bit < 8; bit += 1 + at % 3) {
                image[at] ^= (byte) (1 << bit);
                try {
                    assertThat(IsoReader.read(ByteSource.of(image)).files().size())
                            .isLessThan(100);
                } catch (FormatException expected) {
                    assertThat(expected.getMessage()).isNotEmpty();
                }
                image[at] ^= (byte) (1 << bit);
            }
        }
    }

    @Test
    void numbersMustAgreeInBothByteOrders() throws IOException {
        byte[] image = image();
        image[0x8000 + 84] ^= 1;
        assertThatThrownBy(() -> IsoReader.read(ByteSource.of(image))).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void everyTruncationIsReported() throws IOException {
        byte[] image = image();
        for (int length = 0; length < image.length; length += 997) {
            byte[] cut = Arrays.copyOf(image, length);
            assertThat(catchThrowable(() -> IsoReader.read(ByteSource.of(cut))))
                    .as("cut at %d", length)
                    .isInstanceOf(FormatException.class);
        }
    }
}
