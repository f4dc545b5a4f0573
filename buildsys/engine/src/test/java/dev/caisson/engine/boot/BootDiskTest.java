package dev.caisson.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootDiskTest {
    @TempDir
    private Path folder;

    @Test
    void copiesGrowsAndLeavesTheImageAlone() throws Exception {
        byte[] bytes = new byte[3 << 20];
        Random random = new Random(7);
        for (int at : new int[] {0, 70_000, 1 << 20, (2 << 20) - 1, (3 << 20) - 1}) {
            bytes[at] = (byte) (1 + random.nextInt(255));
        }
        Path image = Files.write(folder.resolve("image"), bytes);
        Path disk = folder.resolve("disk");
        BootDisk.create(image, disk, 5 << 20);
        assertThat(Files.readAllBytes(disk)).isEqualTo(Arrays.copyOf(bytes, 5 << 20));
        assertThat(Files.readAllBytes(image)).isEqualTo(bytes);
        BootDisk.create(image, folder.resolve("same"), 3 << 20);
        assertThat(Files.readAllBytes(folder.resolve("same"))).isEqualTo(bytes);
    }

    @Test
    void refusesADiskThatIsTooSmallAndLeavesNothingBehind() throws Exception {
        Path image = Files.write(folder.resolve("image"), new byte[8192]);
        for (long size : new long[] {4096, 8193}) {
            assertThatThrownBy(() -> BootDisk.create(image, folder.resolve("disk"), size))
                    .isInstanceOfSatisfying(
                            BuildException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.DOES_NOT_FIT));
        }
        assertThat(folder.toFile().list()).containsExactly("image");
    }
}
