package dev.caisson.engine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The command line of a sandbox. */
class SandboxTest {
    @Test
    void everythingIsPassedAsWords() {
        SandboxCommand command = new SandboxCommand(
                Path.of("/cache/root"),
                Path.of("/store/mnt"),
                "host",
                List.of(
                        new SandboxCommand.Bind(Path.of("/a b"), "/build", true),
                        new SandboxCommand.Bind(Path.of("/c;d"), "/build/x", false)),
                Map.of("Z", "1 2", "A", "$(x)"),
                "/build",
                List.of("/bin/echo", "it's", "--"),
                Path.of("log"),
                1,
                OptionalLong.of(1 << 20));
        assertThat(Sandbox.words(command, Path.of("/s.sh")))
                .containsSequence("unshare", "--user")
                .contains("--net", "--pid", "--ipc", "--uts", "--mount", "--kill-child")
                .containsSequence("/bin/sh", "/s.sh", "/store/mnt", "/cache/root", "host")
                .containsSequence("rw", "/a b", "/build", "ro", "/c;d", "/build/x", "--", "/usr/bin/env", "-i")
                .containsSequence("A=$(x)", "Z=1 2", "/bin/sh", "-c")
                .containsSequence("/build", "/bin/echo", "it's", "--")
                .anyMatch(word -> word.contains("ulimit -v 1024;"));
    }
}
