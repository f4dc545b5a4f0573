package dev.caisson.repository.rpmmd;

import static dev.caisson.repository.rpmmd.PackagesForTests.pkg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModulesTest {
    private static final String DOCUMENTS = """
            ---
            document: modulemd
            version: 2
            data:
              name: db
              stream: "10"
              version: 20200101
              context: aaaaaaaa
              arch: x86_64
              summary: >-
                A data base
                of sorts: yes
              dependencies:
              - buildrequires:
                  platform: [el9]
                requires:
                  platform: [el9]
              profiles:
                server:
                  rpms:
                  - db-server
              artifacts:
                rpms:
                - db-0:10-1.x86_64
                - db-0:10-1.src
            ...
            ---
            document: modulemd
            version: 2
            data:
              name: db
              stream: 11
              version: 3
              context: bbbbbbbb
              dependencies:
                - requires: {lang: ["3", '4'], platform: []}
              artifacts: {rpms: ["db-0:11-1.x86_64"]}
            ---
            document: modulemd
            version: 2
            data:
              name: lang
              stream: '3'
              version: 1
              description: "with \\u00e9scapes,
                over lines"
              artifacts:
                rpms:
                  - lang-1:3-1.noarch
            ---
            document: modulemd-defaults
            version: 1
            data:
              module: db
              stream: 10  # a comment
              profiles:
                10: [server]
            ...
            """;

    private static Modules parse(String text) throws IOException {
        return Modules.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> admitted(Modules.Selection selection) {
        RpmMdIndex index = RpmMdIndex.of(List.of(
                pkg("db 10-1 x86_64"),
                pkg("db 11-1 x86_64"),
                pkg("db 12-1 x86_64"),
                pkg("other 1-1", "provides: db = 9"),
                pkg("lang 1:3-1"),
                pkg("free 1-1")));
        return IntStream.range(0, index.size())
                .filter(i -> selection.admits(index, i))
                .mapToObj(index::nevra)
                .toList();
    }

    @Test
    void documents_areRead() throws IOException {
        Modules modules = parse(DOCUMENTS);
        assertThat(modules.defaults()).containsExactly(Map.entry("db", "10"));
        assertThat(modules.streams()).extracting(Modules.Stream::stream).containsExactly("10", "11", "3");
        assertThat(modules.streams().get(0).artifacts()).containsExactly("db-0:10-1.x86_64", "db-0:10-1.src");
        assertThat(modules.streams().get(1).requires())
                .containsExactly(Map.of("lang", List.of("3", "4"), "platform", List.of()));
    }

    @Test
    void defaultStream_hidesTheOthers() throws IOException {
        assertThat(admitted(parse(DOCUMENTS).selection(ModulePolicy.DEFAULTS)))
                .containsExactly("db-0:10-1.x86_64", "free-0:1-1.noarch");
    }

    @Test
    void enabledStream_bringsWhatItRequires() throws IOException {
        ModulePolicy policy = new ModulePolicy(Map.of("db", "11"), Set.of(), false);
        assertThat(parse(DOCUMENTS).active(policy).keySet()).containsExactly("db", "lang");
        assertThat(admitted(parse(DOCUMENTS).selection(policy)))
                .containsExactly("db-0:11-1.x86_64", "lang-1:3-1.noarch", "free-0:1-1.noarch");
    }

    @Test
    void disabledModule_hasNoPackages() throws IOException {
        ModulePolicy policy = new ModulePolicy(Map.of(), Set.of("db"), false);
        assertThat(parse(DOCUMENTS).active(policy)).isEmpty();
        assertThat(admitted(parse(DOCUMENTS).selection(policy)))
                .containsExactly("db-0:12-1.x86_64", "other-0:1-1.noarch", "free-0:1-1.noarch");
        ModulePolicy torn = new ModulePolicy(Map.of("db", "11"), Set.of("lang"), false);
        assertThat(parse(DOCUMENTS).active(torn)).isEmpty();
    }

    @Test
    void hotfixes_hideNothing() throws IOException {
        assertThat(admitted(parse(DOCUMENTS).selection(new ModulePolicy(Map.of(), Set.of(), true))))
                .hasSize(6);
        assertThat(admitted(Modules.NONE.selection(ModulePolicy.DEFAULTS))).hasSize(6);
    }

    @Test
    void yaml_scalarsAndCollections() throws IOException {
        List<Object> documents = new ArrayList<>();
        String text = """
                # comment
                a: plain text
                  goes on # comment
                b: 'it''s'
                "c d": "tab\\tA"
                e: |
                  one
                    two

                  three
                f: >
                  folded
                  text

                  next
                g:
                - x
                -
                  y: 1
                - - nested
                h: {k: [1, {l: m}], 'n': "o"}
                i:
                j: http://example.org/a:b
                """;
        ModuleYaml.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), documents::add);
        assertThat(documents).hasSize(1);
        Map<?, ?> map = (Map<?, ?>) documents.get(0);
        assertThat(map.get("a")).isEqualTo("plain text goes on");
        assertThat(map.get("b")).isEqualTo("it's");
        assertThat(map.get("c d")).isEqualTo("tab\tA");
        assertThat(map.get("e")).isEqualTo("one\n  two\n\nthree\n");
        assertThat(map.get("f")).isEqualTo("folded text\nnext\n");
        assertThat(map.get("g")).isEqualTo(List.of("x", Map.of("y", "1"), List.of("nested")));
        assertThat(map.get("h")).isEqualTo(Map.of("k", List.of("1", Map.of("l", "m")), "n", "o"));
        assertThat(map.get("i")).isEqualTo("");
        assertThat(map.get("j")).isEqualTo("http://example.org/a:b");
    }

    @Test
    void yaml_whatIsNotReadIsRefused() {
        for (String text : List.of("a: &x 1", "a: *x", "a: !!str 1", "? a\n: b")) {
            assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(FormatException.class);
        }
        assertThatThrownBy(() -> parse("a: &x 1")).isInstanceOf(UnsupportedFeatureException.class);
        for (String text : List.of("a: [1, 2", "a: \"x", "a: 1\na: 2", "a:\n\t- b", "a: 1\n  b: 2\n c", "a: [1 2")) {
            try {
                parse(text);
            } catch (IOException e) {
                assertThat(e).as(text).isInstanceOf(FormatException.class);
            }
        }
        assertThatThrownBy(() -> parse("- ".repeat(200) + "x")).isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> parse("a: " + "[".repeat(200))).isInstanceOf(FormatException.class);
    }

    @Test
    void yaml_anyInputGivesADocumentOrAFormatException() {
        Random random = new Random(11);
        for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder(DOCUMENTS);
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "-:[]{}'\"|>#&* \n\\".charAt(random.nextInt(16)));
                    default -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
                }
            }
            try {
                parse(text.toString()).selection(ModulePolicy.DEFAULTS);
            } catch (IOException e) {
                assertThat(e).isInstanceOf(FormatException.class);
            }
        }
    }
}
