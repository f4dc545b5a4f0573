package dev.caisson.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.FileSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** sgdisk (Debian package gdisk) and sfdisk (fdisk) accept our disks and see in them what we put there. */
@Tag("oracle")
class GptOracleTest {
    @TempDir
    Path folder;

    private static void need(String tool, String debianPackage) {
        boolean found = Files.exists(Path.of(tool));
        if (!found && (System.getenv("CI") != null || "required".equals(System.getenv("CAISSON_ORACLES")))) {
            fail(tool + " is missing: install the Debian package " + debianPackage);
        }
        Assumptions.assumeTrue(found, "needs " + tool + " from the Debian package " + debianPackage);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + "\n" + output)
                .isZero();
        return output;
    }

    private Path write(OptionalLong size) throws Exception {
        GptPlan plan = GptPlanner.plan(GptFixtures.image(SectorSize.BYTES_512, size));
        return Files.write(folder.resolve("disk"), GptFixtures.disk(plan));
    }

    @Test
    void sgdiskFindsNoProblem() throws Exception {
        need("/usr/sbin/sgdisk", "gdisk");
        for (OptionalLong size : List.of(OptionalLong.empty(), OptionalLong.of(64 << 20))) {
            String file = write(size).toString();
            assertThat(run("/usr/sbin/sgdisk", "-v", file))
                    .contains("No problems found")
                    .doesNotContain("Warning", "Caution");
            assertThat(run("/usr/sbin/sgdisk", "-i", "2", file))
                    .contains("4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709")
                    .contains("First sector: 18432")
                    .contains("Attribute flags: 1000000000000000")
                    .contains("'os_1.0'");
        }
    }

    @Test
    void sfdiskFindsNoProblemAndSeesTheSame() throws Exception {
        need("/usr/sbin/sfdisk", "fdisk");
        String file = write(OptionalLong.of(64 << 20)).toString();
        assertThat(run("/usr/sbin/sfdisk", "--verify", file)).contains("No errors detected");
        String json = run("/usr/sbin/sfdisk", "-J", file);
        assertThat(json)
                .contains("\"label\": \"gpt\"")
                .contains("\"id\": \"" + GptFixtures.DISK.toString().toUpperCase(Locale.ROOT) + "\"")
                .contains("\"firstlba\": 34", "\"lastlba\": 131038")
                .contains("\"start\": 2048", "\"size\": 16384", "\"name\": \"esp\"", "\"attrs\": \"RequiredPartition\"")
                .contains("\"attrs\": \"GUID:60,63\"", "\"attrs\": \"GUID:59\"")
                .contains("data \u00e4 \ud83d\ude00");
    }

    @Test
    void readsWhatSgdiskWrites() throws Exception {
        need("/usr/sbin/sgdisk", "gdisk");
        Path file = Files.write(folder.resolve("theirs"), new byte[16 << 20]);
        run(
                "/usr/sbin/sgdisk",
                "--disk-guid=" + GptFixtures.DISK,
                "--new=1:2048:+1M",
                "--new=3:0:0",
                "--typecode=1:EF00",
                "--change-name=3:last one",
                "--attributes=3:set:60",
                file.toString());
        try (FileSource source = FileSource.open(file)) {
            PartitionTable table = GptReader.read(source).intactTable();
            assertThat(table.entries().keySet()).containsExactly(1, 3);
            assertThat(table.byType(DiscoverablePartitionTypes.ESP)).hasSize(1);
            assertThat(table.entries().get(3).name()).isEqualTo("last one");
            assertThat(table.entries().get(3).attributes()).isEqualTo(GptAttributes.READ_ONLY);
        }
    }

    @Test
    void sgdiskRepairsFromTheTableThatWeLeftIntact() throws Exception {
        need("/usr/sbin/sgdisk", "gdisk");
        GptPlan plan = GptPlanner.plan(GptFixtures.image(SectorSize.BYTES_512, OptionalLong.empty()));
        byte[] disk = GptFixtures.disk(plan);
        byte[] damaged = disk.clone();
        damaged[512 + 60] ^= 1;
        Path file = Files.write(folder.resolve("damaged"), damaged);
        run("/usr/sbin/sgdisk", "-e", file.toString());
        assertThat(GptReader.read(ByteSource.of(Files.readAllBytes(file))).intactTable())
                .isEqualTo(GptReader.read(ByteSource.of(disk)).intactTable());
    }
}
