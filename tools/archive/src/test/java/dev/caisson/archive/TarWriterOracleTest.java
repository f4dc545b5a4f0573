package dev.caisson.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.fixture.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("oracle")
class TarWriterOracleTest {
    @TempDir
    private Path folder;

    @Test
    void gnuTarListsIt() throws Exception {
        Path tar = Oracle.require("tar", "tar");
        Path file = Files.write(folder.resolve("a.tar"), TarWriterTest.write(TarWriterTest.tree()));
        String list = Oracle.run(folder, tar.toString(), "--numeric-owner", "-tvf", file.toString());
        assertThat(list)
                .contains("-rwsr-xr-x 3000000000/7", "2023-11-14 22:13 usr/bin/a", "usr/bin/b link to usr/bin/a")
                .contains("crw-rw-rw- 0/0", "1,3", "brw-rw----", "8,17", "long".repeat(30), "t/".repeat(80));
    }
}
