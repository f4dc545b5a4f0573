package dev.caisson.fat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShortNamesTest {
    private static List<String> aliases(String... names) {
        Map<String, byte[]> shortNames = ShortNames.of(List.of(names));
        List<String> result = new ArrayList<>();
        for (String name : names) {
            result.add(new String(shortNames.get(name), StandardCharsets.US_ASCII));
        }
        return result;
    }

    @Test
    void namesThatFitKeepThemselves() {
        assertThat(aliases("BOOTX64.EFI", "EFI", "readme.txt", "Mixed.C", "12345678.123"))
                .containsExactly("BOOTX64 EFI", "EFI        ", "README  TXT", "MIXED   C  ", "12345678123");
    }

    @Test
    void othersGetNumbersInOrder() {
        assertThat(aliases("long file name.text", "longfile2.text", "LONGFI~1.TEX", ".bashrc", "a.b.c", "loader.conf"))
                .containsExactly(
                        "LONGFI~2TEX", "LONGFI~3TEX", "LONGFI~1TEX", "BASHRC~1   ", "AB~1    C  ", "LOADER~1CON");
        assertThat(aliases("\u00e4+[x].efi", "_", "...x", "noext.", "entries.srel"))
                .containsExactly("___X_~1 EFI", "_          ", "X~1        ", "NOEXT~1    ", "ENTRIE~1SRE");
    }

    @Test
    void manyAlikeStayDifferent() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            names.add("container-host_" + i + ".efi");
        }
        Set<String> seen = new HashSet<>(aliases(names.toArray(new String[0])));
        assertThat(seen).hasSize(2500).contains("CONTAI~1EFI", "CONTA~10EFI", "CON~2500EFI");
    }

    @Test
    void onlyUpperCaseNamesNeedNoLongName() {
        assertThat(ShortNames.isShort("EFI", "EFI        ".getBytes(StandardCharsets.US_ASCII)))
                .isTrue();
        assertThat(ShortNames.isShort("efi", "EFI        ".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
        assertThat(ShortNames.isShort("123456789", "12345678   ".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
    }
}
