package dev.caisson.diskimage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.FormatException;
import dev.caisson.compression.Codec;
import dev.caisson.compression.CodecLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every format promises: the same bytes back, the same file again, and no surprise on damage. */
class FormatsTest {
    static Stream<String> randomAccess() {
        return Formats.randomAccess().keySet().stream();
    }

    static Stream<String> streams() {
        return Formats.streams().keySet().stream();
    }

    private static byte[] written(String name, DiskImage image) throws IOException {
        return Formats.write(Formats.randomAccess().get(name).apply(image));
    }

    @ParameterizedTest
    @MethodSource("randomAccess")
    void roundTrip(String name) throws IOException {
        for (long seed = 1; seed <= 3; seed++) {
            DiskImage image = Formats.sample(seed);
            DiskImage read = DiskFormat.open(ByteSource.of(written(name, image)));
            assertThat(read.size()).isEqualTo(image.size());
            assertThat(Formats.bytes(read)).isEqualTo(Formats.bytes(image));
            byte[] part = new byte[70_001];
            read.asSource().readFully(65_000, java.nio.ByteBuffer.wrap(part));
            assertThat(part).isEqualTo(image.asSource().read(65_000, part.length));
        }
    }

    @ParameterizedTest
    @MethodSource("randomAccess")
    void holesStayHoles(String name) throws IOException {
        byte[] file = written(name, DiskImage.of(8 << 20, List.of(new Extent(0, ByteSource.of(new byte[100_000])))));
        DiskImage read = DiskFormat.open(ByteSource.of(file));
        assertThat(Formats.bytes(read)).containsOnly(0);
        if (!name.equals("vpc fixed")) {
            assertThat(read.extents()).isEmpty();
            assertThat(file.length).isLessThan(name.equals("vhdx") ? 5 << 20 : 400_000);
        }
    }

    @ParameterizedTest
    @MethodSource("randomAccess")
    void sameBytes_inAnyOrderAndHoweverTheDiskIsCut(String name) throws IOException {
        DiskImage image = Formats.sample(4);
        byte[] file = written(name, image);
        assertThat(Formats.writeBackwards(Formats.randomAccess().get(name).apply(image)))
                .isEqualTo(file);
        DiskImage whole = DiskImage.of(image.size(), List.of(new Extent(0, ByteSource.of(Formats.bytes(image)))));
        assertThat(written(name, whole)).isEqualTo(file);
    }

    @ParameterizedTest
    @MethodSource("randomAccess")
    void damage_isAnErrorOrHarmless(String name) throws IOException {
        byte[] file = written(name, Formats.sample(5));
        Random random = new Random(6);
        for (int i = 0; i < 600; i++) {
            byte[] damaged = file.clone();
            // Half of the flips hit the structures in front.
            int at = random.nextInt(i % 2 == 0 ? Math.min(2_048, file.length) : file.length);
            if (i % 4 == 3) {
                at = file.length - 1 - random.nextInt(512);
            }
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            readAnyhow(damaged, i % 8 == 0);
        }
        for (int i = 0; i < 200; i++) {
            readAnyhow(Arrays.copyOf(file, random.nextInt(i % 2 == 0 ? 4_096 : file.length)), false);
        }
    }

    private static void readAnyhow(byte[] bytes, boolean whole) throws IOException {
        try {
            DiskImage image = DiskFormat.open(ByteSource.of(bytes));
            if (image.size() > 1L << 40) {
                assertThat(image.extents().size()).isLessThan(100_000);
            }
            if (whole && image.size() < 64 << 20) {
                Formats.bytes(image);
            }
        } catch (FormatException expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        } catch (java.io.UncheckedIOException wrapped) {
            assertThat(wrapped.getCause()).isInstanceOf(FormatException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void stream_roundTripAndSameBytes(String name) throws IOException {
        Codec codec = Codec.ofName(name).orElseThrow();
        for (DiskImage image :
                List.of(Formats.sample(7), DiskImage.of(0, List.of()), DiskImage.of(3 << 20, List.of()))) {
            byte[] file = Formats.write(Formats.streams().get(name).apply(image));
            if (image.size() > 0 || codec != Codec.ZSTD) {
                byte[] back = codec.decode(new ByteArrayInputStream(file), CodecLimits.ofOutput(8 << 20))
                        .readAllBytes();
                assertThat(back).isEqualTo(Formats.bytes(image));
            }
            assertThat(Formats.writeBackwards(Formats.streams().get(name).apply(image)))
                    .isEqualTo(file);
        }
    }

    @Test
    void gce_holdsOneFileOfWholeGibibytes() throws IOException {
        DiskImage archive = GceImage.archive(Formats.sample(8), Formats.EPOCH);
        assertThat(archive.size()).isEqualTo(512 + (1L << 30) + 1024);
        DiskImage read = GceImage.open(archive.asSource());
        assertThat(read.size()).isEqualTo(1L << 30);
        assertThat(read.asSource().read(0, 7 << 20)).isEqualTo(Formats.bytes(Formats.sample(8)));
        byte[] header = archive.asSource().read(0, 512);
        for (int bit = 0; bit < header.length * 8; bit++) {
            byte[] damaged = header.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> GceImage.open(ByteSource.of(damaged))))
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void vhd_isFilledUpToMebibytes() throws IOException {
        byte[] file = written("vpc fixed", DiskImage.of(1_000, List.of(new Extent(0, ByteSource.of(new byte[] {1})))));
        assertThat(file).hasSize((1 << 20) + 512);
    }

    @Test
    void vhdFooter_everyBitFlipIsReported() {
        byte[] footer = new VhdFooter(false, 5, 1 << 20, Formats.ID.stored()).encode();
        for (int bit = 0; bit < footer.length * 8; bit++) {
            byte[] damaged = footer.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> VhdFooter.parse(damaged, 0)))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void formats_byName() {
        assertThat(DiskFormat.ofFileName("a.qcow2")).contains(DiskFormat.QCOW2);
        assertThat(DiskFormat.ofFileName("a.sparse.vmdk")).contains(DiskFormat.VMDK_SPARSE);
        assertThat(DiskFormat.ofFileName("a.vmdk")).contains(DiskFormat.VMDK);
        assertThat(DiskFormat.ofFileName("a")).isEmpty();
        assertThat(DiskFormat.ofName("gce")).contains(DiskFormat.GCE);
    }
}
