package dev.caisson.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.BinaryWriter;
import dev.caisson.bytes.FormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Both cluster indexes: bytes, round trips of random files, hostile bytes. */
final class LclustersTest {
    private static final ErofsFormat SMALL = new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 12);
    private static final ErofsFormat BIG = new ErofsFormat(12, ErofsCompression.LZ4, 0, 1 << 20);

    @Test
    void full_hasTheKernelsBytes() {
        // 10,000 bytes in one block: a head, one more logical cluster, and the head at the end of the file.
        Lclusters clusters = Lclusters.of(List.of(new PhysicalCluster(0, 10_000, 0, 1, true)), 10_000, 12, 7, false);
        BinaryWriter out = BinaryWriter.littleEndian(32);
        FullIndex.write(clusters, out);
        assertThat(HexFormat.of().formatHex(out.toByteArray()))
                .isEqualTo("0000000000000000" + "0100000007000000" + "0200000001000100" + "0000100700000000");
    }

    @Test
    void compact_hasTheKernelsBytes() {
        Lclusters clusters = Lclusters.of(List.of(new PhysicalCluster(0, 10_000, 0, 1, true)), 10_000, 12, 7, false);
        CompactIndex index = new CompactIndex(MapHeader.of(SMALL, true, 0), 12, 40, 3);
        // Two entries of 16 bits and the address before the first head, twice; the last pack holds one entry.
        assertThat(HexFormat.of().formatHex(index.write(clusters)))
                .isEqualTo("0010" + "0120" + "06000000" + "1007" + "0000" + "00000000");
    }

    @Test
    void randomFiles_comeBack() throws IOException {
        for (int seed = 0; seed < 80; seed++) {
            Random random = new Random(seed);
            ErofsFormat format = new ErofsFormat[] {
                        SMALL,
                        BIG,
                        new ErofsFormat(9, ErofsCompression.LZ4, 0, 1 << 19),
                        new ErofsFormat(14, ErofsCompression.LZ4, 0, 1 << 16)
                    }
                    [seed % 4];
            List<PhysicalCluster> clusters = random(random, format);
            long size = clusters.get(clusters.size() - 1).end();
            long first = 1L + random.nextInt(1 << 20);
            roundTrip(format, clusters, size, first, random.nextInt(8) * 8L);
        }
    }

    private static void roundTrip(
            ErofsFormat format, List<PhysicalCluster> clusters, long size, long first, long offset) throws IOException {
        int bits = format.blockSizeBits();
        Lclusters table = Lclusters.of(clusters, size, bits, first, format.bigPclusters());
        List<PhysicalCluster> expected =
                clusters.stream().map(c -> c.moved(0, first)).toList();
        BinaryWriter out = BinaryWriter.littleEndian(64);
        FullIndex.write(table, out);
        assertThat(out.position()).isEqualTo((int) FullIndex.size(table.count()));
        Lclusters full = FullIndex.read(out.toByteArray(), 0, bits, table.count());
        assertThat(full.toClusters(size, MapHeader.of(format, false, 0), 2047, 0))
                .isEqualTo(expected);
        MapHeader header = MapHeader.of(format, true, 0);
        CompactIndex index = new CompactIndex(header, bits, offset, table.count());
        byte[] bytes = index.write(table);
        assertThat(bytes.length).isEqualTo((int) index.size());
        assertThat(index.read(bytes).toClusters(size, header, 2047, 0)).isEqualTo(expected);
    }

    private static List<PhysicalCluster> random(Random random, ErofsFormat format) {
        List<PhysicalCluster> clusters = new ArrayList<>();
        int blockSize = format.blockSize();
        int count = 1 + random.nextInt(40);
        long start = 0;
        long block = 0;
        for (int i = 0; i < count; i++) {
            boolean compressed = random.nextInt(3) > 0;
            int blocks = compressed ? 1 + random.nextInt(format.maxPclusterBlocks()) : 1;
            int most = Math.min(4 << 20, (blocks + 1) * blockSize * (1 + random.nextInt(6)));
            int length = compressed
                    ? blocks * blockSize + 1 + random.nextInt(Math.max(1, most - blocks * blockSize))
                    : blockSize;
            if (i == count - 1 && !compressed) {
                length = 1 + random.nextInt(blockSize);
            }
            clusters.add(new PhysicalCluster(start, length, block, blocks, compressed));
            start += length;
            block += blocks;
        }
        return clusters;
    }

    @Test
    void hostileIndexes_giveFormatExceptions() throws IOException {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            ErofsFormat format = seed % 2 == 0 ? SMALL : BIG;
            int count = 1 + random.nextInt(100);
            MapHeader header = MapHeader.of(format, true, 0);
            CompactIndex index = new CompactIndex(header, 12, 8L * random.nextInt(4), count);
            byte[] bytes = new byte[(int) index.size()];
            random.nextBytes(bytes);
            byte[] full = new byte[(int) FullIndex.size(count)];
            for (int i = 0; i < full.length; i++) {
                full[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(3));
            }
            try {
                index.read(bytes).toClusters((long) count << 12, header, 256, 0);
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
            try {
                FullIndex.read(full, 0, 12, count).toClusters((long) count << 12, header, 256, 0);
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }
}
