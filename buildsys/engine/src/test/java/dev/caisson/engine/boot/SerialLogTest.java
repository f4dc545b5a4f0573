package dev.caisson.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SerialLogTest {
    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();

    private void append(Path file, String text) throws Exception {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void takesControlSequencesOut() {
        assertThat(SerialLog.plain("\u001b[2J\u001b[01;01H\u001b[=3h[\u001b[0;32m  OK  \u001b[0m] up\r"))
                .isEqualTo("[  OK  ] up");
        assertThat(SerialLog.plain("\u001b]0;title\u0007text\u001b]3008;a=b\u001b\\!"))
                .isEqualTo("text!");
        byte[] utf8 = "naïve…".getBytes(StandardCharsets.UTF_8);
        assertThat(SerialLog.plain(new String(utf8, StandardCharsets.ISO_8859_1)))
                .isEqualTo("naïve…");
    }

    @Test
    void passesLinesOnWhenTheyAreComplete() throws Exception {
        Path file = folder.resolve("console");
        SerialLog log = new SerialLog(file, lines::add);
        log.poll();
        append(file, "one\r\ntw");
        log.poll();
        assertThat(lines).containsExactly("one");
        assertThat(log.text()).isEqualTo("one\ntw");
        append(file, "o\n\nlogin: ");
        log.poll();
        assertThat(lines).containsExactly("one", "two", "");
        log.finish();
        assertThat(lines).containsExactly("one", "two", "", "login: ");
    }

    @Test
    void findsTextInCompleteLinesAndInTheOpenOne() throws Exception {
        Path file = folder.resolve("console");
        SerialLog log = new SerialLog(file, lines::add);
        append(file, "first\nsecond\nlogin: ");
        log.poll();
        assertThat(log.contains(Pattern.compile("first\nsecond"), 0)).isTrue();
        assertThat(log.contains(Pattern.compile("first"), log.length())).isFalse();
        assertThat(log.contains(Pattern.compile("login: $"), log.length())).isTrue();
    }
}
