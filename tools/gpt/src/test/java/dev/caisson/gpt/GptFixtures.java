package dev.caisson.gpt;

import dev.caisson.bytes.Extent;
import dev.caisson.bytes.Guid;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Layouts and disks for the tests of this package. */
final class GptFixtures {
    static final Guid DISK = Guid.parse("11111111-2222-4333-8444-555555555555");
    static final long MIB = 1 << 20;

    private GptFixtures() {}

    static Guid guid(int number) {
        return Guid.parse(String.format(java.util.Locale.ROOT, "aaaaaaaa-0000-4000-8000-%012d", number));
    }

    static PartitionSpec spec(int number, String label, long contentBytes, PartitionSize size) {
        return new PartitionSpec(label, DiscoverablePartitionTypes.LINUX_GENERIC, guid(number), contentBytes, size, 0);
    }

    /** The default image: ESP, two slots of root and verity, data. */
    static PartitionLayout image(SectorSize sectorSize, OptionalLong diskSize) {
        DiscoverablePartitionTypes.ForArchitecture types = DiscoverablePartitionTypes.X86_64;
        long readOnly = GptAttributes.READ_ONLY | GptAttributes.NO_AUTO;
        return new PartitionLayout(
                sectorSize,
                DISK,
                diskSize,
                MIB,
                List.of(
                        new PartitionSpec(
                                "esp",
                                DiscoverablePartitionTypes.ESP,
                                guid(1),
                                3 * MIB + 5,
                                new PartitionSize.Fixed(8 * MIB),
                                GptAttributes.REQUIRED),
                        new PartitionSpec(
                                "os_1.0",
                                types.root(),
                                guid(2),
                                10 * MIB + 4096,
                                new PartitionSize.Automatic(150, 0),
                                GptAttributes.READ_ONLY),
                        new PartitionSpec(
                                "os_1.0_verity",
                                types.rootVerity(),
                                guid(3),
                                90_112,
                                new PartitionSize.Automatic(100, 0),
                                readOnly),
                        new PartitionSpec(
                                "_empty", types.root(), guid(4), 0, new PartitionSize.Fixed(16 * MIB), readOnly),
                        new PartitionSpec(
                                "data \u00e4 \ud83d\ude00",
                                DiscoverablePartitionTypes.VAR,
                                guid(5),
                                0,
                                new PartitionSize.Rest(4 * MIB),
                                GptAttributes.GROW_FILE_SYSTEM)));
    }

    /** The disk as bytes, with nothing in the partitions. */
    static byte[] disk(GptPlan plan) {
        byte[] disk = new byte[Math.toIntExact(plan.diskSizeBytes())];
        try {
            for (Extent extent : plan.extents()) {
                byte[] bytes = extent.source().readAll(1 << 20);
                System.arraycopy(bytes, 0, disk, (int) extent.offset(), bytes.length);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return disk;
    }
}
