package dev.caisson.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.BuildSeed;
import dev.caisson.engine.FailureCode;
import dev.caisson.gpt.GptPlan;
import dev.caisson.gpt.PlannedPartition;
import dev.caisson.manifest.PartitionSpec;
import dev.caisson.manifest.Variant;
import dev.caisson.verity.LeafDigests;
import dev.caisson.verity.VerityLayout;
import dev.caisson.verity.VerityParameters;
import dev.caisson.verity.VerityPlan;
import dev.caisson.verity.VerityTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskLayoutTest {
    private static final long MIB = 1 << 20;
    private static final VerityParameters VERITY = VerityParameters.ofDefaults(new byte[0]);
    private static final BuildSeed SEED = BuildSeed.of("test");

    @TempDir
    Path folder;

    private static byte[] rootHash() {
        byte[] hash = new byte[32];
        for (int i = 0; i < 32; i++) {
            hash[i] = (byte) (i + 1);
        }
        return hash;
    }

    private static GptPlan plan(Variant variant, long esp, long root) throws BuildException {
        return new DiskLayout(variant).plan(new DiskLayout.Contents(esp, root, root / 100), VERITY, rootHash(), SEED);
    }

    @Test
    void builtIn_twoSlotsOfOneSize() throws Exception {
        GptPlan plan = plan(Variants.of(folder, ""), 40 * MIB, 100 * MIB);
        List<PlannedPartition> parts = plan.partitions();
        assertThat(parts)
                .extracting(p -> p.spec().label())
                .containsExactly("esp", "host_1.2.3", "host_1.2.3_verity", "_empty", "_empty", "data");
        assertThat(parts.get(1).sizeBytes())
                .isEqualTo(160 * MIB)
                .isEqualTo(parts.get(3).sizeBytes());
        assertThat(parts.get(2).sizeBytes()).isEqualTo(parts.get(4).sizeBytes());
        assertThat(parts.get(1).spec().type()).isEqualTo(parts.get(3).spec().type());
        assertThat(parts.get(1).spec().type()).hasToString("4f68bce3-e8cd-4db1-96e7-fbcaf984b709");
        assertThat(parts).allMatch(p -> p.offsetBytes() % MIB == 0);
        assertThat(plan.sectorSize().bytes()).isEqualTo(512);
    }

    /** Discoverable Partitions Specification: the halves of the root hash, in text order. */
    @Test
    void partitionGuids_areTheHalvesOfTheRootHash() throws Exception {
        GptPlan plan = plan(Variants.of(folder, ""), 40 * MIB, 100 * MIB);
        assertThat(plan.partitions().get(1).spec().unique()).hasToString("01020304-0506-0708-090a-0b0c0d0e0f10");
        assertThat(plan.partitions().get(2).spec().unique()).hasToString("11121314-1516-1718-191a-1b1c1d1e1f20");
        assertThat(plan.partitions().stream().map(p -> p.spec().unique()).distinct())
                .hasSize(6);
        GptPlan again = plan(Variants.of(folder, ""), 40 * MIB, 100 * MIB);
        assertThat(again.partitions()).isEqualTo(plan.partitions());
    }

    @Test
    void sectorSize4096() throws Exception {
        GptPlan plan = plan(Variants.of(folder, "layout: {sector-size: 4096}\n"), 40 * MIB, 100 * MIB);
        assertThat(plan.sectorSize().bytes()).isEqualTo(4096);
        assertThat(plan.partitions()).allMatch(p -> p.offsetBytes() % MIB == 0 && p.sizeBytes() % 4096 == 0);
    }

    @Test
    void doesNotFit_saysByHowMuch() throws Exception {
        Variant variant = Variants.of(folder, "layout: {sizes: {root: 64MiB}}\n");
        assertThat(plan(variant, MIB, 64 * MIB).partitions().get(3).sizeBytes()).isEqualTo(64 * MIB);
        BuildException e = catchThrowableOfType(BuildException.class, () -> plan(variant, MIB, 65 * MIB));
        assertThat(e.code()).isEqualTo(FailureCode.DOES_NOT_FIT);
        assertThat(e).hasMessageContaining("host_1.2.3");
        assertThat(e.hint()).isNotEmpty();
    }

    /** The order of a spelled-out layout does not decide how large the hash partition is. */
    @Test
    void hashPartitionBeforeItsRoot() throws Exception {
        String layout = """
            layout:
              partitions:
                - {label: esp, type: esp, content: esp, size: 64MiB}
                - {label: h, type: root-verity, content: root-verity}
                - {label: r, type: root, content: root}
            """;
        GptPlan plan = plan(Variants.of(folder, layout), MIB, 100 * MIB);
        assertThat(plan.partition("h").orElseThrow().sizeBytes()).isLessThan(4 * MIB);
        assertThat(plan.partition("r").orElseThrow().sizeBytes()).isEqualTo(160 * MIB);
    }

    @Test
    void fstab_andRepart() throws Exception {
        DiskLayout layout = new DiskLayout(Variants.of(folder, ""));
        assertThat(layout.fstab()).contains("PARTLABEL=data /var ext4 ");
        assertThat(new String(layout.growth().get("/usr/lib/repart.d/50-data.conf"), StandardCharsets.UTF_8))
                .contains("Type=linux-generic\nLabel=data\n");
    }

    @Test
    void commandLine_hasWhatTheInitScriptReads() throws Exception {
        Variant variant = Variants.of(folder, "");
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(VERITY, MIB));
        leaves.hashBlocks(new byte[(int) MIB], 0);
        VerityPlan verity = VerityPlan.withSuperblock(VerityTree.of(leaves), new UUID(1, 2));
        String line = CommandLine.of(variant, Optional.of(verity));
        assertThat(line)
                .startsWith("console=ttyS0 quiet roothash="
                        + verity.tree().rootHash().hex() + " ");
        assertThat(line)
                .contains(" caisson.root=host_1.2.3 caisson.hash=host_1.2.3_verity"
                        + " caisson.verity=256,1,4096,4096,1,sha256,-,");
        assertThat(line).endsWith(" ro");
        assertThat(CommandLine.of(variant, Optional.empty()))
                .isEqualTo("console=ttyS0 quiet caisson.root=host_1.2.3 ro");
    }

    @Test
    void commandLine_withoutAnInitrd_isForTheKernelsOwnDeviceMapper() throws Exception {
        Variant variant = Variants.of(folder, "initrd: {type: none}\n");
        LeafDigests leaves = new LeafDigests(VerityLayout.ofDataSize(VERITY, MIB));
        leaves.hashBlocks(new byte[(int) MIB], 0);
        VerityPlan verity = VerityPlan.withSuperblock(VerityTree.of(leaves), new UUID(1, 2));
        String hash = verity.tree().rootHash().hex();
        assertThat(CommandLine.of(variant, Optional.of(verity)))
                .containsPattern(" dm-mod.waitfor=PARTUUID=" + hash.substring(0, 8) + "-[-0-9a-f]+,PARTUUID="
                        + hash.substring(32, 40) + "-[-0-9a-f]+ ")
                .containsPattern(" dm-mod.create=\"root,,,ro,0 2048 verity 1 PARTUUID=[-0-9a-f]+ PARTUUID=[-0-9a-f]+ "
                        + "4096 4096 256 1 sha256 " + hash + " - 1 panic_on_corruption\" ")
                .endsWith(" root=/dev/dm-0 rootfstype=erofs ro");
        assertThat(CommandLine.of(variant, Optional.empty()))
                .endsWith(" root=PARTLABEL=host_1.2.3 rootwait rootfstype=erofs ro");
    }

    @Test
    void dataDisk_takesTheDataPartition() throws Exception {
        DiskLayout layout = new DiskLayout(Variants.of(folder, "ova: {data-disk: 1GiB}\n"));
        assertThat(layout.partitions())
                .extracting(PartitionSpec::label)
                .doesNotContain("data")
                .hasSize(5);
        GptPlan disk = layout.dataDisk(SEED).orElseThrow();
        assertThat(disk.diskSizeBytes()).isEqualTo(1L << 30);
        assertThat(disk.partitions()).singleElement().satisfies(p -> {
            assertThat(p.spec().label()).isEqualTo("data");
            assertThat(p.sizeBytes()).isBetween((1L << 30) - (3L << 20), 1L << 30);
        });
        assertThat(layout.fstab())
                .contains("PARTLABEL=data /var ext4 ")
                .contains("x-systemd.requires=caisson-data-disk.service,");
        assertThat(new String(
                        layout.growth().get("/usr/lib/systemd/system/caisson-data-disk.service"),
                        StandardCharsets.UTF_8))
                .contains("Requires=dev-disk-by\\x2dpartlabel-data.device\n")
                .contains("/dev/$$(lsblk -ndo pkname /dev/disk/by-partlabel/data)");
        assertThat(new DiskLayout(Variants.of(folder, "")).dataDisk(SEED)).isEmpty();
    }
}
