package dev.caisson.boottest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.manifest.Arch;
import dev.caisson.testkit.DiskCopy;
import dev.caisson.testkit.TestBuild;
import dev.caisson.testkit.TestBuild.Built;
import dev.caisson.testkit.TestMachine;
import dev.caisson.testkit.TestMachine.Report;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variant for development: all of the container host, and a root shell on the serial console. */
@Tag("boot")
class DevelopmentVariantBootTest {
    @Test
    void comesUpWithAShellOnTheConsole(@TempDir Path folder) throws Exception {
        TestMachine.require(Arch.X86_64);
        Path variant = TestBuild.repository().resolve("variants").resolve("container-host-dev");
        Built built = TestBuild.build(variant, "container-host-dev", "0.1.0", Arch.X86_64, folder);
        Report report = new TestMachine(DiskCopy.of(built, folder.resolve("disk")), SelfTestImage.logs())
                .bootUntil("x86_64-development", "root@localhost:~# ")
                .assertFound();
        assertThat(report.text())
                .contains("Caisson Container Host (development)")
                .doesNotContain("[FAILED]");
    }
}
