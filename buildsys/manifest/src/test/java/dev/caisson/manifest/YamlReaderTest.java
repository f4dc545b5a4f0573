package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class YamlReaderTest {
    private final Findings findings = new Findings();

    private String first(String text) {
        YamlReader.read(Path.of("f"), text.getBytes(StandardCharsets.UTF_8), findings);
        return findings.sorted().isEmpty() ? "" : findings.sorted().get(0).text();
    }

    @Test
    void aliases_areExpandedWithinBounds() {
        assertThat(first("a: &x [1, 2]\nb: *x\n")).isEmpty();
    }

    @Test
    void aliasBomb_isRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String use = ("*a" + (i - 1) + ", ").repeat(9);
            bomb.append("a" + i + ": &a" + i + " [" + use + "*a" + (i - 1) + "]\n");
        }
        assertThat(first(bomb.toString())).contains("values after expanding aliases");
    }

    @Test
    void manyAliases_areRefused() {
        assertThat(first("a: &x y\nb: [" + "*x, ".repeat(1001) + "]\n")).contains("more than 1000 aliases");
    }

    @Test
    void recursiveAlias_isRefused() {
        assertThat(first("a: &x [*x]\n")).contains("an alias to a value that contains it");
    }

    @Test
    void deepNesting_isRefused() {
        assertThat(first("[".repeat(33) + "]".repeat(33))).contains("nested deeper than 32 levels");
        assertThat(first("[".repeat(100_000))).contains("nested deeper than 32 levels");
    }

    @Test
    void size_isBounded() {
        assertThat(first("a: " + "x".repeat(1 << 20))).contains("more than 1048576");
    }

    @Test
    void syntaxErrors_haveAPlace() {
        assertThat(first("a: 1\nb: [1, 2\nc: 3\n")).startsWith("f:3:");
    }

    @Test
    void tabs_haveAHint() {
        assertThat(first("a:\n\tb: 1\n")).startsWith("f:2:1: error: not YAML: ").contains("hint: indent with spaces");
    }

    @Test
    void controlCharacters_haveAPlace() {
        assertThat(first("a: 1\nb: x\u0007\n")).isEqualTo("f:2:5: error: character U+0007 is not allowed in YAML");
    }

    @Test
    void badUtf8_hasAPlace() {
        YamlReader.read(Path.of("f"), new byte[] {'a', ':', '\n', ' ', (byte) 0xff}, findings);
        assertThat(findings.sorted().get(0).text()).startsWith("f:2:2: error: bytes that are not UTF-8");
    }

    @Test
    void secondDocument_isRefused() {
        assertThat(first("a: 1\n---\nb: 2\n")).startsWith("f:2:1: error: not YAML: ");
    }

    @Test
    void emptyFile_isRefused() {
        assertThat(first("# nothing\n")).startsWith("f:1:1: error: the file is empty");
    }

    @Test
    void otherKeys_areRefused() {
        assertThat(first("? [a]\n: b\n")).contains("a key must be a text");
    }
}
