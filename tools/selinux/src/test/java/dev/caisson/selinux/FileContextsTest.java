package dev.caisson.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileContextsTest {
    private static FileContexts parse(String text) throws FormatException {
        return FileContexts.parse(PolicyFiles.of("fc", text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String label(FileContexts contexts, String path, FileKind kind) throws FormatException {
        return contexts.lookup(path.getBytes(StandardCharsets.ISO_8859_1), kind).orElse("none");
    }

    @Test
    void lastMatchCounts_butNamesBeforeExpressions() throws Exception {
        FileContexts contexts = parse("""
            /.*	any
            /etc/shadow	shadow
            /etc(/.*)?	etc
            /etc/shadow	-d	folder
            /etc/.*\\.key	--	key
            /var/none	<<none>>
            """);
        assertThat(contexts.size()).isEqualTo(6);
        assertThat(label(contexts, "/etc/shadow", FileKind.REGULAR)).isEqualTo("shadow");
        assertThat(label(contexts, "/etc/shadow", FileKind.DIRECTORY)).isEqualTo("folder");
        assertThat(label(contexts, "/etc", FileKind.DIRECTORY)).isEqualTo("etc");
        assertThat(label(contexts, "/etcetera", FileKind.DIRECTORY)).isEqualTo("any");
        assertThat(label(contexts, "/etc/a.key", FileKind.REGULAR)).isEqualTo("key");
        assertThat(label(contexts, "/etc/a.key", FileKind.SYMLINK)).isEqualTo("etc");
        assertThat(label(contexts, "/var/none", FileKind.SOCKET)).isEqualTo("none");
        assertThat(label(contexts, "/x\u00ff\n", FileKind.FIFO)).isEqualTo("any");
        assertThat(label(contexts, "relative", FileKind.FIFO)).isEqualTo("none");
    }

    @Test
    void filesOfAPolicy_areReadInOrderBehindTheirAliases() throws Exception {
        FileContexts contexts = FileContexts.parse(new PolicyFiles(
                "fc",
                "/a/.*\tmain\n".getBytes(StandardCharsets.US_ASCII),
                Optional.of("/a/h.*\thome\n".getBytes(StandardCharsets.US_ASCII)),
                Optional.of("/a/hl\tlocal\n".getBytes(StandardCharsets.US_ASCII)),
                Optional.of("/mine /theirs\n".getBytes(StandardCharsets.US_ASCII)),
                Optional.of("/theirs /a\n/r /\n".getBytes(StandardCharsets.US_ASCII))));
        assertThat(label(contexts, "/a/x", FileKind.REGULAR)).isEqualTo("main");
        assertThat(label(contexts, "/mine/h", FileKind.REGULAR)).isEqualTo("home");
        assertThat(label(contexts, "/theirs/hl", FileKind.REGULAR)).isEqualTo("local");
        assertThat(label(contexts, "/r/a/hl", FileKind.REGULAR)).isEqualTo("local");
        assertThat(label(contexts, "/minex/h", FileKind.REGULAR)).isEqualTo("none");
    }

    /** All rules from the last to the first, as the format is described. */
    @Test
    void theIndex_findsWhatTryingAllRulesFinds() throws Exception {
        Random random = new Random(7);
        String[] parts = {"/a", "/b", "/ab", "(/.*)?", ".*", "[ab]", "(a|b)", "a?", "b*", "/", "\\.", "\\.a"};
        for (int round = 0; round < 200; round++) {
            List<String> regexes = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 30; i++) {
                StringBuilder regex = new StringBuilder("/a");
                for (int n = random.nextInt(5); n > 0; n--) {
                    regex.append(parts[random.nextInt(parts.length)]);
                }
                regexes.add(regex.toString());
                text.append(regex).append('\t').append(i).append('\n');
            }
            FileContexts contexts = parse(text.toString());
            for (int i = 0; i < 40; i++) {
                StringBuilder path = new StringBuilder("/a");
                for (int n = random.nextInt(6); n > 0; n--) {
                    path.append("/ab.".charAt(random.nextInt(4)));
                }
                assertThat(label(contexts, path.toString(), FileKind.REGULAR))
                        .as("%s in %s", path, regexes)
                        .isEqualTo(naive(regexes, path.toString()));
            }
        }
    }

    private static String naive(List<String> regexes, String path) {
        for (int pass = 0; pass < 2; pass++) {
            for (int i = regexes.size() - 1; i >= 0; i--) {
                boolean isName = regexes.get(i).replace("\\.", "").matches("[a-z/]*");
                if (isName == (pass == 0) && Pattern.matches(regexes.get(i), path)) {
                    return String.valueOf(i);
                }
            }
        }
        return "none";
    }

    @ParameterizedTest
    @CsvSource({
        "/a[]b]c, /a]c, true",
        "/a[^]b]c, /abc, false",
        "/a[[b]c, /a[c, true",
        "/a[a&&b]c, /a&c, true",
        "/a[[:upper:]_]c, /aQc, true",
        "/a[[:^digit:]]c, /a1c, false",
        "/a[b\\-d]c, /acc, false",
        "/a{b, /a{b, true",
        "/a#b, /a#b, true",
        "/a b{2}, '/a bb', false",
        "/a\\x41, /aA, true",
        "/a.c, '/a\nc', true",
        "/a$, /a, true",
        "/a(?:b|c)++, /abcb, true",
        "/a(?=b)b, /ab, true",
        "/a\\Qb, /ab, error",
        "/a(b)\\1, /abb, error",
        "/a(?<=a)b, /ab, error",
        "/a(?i)b, /aB, error",
        "/a(?<n>b), /ab, error",
        "/a[z-a], /ab, error",
        "/a[a-\\d], /ab, error",
        "/a[[.x.]], /ax, error",
        "/a(b, /ab, error",
        "/ab), /ab, error",
        "/a[b, /ab, error",
        "/a\\, /a, error",
        "*a, /a, error",
        "/a**, /a, error",
        "/a|*, /a, error",
        "/a{3,2}, /a, error",
        "/a{99999}, /a, error",
        "/a{,3}, /a, error",
        "/a\\p{L}, /ab, error",
        "/a\\xZ, /a, error",
        "/a\\b*, /a, error",
        "/a(*SKIP)b, /ab, error"
    })
    void expressions_meanWhatPcreMeans(String regex, String path, String expected) throws Exception {
        if (expected.equals("error")) {
            assertThatThrownBy(() -> parse(regex + "\tx\n"))
                    .isInstanceOfAny(CorruptDataException.class, UnsupportedFeatureException.class)
                    .hasMessageContaining("fc:1");
        } else if (!regex.contains(" ")) {
            assertThat(label(parse(regex + "\tx\n"), path, FileKind.REGULAR))
                    .isEqualTo(expected.equals("true") ? "x" : "none");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a -x label", "/a -d l\u00e4bel", "/\u00e4 label"})
    void damagedLines_areReportedWithTheirPlace(String line) {
        assertThatThrownBy(() -> parse("# first\n" + line + "\n"))
                .isInstanceOfSatisfying(
                        CorruptDataException.class,
                        e -> assertThat(e.structure()).isEqualTo("fc:2"));
    }

    @Test
    void expressionsThatTakeForever_areStopped() throws Exception {
        FileContexts contexts = parse("/(a*)*(a*)*(a*)*b\tx\n");
        assertThatThrownBy(() -> label(contexts, "/" + "a".repeat(200) + "bc", FileKind.REGULAR))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> parse("(".repeat(300) + ")".repeat(300) + "\tx\n"))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void longPaths_doNotExhaustTheStack() throws Exception {
        FileContexts contexts = parse("/((a|b)/?)+c\tx\n");
        String path = "/" + "ab/".repeat(1300) + "c";
        try {
            assertThat(label(contexts, path, FileKind.REGULAR)).isEqualTo("x");
        } catch (LimitExceededException e) {
            assertThat(e.structure()).isEqualTo("fc:1");
        }
    }

    @Test
    void anyBytes_giveRulesOrAFormatException() {
        byte[] good = "/a[b-d](e|f)*\\.x{2,3}\t--\tlabel\n/q(/.*)?\t<<none>>\n".getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextInt(3) > 0 ? 32 + random.nextInt(95) : random.nextInt());
            }
            try {
                FileContexts contexts = FileContexts.parse(PolicyFiles.of("fc", bytes));
                contexts.lookup("/abe.xx".getBytes(StandardCharsets.US_ASCII), FileKind.REGULAR);
            } catch (FormatException e) {
                assertThat(e.structure()).startsWith("fc:");
            }
        }
    }
}
