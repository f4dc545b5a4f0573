package dev.caisson.diskimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.DigestingSink;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.FileSource;
import dev.caisson.bytes.Guid;
import dev.caisson.gpt.DiscoverablePartitionTypes;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.GptPlanner;
import dev.caisson.gpt.GptReader;
import dev.caisson.gpt.PartitionLayout;
import dev.caisson.gpt.PartitionSize;
import dev.caisson.gpt.PartitionSpec;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskImageTest {
    @TempDir
    Path folder;

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Extents from memory, from files and from slices of files, with zeros inside, and the bytes that they should give. */
    private record Sample(DiskImage image, byte[] expected) {}

    private Sample sample(Random random, FileSource file, byte[] fileBytes) {
        byte[] expected = new byte[500_000 + random.nextInt(1000)];
        List<Extent> extents = new ArrayList<>();
        for (int at = random.nextInt(3000); at < expected.length; at += random.nextInt(40_000)) {
            int length = Math.min(random.nextInt(60_000), expected.length - at);
            byte[] content = bytes(random, length);
            ByteSource source = ByteSource.of(content);
            int from = random.nextInt(fileBytes.length - length);
            switch (random.nextInt(5)) {
                case 0 -> java.util.Arrays.fill(content, length / 4, length * 3 / 4, (byte) 0);
                case 1 -> {
                    System.arraycopy(fileBytes, from, content, 0, length);
                    source = file.slice(from, length);
                }
                case 2 -> {
                    System.arraycopy(fileBytes, from + length / 2, content, 0, length - length / 2);
                    source = file.slice(from, length).slice(length / 2, length - length / 2);
                }
                case 3 -> java.util.Arrays.fill(content, (byte) 0);
                default -> source = ByteSource.of(content).slice(0, length);
            }
            System.arraycopy(content, 0, expected, at, (int) source.size());
            extents.add(new Extent(at, source));
            at += (int) source.size();
        }
        Collections.shuffle(extents, random);
        return new Sample(DiskImage.of(expected.length, extents), expected);
    }

    @Test
    void everyWayToWriteGivesTheSameBytes() throws IOException {
        Random random = new Random(1);
        byte[] fileBytes = bytes(random, 200_000);
        Path source = Files.write(folder.resolve("source"), fileBytes);
        try (FileSource file = FileSource.open(source)) {
            for (int round = 0; round < 30; round++) {
                Sample sample = sample(random, file, fileBytes);
                DiskImage image = sample.image();
                ArraySink out = new ArraySink();
                image.writeTo(out);
                assertThat(out.toByteArray()).isEqualTo(sample.expected());
                assertThat(image.asSource().readAll(1 << 20)).isEqualTo(sample.expected());
                assertThat(DigestAlgorithm.SHA256.of(image.asSource()))
                        .isEqualTo(DigestAlgorithm.SHA256.of(sample.expected()));
                Path target = folder.resolve("target" + round);
                RawDisk.write(image, target);
                assertThat(Files.readAllBytes(target)).isEqualTo(sample.expected());
                for (int i = 0; i < 50; i++) {
                    int at = random.nextInt(sample.expected().length);
                    int length = random.nextInt(sample.expected().length - at);
                    assertThat(image.asSource().read(at, length))
                            .isEqualTo(java.util.Arrays.copyOfRange(sample.expected(), at, at + length));
                    if (!image.hasData(at, length)) {
                        assertThat(image.asSource().read(at, length)).containsOnly(0);
                    }
                }
            }
        }
    }

    @Test
    void rangesMayBeCopiedInAnyOrderByThreads() throws Exception {
        Random random = new Random(2);
        byte[] fileBytes = bytes(random, 200_000);
        Path source = Files.write(folder.resolve("source"), fileBytes);
        try (FileSource file = FileSource.open(source)) {
            Sample sample = sample(random, file, fileBytes);
            Path target = folder.resolve("target");
            RawDisk disk = RawDisk.create(sample.image(), target);
            List<RawDisk.Range> ranges = new ArrayList<>(disk.ranges(10_000));
            assertThat(ranges).allMatch(range -> range.length() <= 10_000);
            assertThat(ranges.stream().mapToLong(RawDisk.Range::length).sum())
                    .isEqualTo(sample.image().dataBytes());
            Collections.shuffle(ranges, random);
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int t = 0; t < 4; t++) {
                int first = t;
                threads.add(new Thread(() -> {
                    try {
                        for (int i = first; i < ranges.size(); i += 4) {
                            disk.copy(ranges.get(i));
                        }
                    } catch (IOException e) {
                        failures.add(e);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(Files.readAllBytes(target)).isEqualTo(sample.expected());
        }
    }

    @Test
    void holesStayHolesOnDisk() throws Exception {
        Path target = folder.resolve("sparse");
        byte[] content = new byte[8 << 20];
        content[5 << 20] = 1;
        DiskImage image = DiskImage.builder(1L << 32)
                .add(1 << 20, ByteSource.of(content))
                .add((1L << 32) - 512, ByteSource.of(new byte[] {1}))
                .build();
        RawDisk.write(image, target);
        assertThat(Files.size(target)).isEqualTo(1L << 32);
        assertThat(image.dataBytes()).isEqualTo((8 << 20) + 1);
        if (Files.getFileStore(target).supportsFileAttributeView("unix")) {
            long blocks = Long.parseLong(new String(
                            new ProcessBuilder("stat", "-c", "%b", target.toString())
                                    .start()
                                    .getInputStream()
                                    .readAllBytes(),
                            java.nio.charset.StandardCharsets.US_ASCII)
                    .trim());
            assertThat(blocks * 512).isLessThan(1 << 20);
        }
    }

    @Test
    void emptyDisksAndExtents() throws IOException {
        Path target = folder.resolve("empty");
        RawDisk.write(DiskImage.builder(0).add(0, ByteSource.zeros(0)).build(), target);
        assertThat(target).isEmptyFile();
        DiskImage hole = DiskImage.builder(1000).build();
        assertThat(hole.asSource().readAll(1000)).hasSize(1000).containsOnly(0);
        assertThat(hole.hasData(0, 1000)).isFalse();
        assertThatThrownBy(() -> hole.asSource().read(999, 2)).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> RawDisk.create(hole, target)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void overlapsAndOverrunsAreRefused() {
        DiskImage.Builder overlap =
                DiskImage.builder(1000).add(0, ByteSource.zeros(10)).add(9, ByteSource.zeros(1));
        assertThatThrownBy(overlap::build).isInstanceOf(IllegalArgumentException.class);
        DiskImage.Builder overrun = DiskImage.builder(1000).add(999, ByteSource.zeros(2));
        assertThatThrownBy(overrun::build).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Extent(-1, ByteSource.zeros(2))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSourceThatShrinksIsReported() throws IOException {
        Path source = Files.write(folder.resolve("shrinks"), new byte[100_000]);
        try (FileSource file = FileSource.open(source)) {
            DiskImage image = DiskImage.builder(200_000).add(0, file).build();
            Files.write(source, new byte[50_000]);
            assertThatThrownBy(() -> RawDisk.write(image, folder.resolve("target")))
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void partitionsLieWhereTheTableSays() throws Exception {
        Guid disk = Guid.parse("11111111-2222-4333-8444-555555555555");
        PartitionSpec spec = new PartitionSpec(
                "root",
                DiscoverablePartitionTypes.X86_64.root(),
                Guid.parse("11111111-2222-4333-8444-555555555556"),
                5,
                new PartitionSize.Automatic(100, 0),
                0);
        GptPlan plan = GptPlanner.plan(PartitionLayout.ofSmallest(disk, List.of(spec)));
        byte[] content = {1, 2, 3, 4, 5};
        DiskImage image = DiskImage.builder(plan)
                .add(plan.partitions().get(0), ByteSource.of(content))
                .build();
        assertThat(GptReader.read(image.asSource()).intactTable().byName("root"))
                .hasSize(1);
        assertThat(image.asSource().read(1 << 20, 5)).isEqualTo(content);
        DigestingSink digests = new DigestingSink(new ArraySink(), DigestAlgorithm.SHA256);
        image.writeTo(digests);
        assertThat(digests.position()).isEqualTo(image.size());
        DiskImage.Builder builder = DiskImage.builder(plan);
        assertThatThrownBy(() -> builder.add(plan.partitions().get(0), ByteSource.zeros((1 << 20) + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("root");
    }
}
