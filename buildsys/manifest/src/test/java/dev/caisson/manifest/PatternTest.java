package dev.caisson.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternTest {
    @ParameterizedTest
    @CsvSource({
        "/a, /a, true",
        "/a, /a/b, false",
        "/a/*, /a/b, true",
        "/a/*, /a, false",
        "/a/*, /a/b/c, false",
        "/a/**, /a, true",
        "/a/**, /a/b/c, true",
        "/a/**, /ab, false",
        "/a/**/*.so, /a/x.so, true",
        "/a/**/*.so, /a/b/c/x.so, true",
        "/a/**/*.so, /a/b/x.soo, false",
        "/**, /, true",
        "/**/b/**/c, /a/b/x/y/c, true",
        "/usr/share/doc/*/copyright, /usr/share/doc/bash/copyright, true",
        "/a?c, /abc, true",
        "/a?c, /ac, false",
        "/*a*b*, /xxaxxbxx, true"
    })
    void path_matches(String pattern, String path, boolean expected) {
        assertThat(new PathPattern(pattern).matches(path)).isEqualTo(expected);
    }

    @Test
    void path_manyStarsAreFast() {
        assertThat(new PathPattern("/**" + "/**/a*a*a*a*a*b".repeat(50)).matches("/" + "a".repeat(200)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a/", "//a", "/a/../b", "/./a", "/a\nb"})
    void path_refuses(String path) {
        assertThat(ImagePaths.isClean(path)).isFalse();
        assertThatThrownBy(() -> new PathPattern(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a/", "//a", "/a/../b", "/./a", "/", "/a", "/a/.b/..c/d", "/é"})
    void path_regexAgrees(String path) {
        assertThat(path.matches(ImagePaths.REGEX)).isEqualTo(ImagePaths.isClean(path));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "4096, 4096", "64KiB, 65536", "1 GiB, 1073741824", "3B, 3", "8TiB, 8796093022208"})
    void size_parse(String text, long bytes) {
        assertThat(Sizes.parse(text)).hasValue(bytes);
        assertThat(Sizes.parse(Sizes.format(bytes))).hasValue(bytes);
        assertThat(text).matches(Sizes.REGEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5GiB", "1GB", "1K", "MiB", "9999999999GiB", "0x10", "99999999999999999999"})
    void size_refuses(String text) {
        assertThat(Sizes.parse(text)).isEmpty();
    }

    @Test
    void suggestions_nearestOnly() {
        List<String> words = List.of("packages", "package", "kernel", "files");
        assertThat(Suggestions.nearest("pakages", words)).contains("packages");
        assertThat(Suggestions.nearest("kernle", words)).contains("kernel");
        assertThat(Suggestions.nearest("FILES", words)).contains("files");
        assertThat(Suggestions.nearest("zzz", words)).isEmpty();
        assertThat(Suggestions.nearest("weak_dependencies", List.of("weak-dependencies")))
                .contains("weak-dependencies");
    }
}
