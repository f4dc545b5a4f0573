package dev.caisson.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Deb822Test {
    private static Deb822Paragraph single(String text) throws IOException {
        return Deb822Reader.single("control", text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Deb822Paragraph> all(String text) throws IOException {
        List<Deb822Paragraph> paragraphs = new ArrayList<>();
        Deb822Reader.of("Packages", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .forEach(paragraphs::add);
        return paragraphs;
    }

    @Test
    void values_asWritten() throws IOException {
        Deb822Paragraph p = single("""
                Package: a
                DEPENDS:  b (>= 1),
                 c | d ,
                \te \s
                Empty:
                X-Utf8:\tä
                Description: short
                 long
                 .
                  code
                SHA256:
                 aa 1 x
                 bb 2 y
                """);
        assertThat(p.names()).containsExactly("Package", "DEPENDS", "Empty", "X-Utf8", "Description", "SHA256");
        assertThat(p.get("package")).contains("a");
        assertThat(p.get("Depends")).contains("b (>= 1),\n c | d ,\n\te");
        assertThat(p.folded("Depends")).contains("b (>= 1), c | d , e");
        assertThat(p.get("Empty")).contains("");
        assertThat(p.get("x-utf8")).contains("ä");
        assertThat(p.lines("Description")).containsExactly("short", "long", ".", "code");
        assertThat(p.lines("SHA256")).containsExactly("aa 1 x", "bb 2 y");
        assertThat(p.folded("SHA256")).contains("aa 1 x bb 2 y");
        assertThat(p.get("Pack")).isEmpty();
        assertThat(p.get("Packages")).isEmpty();
        assertThat(p.get("Päckage")).isEmpty();
        assertThat(p.lines("None")).isEmpty();
        assertThat(p.contains("EMPTY")).isTrue();
        assertThatThrownBy(() -> p.require("control", "Empty")).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void paragraphs_andTheirOffsets() throws IOException {
        List<Deb822Paragraph> paragraphs = all("\n\nA: 1\n\n\nA: 2\nB: 3\n\nA: 4");
        assertThat(paragraphs).extracting(p -> p.get("A").orElseThrow()).containsExactly("1", "2", "4");
        assertThat(paragraphs).extracting(Deb822Paragraph::offset).containsExactly(2L, 9L, 20L);
        assertThat(all("")).isEmpty();
        assertThat(all("\n\n")).isEmpty();
        assertThat(new String(paragraphs.get(1).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("A: 2\nB: 3");
    }

    @Test
    void malformed_isRefusedWithItsOffset() {
        assertCorrupt("A: 1\nno colon\n", 5);
        assertCorrupt("A: 1\n\n continued\n", 6);
        assertCorrupt("A: 1\n \nB: 2\n", 5);
        assertCorrupt("A: 1\n\t \n", 5);
        assertCorrupt("A: 1\na: 2\n", 5);
        assertCorrupt("A B: 1\n", 0);
        assertCorrupt(": 1\n", 0);
        assertCorrupt("-A: 1\n", 0);
        assertCorrupt("# comment\nA: 1\n", 0);
        assertCorrupt("Ä: 1\n", 0);
        assertCorrupt("A: 1\nB: x\0y\n", 9);
        assertCorrupt("A: 1\r\nB: 2\r\n", 4);
    }

    private static void assertCorrupt(String text, long offset) {
        assertThatThrownBy(() -> all(text)).isInstanceOfSatisfying(CorruptDataException.class, e -> {
            assertThat(e.structure()).isEqualTo("Packages");
            assertThat(e.offset()).isEqualTo(offset);
        });
    }

    @Test
    void comments_onlyWhenAskedFor() throws IOException {
        String text = "# head\nTypes: deb\n# between: x\nURIs: u\n v\n#in\n w\n\n# alone\n\nTypes: deb-src\n#last";
        List<Deb822Paragraph> paragraphs = new ArrayList<>();
        Deb822Reader.withComments("x.sources", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .forEach(paragraphs::add);
        assertThat(paragraphs).hasSize(2);
        assertThat(paragraphs.get(0).names()).containsExactly("Types", "URIs");
        assertThat(paragraphs.get(0).folded("uris")).contains("u v w");
        assertThat(paragraphs.get(1).get("Types")).contains("deb-src");
    }

    @Test
    void limits_areKept() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= 1000; i++) {
            many.append('F').append(i).append(": x\n");
        }
        assertThatThrownBy(() -> all(many.toString())).isInstanceOf(LimitExceededException.class);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'a';
            }

            @Override
            public int read(byte[] to, int from, int length) {
                java.util.Arrays.fill(to, from, from + length, (byte) 'a');
                return length;
            }
        };
        assertThatThrownBy(() -> Deb822Reader.of("endless", endless).next()).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void single_isExactlyOne() {
        assertThatThrownBy(() -> single("")).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> single("A: 1\n\nB: 2\n")).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void readSizes_makeNoDifference() throws IOException {
        Random random = new Random(9);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String value = "v".repeat(random.nextInt(300)) + "\n " + i;
            text.append("Package: ")
                    .append(i)
                    .append("\nValue: ")
                    .append(value)
                    .append("\n\n".repeat(1 + random.nextInt(2)));
            expected.add(value);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 5; round++) {
            int limit = 1 + random.nextInt(round == 0 ? 3 : 5000);
            InputStream slow = new ByteArrayInputStream(bytes) {
                @Override
                public synchronized int read(byte[] to, int from, int length) {
                    return super.read(to, from, Math.min(length, limit));
                }
            };
            List<String> values = new ArrayList<>();
            Deb822Reader.of("Packages", slow)
                    .forEach(p -> values.add(p.get("Value").orElseThrow()));
            assertThat(values).isEqualTo(expected);
        }
    }

    @Test
    void randomBytes_neverGiveAnotherException() throws IOException {
        Random random = new Random(4);
        String alphabet = "AB:# \n\n\t\r\0ä-x";
        for (int round = 0; round < 4000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                all(text.toString());
            } catch (FormatException expected) {
                assertThat(expected.offset()).isBetween(0L, 60L);
            }
        }
    }
}
