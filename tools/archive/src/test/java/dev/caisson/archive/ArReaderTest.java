package dev.caisson.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import dev.caisson.bytes.LimitExceededException;
import dev.caisson.bytes.NotThisFormatException;
import dev.caisson.bytes.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ArReaderTest {
    private static String member(String name, String content) {
        return String.format(Locale.ROOT, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, 1, 0, 0, 0100644, content.length())
                + content
                + (content.length() % 2 == 0 ? "" : "\n");
    }

    private static List<ArReader.Member> read(String archive) throws IOException {
        return ArReader.read(ByteSource.of(archive.getBytes(StandardCharsets.ISO_8859_1)), 10);
    }

    @Test
    void members_haveNamesOffsetsAndSizes() throws IOException {
        String archive = "!<arch>\n" + member("debian-binary", "2.0\n") + member("odd/", "abc") + member("empty", "");
        List<ArReader.Member> members = read(archive);
        assertThat(members)
                .containsExactly(
                        new ArReader.Member("debian-binary", 68, 4),
                        new ArReader.Member("odd", 132, 3),
                        new ArReader.Member("empty", 196, 0));
        assertThat(members.get(1)
                        .in(ByteSource.of(archive.getBytes(StandardCharsets.ISO_8859_1)))
                        .readAll(9))
                .asString()
                .isEqualTo("abc");
    }

    @Test
    void longNamesAndSymbolTables_areRefused() {
        for (String name : new String[] {"#1/20", "/", "//", "/12", "/SYM64/", "__.SYMDEF"}) {
            assertThatThrownBy(() -> read("!<arch>\n" + member(name, "x")))
                    .as(name)
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("ar_name");
        }
    }

    @Test
    void malformed_isRefused() throws IOException {
        assertThatThrownBy(() -> read("!<arch>")).isInstanceOf(NotThisFormatException.class);
        assertThatThrownBy(() -> read("!<thin>\n")).isInstanceOf(NotThisFormatException.class);
        assertThat(read("!<arch>\n")).isEmpty();
        for (String bad : new String[] {
            member("a", "b").replace("`\n", "`x"),
            member("a", "bc").replace("2         `", "-2        `"),
            member("a", "bc").replace("2         `", "          `"),
            member("a", "bc").replace("2         `", "3         `"),
            member("a", "bc").replace("2         `", "9999999999`"),
            member("a", "b").substring(0, 61) + "x",
            member("", "b"),
            member("a\0b", "b")
        }) {
            assertThatThrownBy(() -> read("!<arch>\n" + bad)).isInstanceOf(CorruptDataException.class);
        }
        assertThatThrownBy(() -> read("!<arch>\n" + member("a", "").repeat(11)))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void everyTruncation_isReported() {
        byte[] archive = ("!<arch>\n" + member("a", "bcd") + member("e", "f")).getBytes(StandardCharsets.ISO_8859_1);
        int secondMember = 8 + 60 + 4;
        for (int length = 0; length < archive.length; length++) {
            if (length == 8 || length == secondMember) {
                continue; // whole archives of fewer members
            }
            ByteSource cut = ByteSource.of(Arrays.copyOf(archive, length));
            assertThatThrownBy(() -> ArReader.read(cut, 10)).as("%d", length).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void bitFlips_neverGiveAnotherException() throws IOException {
        byte[] archive = ("!<arch>\n" + member("a", "bcd") + member("e", "f")).getBytes(StandardCharsets.ISO_8859_1);
        for (int bit = 0; bit < archive.length * 8; bit++) {
            byte[] damaged = archive.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                for (ArReader.Member member : ArReader.read(ByteSource.of(damaged), 10)) {
                    member.in(ByteSource.of(damaged)).readAll(100);
                }
            } catch (FormatException expected) {
                assertThat(expected.structure()).isNotEmpty();
            }
        }
    }
}
