package dev.caisson.kmod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ModuleIndexTest {
    private static String hex(ModuleIndex index) {
        return HexFormat.of().formatHex(index.encode());
    }

    @Test
    void encode_empty() {
        assertThat(hex(new ModuleIndex())).isEqualTo("b007f457" + "00020001" + "0000000c");
    }

    /** One key: the root has one child for its first letter, whose prefix is the rest. */
    @Test
    void encode_oneKey() {
        ModuleIndex index = new ModuleIndex();
        index.insert("ab", "v", 3);
        assertThat(hex(index))
                .isEqualTo("b007f457" + "00020001" + "20000018" + "6200" + "00000001" + "00000003" + "7600" + "6161"
                        + "c000000c");
    }

    @Test
    void encode_splitKeepsOrderOfPriorities() {
        ModuleIndex one = new ModuleIndex();
        one.insert("abc", "late", 9);
        one.insert("abc", "early", 1);
        one.insert("abd", "x", 0);
        ModuleIndex other = new ModuleIndex();
        other.insert("abd", "x", 0);
        other.insert("abc", "early", 1);
        other.insert("abc", "late", 9);
        assertThat(hex(one)).isEqualTo(hex(other));
        String text = new String(one.encode(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text.indexOf("early")).isLessThan(text.indexOf("late"));
    }

    @Test
    void insert_passesOverWhatTheFormatCannotHold() {
        ModuleIndex index = new ModuleIndex();
        index.insert("\u00e4", "x", 0);
        index.insert("a\0", "x", 0);
        assertThat(hex(index)).isEqualTo(hex(new ModuleIndex()));
    }
}
