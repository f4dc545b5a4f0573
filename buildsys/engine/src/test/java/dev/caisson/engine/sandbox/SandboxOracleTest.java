package dev.caisson.engine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.fixture.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command in the sandbox can see and do, judged by the kernel. The programs are this machine's own, from /usr. */
@Tag("oracle")
class SandboxOracleTest {
    private static final int LIMIT_SECONDS = 120;

    @TempDir
    private Path folder;

    private Path log;
    private Path root;

    @BeforeEach
    void machine() throws Exception {
        Oracle.require("unshare", "util-linux");
        Oracle.require("mount", "mount");
        Oracle.require("hostname", "hostname");
        try {
            Sandbox.check();
        } catch (BuildException e) {
            throw Oracle.missing(e.getMessage() + "; " + e.hint());
        }
        log = folder.resolve("log");
        root = Files.createDirectory(folder.resolve("root"));
        for (String name : List.of("usr", "proc", "dev", "mnt", "tmp", "opt")) {
            Files.createDirectory(root.resolve(name));
        }
        for (String name : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
        }
    }

    private int run(long timeoutSeconds, OptionalLong memory, String script, SandboxCommand.Bind... binds)
            throws Exception {
        List<SandboxCommand.Bind> all = new ArrayList<>(List.of(binds));
        all.add(new SandboxCommand.Bind(Path.of("/usr"), "/usr", false));
        return Sandbox.run(new SandboxCommand(
                root,
                folder.resolve("mnt"),
                "inside",
                all,
                Map.of("PATH", "/usr/bin:/bin", "ONLY", "this one"),
                "/tmp",
                List.of("/bin/sh", "-c", script),
                log,
                timeoutSeconds,
                memory));
    }

    private String output(String script, SandboxCommand.Bind... binds) throws Exception {
        assertThat(run(LIMIT_SECONDS, OptionalLong.empty(), script, binds))
                .as(Files.readString(log))
                .isZero();
        return Files.readString(log).strip();
    }

    @Test
    void theNetworkIsCut() throws Exception {
        String seen = output("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; cat /proc/net/route | tail -n +2;"
                + " ls /sys/class/net 2>/dev/null || true");
        assertThat(seen.lines().filter(line -> !line.isBlank())).containsExactly("lo");
    }

    @Test
    void otherProcessesAreInvisible() throws Exception {
        assertThat(output("echo $$; cat /proc/1/comm; ls -d /proc/[0-9]* | wc -l")
                        .lines())
                .first()
                .isEqualTo("1");
        assertThat(Integer.parseInt(output("ls -d /proc/[0-9]* | wc -l")
                        .lines()
                        .reduce((a, b) -> b)
                        .orElseThrow()))
                .isLessThanOrEqualTo(4);
    }

    @Test
    void theEnvironmentIsTheGivenOne() throws Exception {
        assertThat(output("env | sort").lines()).containsExactly("ONLY=this one", "PATH=/usr/bin:/bin", "PWD=/tmp");
        assertThat(output("hostname").lines()).last().isEqualTo("inside");
    }

    @Test
    void theCommandHasNoRights() throws Exception {
        String seen = output("id -u; grep -E 'Cap(Eff|Prm|Inh|Amb)' /proc/self/status | cut -f2 | sort -u;"
                + " mount -o remount,rw / 2>/dev/null && echo remounted; umount /proc 2>/dev/null && echo unmounted;"
                + " hostname other 2>/dev/null && echo renamed; true");
        assertThat(seen.lines()).containsExactly("1000", "0000000000000000");
    }

    /** A process with a namespace of its own has rights in it, but not over mounts that it was given. */
    @Test
    void aFurtherNamespaceDoesNotHelp() throws Exception {
        String seen =
                output("unshare --user --map-root-user --mount sh -c 'mount -o remount,bind,rw / && echo remounted;"
                        + " umount /tmp && echo unmounted; touch /usr/written && echo written' 2>/dev/null; true");
        assertThat(seen).isEmpty();
    }

    @Test
    void onlyWritableBindsAreWritten() throws Exception {
        Path writable = Files.createDirectory(folder.resolve("writable"));
        Path fixed = Files.createDirectory(folder.resolve("fixed"));
        Files.writeString(fixed.resolve("source"), "text");
        String seen = output(
                "touch /tmp/made /mnt/made /opt/made /usr/made /dev/made /root-made 2>/dev/null; cat /opt/source;"
                        + " rm -f /opt/source 2>/dev/null; chmod 600 /opt/source 2>/dev/null; echo x > /opt/source; true",
                new SandboxCommand.Bind(writable, "/tmp", true),
                new SandboxCommand.Bind(fixed, "/opt", false));
        assertThat(seen).startsWith("text");
        assertThat(writable.resolve("made")).exists();
        assertThat(fixed.resolve("source")).hasContent("text");
        try (var files = Files.list(fixed)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void devicesAreTheHarmlessOnes() throws Exception {
        assertThat(output("ls /dev | tr '\\n' ' '; head -c 3 /dev/zero | wc -c").replace("\n", ""))
                .isEqualTo("fd full null random shm stderr stdin stdout urandom zero 3");
    }

    @Test
    void theExitCodeComesBack() throws Exception {
        assertThat(run(LIMIT_SECONDS, OptionalLong.empty(), "exit 42")).isEqualTo(42);
    }

    @Test
    void whatTakesTooLong_isKilledWithAllItsProcesses() throws Exception {
        Path writable = Files.createDirectory(folder.resolve("writable"));
        // It would go on counting behind the parent's back.
        String script = "(while :; do echo x >> /tmp/ticks; sleep 0.05; done) & sleep 600";
        assertThatThrownBy(() -> run(3, OptionalLong.empty(), script, new SandboxCommand.Bind(writable, "/tmp", true)))
                .isInstanceOfSatisfying(
                        BuildException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.PACKAGE_BUILD))
                .hasMessage("the build took longer than 3 s and was stopped");
        Thread.sleep(500);
        long size = Files.exists(writable.resolve("ticks")) ? Files.size(writable.resolve("ticks")) : 0;
        Thread.sleep(500);
        assertThat(Files.exists(writable.resolve("ticks")) ? Files.size(writable.resolve("ticks")) : 0)
                .isEqualTo(size);
    }

    @Test
    void anInterruptedBuild_ends() throws Exception {
        List<Throwable> thrown = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                run(LIMIT_SECONDS, OptionalLong.empty(), "sleep 600");
            } catch (Throwable e) {
                thrown.add(e);
            }
        });
        thread.start();
        Thread.sleep(500);
        thread.interrupt();
        thread.join(60_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(thrown).singleElement().isInstanceOf(InterruptedException.class);
    }

    @Test
    void memoryIsLimited() throws Exception {
        String script = "ulimit -v";
        assertThat(run(LIMIT_SECONDS, OptionalLong.of(1L << 30), script)).isZero();
        assertThat(Files.readString(log).strip()).isEqualTo("1048576");
    }
}
