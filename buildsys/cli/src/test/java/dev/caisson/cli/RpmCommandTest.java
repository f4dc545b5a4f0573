package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.ByteSource;
import dev.caisson.compression.Codec;
import dev.caisson.filetree.TreePath;
import dev.caisson.json.Json;
import dev.caisson.rpm.DependencyKind;
import dev.caisson.rpm.RpmDependency;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmFileRequest;
import dev.caisson.rpm.RpmOptions;
import dev.caisson.rpm.RpmPlanner;
import dev.caisson.rpm.RpmRequest;
import dev.caisson.rpm.RpmScriptlet;
import dev.caisson.rpm.RpmText;
import dev.caisson.rpm.ScriptletKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code caisson rpm show} and {@code caisson rpm verify}. */
class RpmCommandTest {
    private static final long TIME = 1_700_000_000;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void write() throws Exception {
        RpmRequest request = RpmRequest.builder("hello", "1.0", "2", "x86_64")
                .epoch(3)
                .buildTime(TIME)
                .text(RpmText.SUMMARY, "Says hello")
                .text(RpmText.LICENSE, "MIT")
                .file(RpmFileRequest.regular(TreePath.of("/usr/bin/hello"), 04755, TIME, source("#!/bin/sh\n"))
                        .withCapabilities("cap_net_raw=ep"))
                .file(RpmFileRequest.regular(TreePath.of("/etc/hello.conf"), 0640, TIME, source("a=b\n"))
                        .withFlags(RpmFile.CONFIG | RpmFile.NO_REPLACE))
                .file(RpmFileRequest.symlink(TreePath.of("/usr/bin/hi"), TIME, new byte[] {'h'}))
                .file(RpmFileRequest.device(TreePath.of("/dev/hello"), false, 0600, TIME, 1, 3))
                .dependency(DependencyKind.REQUIRES, new RpmDependency("(a if b)", 0, ""))
                .scriptlet(ScriptletKind.POST, RpmScriptlet.shell("echo installed"))
                .build();
        ArraySink sink = new ArraySink();
        RpmPlanner.plan(request, new RpmOptions(Codec.ZSTD, 3, 1 << 20)).writeTo(sink);
        file = Files.write(folder.resolve("hello.rpm"), sink.toByteArray());
    }

    private static ByteSource source(String text) {
        return ByteSource.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private int run(String... words) {
        out.getBuffer().setLength(0);
        return Main.run(words, new PrintWriter(out), new PrintWriter(err));
    }

    @Test
    void show_printsAllThatIsInThePackage() {
        assertThat(run("rpm", "show", file.toString())).isZero();
        assertThat(out.toString())
                .startsWith("hello-3:1.0-2.x86_64\n")
                .contains(
                        "Says hello",
                        "  (a if b)\n",
                        "-4755 root     root             10 /usr/bin/hello [cap_net_raw=ep]",
                        "/usr/bin/hi -> h",
                        "1,3 /dev/hello",
                        "%post (/bin/sh):\n  echo installed");
    }

    @Test
    void show_printsJson() throws Exception {
        assertThat(run("rpm", "show", file.toString(), "--json")).isZero();
        assertThat(Json.parse(out.toString())).isNotNull();
        assertThat(out.toString()).contains("\"nevra\": \"hello-3:1.0-2.x86_64\"", "\"cap_net_raw=ep\"");
    }

    @Test
    void verify_acceptsAnIntactPackage_unlessSignaturesAreRequired() {
        assertThat(run("rpm", "verify", file.toString())).isZero();
        assertThat(out.toString()).endsWith("hello-3:1.0-2.x86_64: intact, not signed\n");
        assertThat(run("rpm", "verify", file.toString(), "--require-signatures"))
                .isEqualTo(9);
        assertThat(out.toString()).contains("refused: ");
        assertThat(run("rpm", "verify", file.toString(), "--json", "--require-signatures"))
                .isEqualTo(9);
        assertThat(out.toString()).contains("\"accepted\": false");
    }

    @Test
    void damage_exitsWithNine() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 20] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged.rpm"), bytes);
        assertThat(run("rpm", "verify", damaged.toString())).isEqualTo(9);
        Path cut = Files.write(folder.resolve("cut.rpm"), java.util.Arrays.copyOf(bytes, 500));
        assertThat(run("rpm", "show", cut.toString())).isEqualTo(9);
        assertThat(err.toString()).contains("cut.rpm").doesNotContain("\tat ");
    }

    @Test
    void wrongUse_exitsWithTwo() {
        assertThat(run("rpm", "show", folder.resolve("none.rpm").toString())).isEqualTo(2);
        assertThat(run("rpm", "verify")).isEqualTo(2);
        assertThat(run("rpm", "verify", file.toString(), "--keyring", "none.gpg"))
                .isEqualTo(2);
        assertThat(run("rpm")).isZero();
        assertThat(out.toString()).contains("Usage: caisson rpm");
    }
}
