package dev.caisson.gpt;

import static dev.caisson.gpt.GptFixtures.MIB;
import static dev.caisson.gpt.GptFixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.bytes.ByteSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GptPlannerTest {
    private static PartitionLayout layout(long diskSize, PartitionSpec... specs) {
        PartitionLayout layout = PartitionLayout.ofSmallest(GptFixtures.DISK, List.of(specs));
        return diskSize == 0 ? layout : layout.withDiskSize(diskSize);
    }

    private static DoesNotFitException doesNotFit(PartitionLayout layout) {
        DoesNotFitException thrown = catchThrowableOfType(DoesNotFitException.class, () -> GptPlanner.plan(layout));
        assertThat(thrown).isNotNull();
        return thrown;
    }

    @Test
    void placesFollowEachOtherAligned() throws Exception {
        GptPlan plan = GptPlanner.plan(GptFixtures.image(SectorSize.BYTES_512, OptionalLong.of(64 * MIB)));
        assertThat(plan.partitions().stream().map(PlannedPartition::offsetBytes))
                .containsExactly(MIB, 9 * MIB, 25 * MIB, 26 * MIB, 42 * MIB);
        assertThat(plan.partitions().stream().map(PlannedPartition::sizeBytes))
                .containsExactly(8 * MIB, 16 * MIB, MIB, 16 * MIB, 21 * MIB);
        assertThat(plan.partition("esp").orElseThrow().freeBytes()).isEqualTo(5 * MIB - 5);
        assertThat(plan.partition("none")).isEmpty();
        assertThat(plan.diskSizeBytes()).isEqualTo(64 * MIB);
    }

    @Test
    void theSmallestDiskHoldsAllWithTheBackup() throws Exception {
        GptPlan plan = GptPlanner.plan(GptFixtures.image(SectorSize.BYTES_512, OptionalLong.empty()));
        assertThat(plan.diskSizeBytes()).isEqualTo(47 * MIB);
        assertThat(plan.partitions().get(4).sizeBytes()).isEqualTo(4 * MIB);
        assertThat(GptPlanner.plan(layout(0)).diskSizeBytes()).isEqualTo(MIB);
    }

    @Test
    void theRestMayLieAnywhere() throws Exception {
        GptPlan plan = GptPlanner.plan(layout(
                100 * MIB,
                spec(1, "a", 0, new PartitionSize.Fixed(MIB + 512)),
                spec(2, "rest", 0, new PartitionSize.Rest(1)),
                spec(3, "b", 5000, new PartitionSize.Minimal()),
                spec(4, "c", 1, new PartitionSize.Automatic(100, 3 * MIB))));
        assertThat(plan.partitions().stream().map(PlannedPartition::offsetBytes))
                .containsExactly(MIB, 3 * MIB, 95 * MIB, 96 * MIB);
        assertThat(plan.partitions().stream().map(PlannedPartition::sizeBytes))
                .containsExactly(MIB + 512, 92 * MIB, 8192L, 3 * MIB);
    }

    @Test
    void contentLargerThanItsPartitionIsSaid() {
        DoesNotFitException e = doesNotFit(layout(0, spec(1, "esp", 9 * MIB, new PartitionSize.Fixed(8 * MIB))));
        assertThat(e.partition()).isEqualTo("esp");
        assertThat(e.neededBytes()).isEqualTo(9 * MIB);
        assertThat(e.availableBytes()).isEqualTo(8 * MIB);
        assertThat(e.missingBytes()).isEqualTo(MIB);
        assertThat(e)
                .hasMessage(
                        "partition \"esp\" does not fit: its content needs 9437184 bytes (9.0 MiB), the partition has"
                                + " 8388608 bytes (8.0 MiB), 1048576 bytes (1.0 MiB) too little");
    }

    @Test
    void aDiskThatIsTooSmallIsSaid() {
        PartitionSpec root = spec(1, "root", 6 * MIB, new PartitionSize.Minimal());
        PartitionSpec data = spec(2, "data", 0, new PartitionSize.Rest(4 * MIB));
        DoesNotFitException e = doesNotFit(layout(10 * MIB, root, data));
        assertThat(e.partition()).isEqualTo("data");
        assertThat(e.neededBytes()).isEqualTo(4 * MIB);
        assertThat(e.availableBytes()).isEqualTo(3 * MIB - 33 * 512);
        assertThat(doesNotFit(layout(3 * MIB, root, data)).partition()).isEqualTo("root");
        DoesNotFitException none = doesNotFit(layout(512, root));
        assertThat(none.availableBytes()).isZero();
        assertThat(none.missingBytes()).isEqualTo(6 * MIB);
    }

    @Test
    void exactlyEnoughIsEnough() throws Exception {
        PartitionSpec root = spec(1, "root", 6 * MIB, new PartitionSize.Minimal());
        long size = 7 * MIB + 33 * 512;
        assertThat(GptPlanner.plan(layout(size, root)).partitions()).hasSize(1);
        assertThat(doesNotFit(layout(size - 512, root)).missingBytes()).isEqualTo(512);
    }

    @Test
    void mistakesAreRefused() {
        PartitionSpec one = spec(1, "a", 0, new PartitionSize.Minimal());
        assertThatThrownBy(() -> GptPlanner.plan(layout(0, one, spec(1, "b", 0, new PartitionSize.Minimal()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("used twice");
        assertThatThrownBy(() -> GptPlanner.plan(layout(1000, one))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec(1, "x".repeat(37), 0, new PartitionSize.Minimal()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spec(1, "\ud83d\ude00".repeat(19), 0, new PartitionSize.Minimal()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(spec(1, "\ud83d\ude00".repeat(18), 0, new PartitionSize.Minimal())
                        .label())
                .hasSize(36);
    }

    @Test
    void whatIsPlannedIsReadBack() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 60; round++) {
            List<PartitionSpec> specs = new ArrayList<>();
            int count = random.nextInt(round == 0 ? 1 : 20);
            for (int i = 0; i < count; i++) {
                specs.add(spec(i, "p" + i, random.nextInt(70_000), randomSize(random, i == count / 2)));
            }
            SectorSize sectorSize = random.nextBoolean() ? SectorSize.BYTES_512 : SectorSize.BYTES_4096;
            OptionalLong disk = random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(4 * MIB);
            GptPlan plan = GptPlanner.plan(new PartitionLayout(sectorSize, GptFixtures.DISK, disk, 4096, specs));
            PartitionTable table =
                    GptReader.read(ByteSource.of(GptFixtures.disk(plan))).intactTable();
            assertThat(table.sectorSize()).isEqualTo(sectorSize);
            assertThat(table.diskSizeBytes()).isEqualTo(plan.diskSizeBytes());
            assertThat(new ArrayList<>(table.entries().values()))
                    .isEqualTo(plan.partitions().stream()
                            .map(PlannedPartition::entry)
                            .toList());
        }
    }

    private static PartitionSize randomSize(Random random, boolean rest) {
        if (rest) {
            return new PartitionSize.Rest(1 + random.nextInt(5000));
        }
        return switch (random.nextInt(3)) {
            case 0 -> new PartitionSize.Fixed(70_000 + random.nextInt(1000));
            case 1 -> new PartitionSize.Automatic(100 + random.nextInt(100), random.nextInt(9000));
            default -> new PartitionSize.Minimal();
        };
    }
}
