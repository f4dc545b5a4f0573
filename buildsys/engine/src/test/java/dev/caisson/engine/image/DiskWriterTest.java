package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Digest;
import dev.caisson.bytes.DigestAlgorithm;
import dev.caisson.bytes.Extent;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.work.WorkPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskWriterTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9})
    void anyDisk_isWrittenAndHashedOnce(int jobs) throws Exception {
        Random random = new Random(jobs);
        for (int round = 0; round < 6; round++) {
            int size = 6 * MIB + random.nextInt(3 * MIB);
            byte[] expected = new byte[size];
            List<Extent> extents = new ArrayList<>();
            for (int at = random.nextInt(2 * MIB); at < size; at += random.nextInt(2 * MIB)) {
                byte[] bytes = new byte[Math.min(size - at, 1 + random.nextInt(3 * MIB))];
                if (random.nextInt(4) > 0) {
                    random.nextBytes(bytes);
                }
                System.arraycopy(bytes, 0, expected, at, bytes.length);
                extents.add(new Extent(at, ByteSource.of(bytes)));
                at += bytes.length;
            }
            int from = MIB * random.nextInt(3);
            int length = 1 + random.nextInt(size - from - 1);
            byte[] part = Arrays.copyOfRange(expected, from, from + length);
            AtomicLong checked = new AtomicLong();
            DiskWriter.Check check = (offset, bytes, at, count) -> {
                assertThat(offset % MIB).isZero();
                assertThat(Arrays.equals(bytes, at, at + count, part, (int) offset, (int) offset + count))
                        .isTrue();
                checked.addAndGet(count);
            };
            Path whole = folder.resolve("whole" + round);
            Path copy = folder.resolve("part" + round);
            try (WorkPool pool = new WorkPool(jobs)) {
                DiskWriter.Digests digests = DiskWriter.write(
                        pool,
                        DiskImage.of(size, extents),
                        whole,
                        Optional.of(new DiskWriter.Part(from, length, Optional.of(copy), check)));
                assertThat(digests.whole()).isEqualTo(DigestAlgorithm.SHA256.of(expected));
                assertThat(digests.part()).contains(DigestAlgorithm.SHA256.of(part));
            }
            assertThat(Files.readAllBytes(whole)).isEqualTo(expected);
            assertThat(Files.readAllBytes(copy)).isEqualTo(part);
            assertThat(checked).hasValue(length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9})
    void failure_isThrownAndNobodyWaitsForever(int jobs) throws Exception {
        byte[] bytes = new byte[40 * MIB];
        Arrays.fill(bytes, (byte) 1);
        ByteSource breaks = new ByteSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void readFully(long offset, ByteBuffer dst) throws IOException {
                if (offset >= 3 * MIB) {
                    throw new IOException("the disk is gone");
                }
                dst.put(bytes, (int) offset, dst.remaining());
            }
        };
        try (WorkPool pool = new WorkPool(jobs)) {
            DiskImage image = DiskImage.of(bytes.length, List.of(new Extent(0, breaks)));
            assertThatThrownBy(() -> DiskWriter.write(pool, image, folder.resolve("x"), Optional.empty()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk is gone");
        }
    }

    @Test
    void orderedDigest_takesPiecesInAnyOrder() {
        Random random = new Random(5);
        byte[] all = new byte[100_000];
        random.nextBytes(all);
        Arrays.fill(all, 30_000, 60_000, (byte) 0);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            order.add(i);
        }
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(order, random);
            OrderedDigest digest = new OrderedDigest();
            AtomicLong done = new AtomicLong();
            for (int piece : order) {
                if (piece >= 30 && piece < 60) {
                    digest.zeros(piece, 1000);
                } else {
                    byte[] bytes = Arrays.copyOfRange(all, piece * 1000, (piece + 1) * 1000);
                    digest.bytes(piece, bytes, 1000, done::incrementAndGet);
                }
            }
            Digest result = digest.result(100);
            assertThat(result).isEqualTo(DigestAlgorithm.SHA256.of(all));
            assertThat(done).hasValue(70);
        }
        assertThatThrownBy(() -> new OrderedDigest().result(1)).isInstanceOf(IllegalStateException.class);
    }
}
