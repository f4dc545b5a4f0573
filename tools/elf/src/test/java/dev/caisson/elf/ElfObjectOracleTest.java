package dev.caisson.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.FileSource;
import dev.caisson.fixture.Oracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** binutils' {@code readelf} as judge, over programs and libraries of the machine. */
@Tag("oracle")
class ElfObjectOracleTest {
    @Test
    void readelf_sees_the_same() throws Exception {
        Oracle.require("readelf", "binutils");
        int checked = 0;
        for (String name :
                List.of("/bin/sh", "/bin/ls", "/usr/bin/env", "/bin/mount", "/usr/bin/readelf", "/sbin/ldconfig")) {
            Path file = Path.of(name);
            if (!Files.isRegularFile(file)) {
                continue;
            }
            try (FileSource source = FileSource.open(file)) {
                if (!ElfObject.isElf(source)) {
                    continue;
                }
                ElfObject elf = ElfObject.read(source);
                String text = Oracle.run(Path.of("/"), "readelf", "-W", "-d", "-l", "-S", "--", name);
                assertThat(elf.dynamic().map(ElfObject.Dynamic::needed).orElse(List.of()))
                        .as(name)
                        .isEqualTo(all(text, "\\(NEEDED\\)\\s+Shared library: \\[(.*)]"));
                assertThat(elf.interpreter().stream().toList())
                        .as(name)
                        .isEqualTo(all(text, "program interpreter: (.*)]"));
                assertThat(elf.sections().stream()
                                .map(ElfObject.Section::name)
                                .filter(section -> !section.isEmpty())
                                .toList())
                        .as(name)
                        .isEqualTo(all(text, "(?m)^ +\\[ *\\d+] (\\S+) +[A-Z]"));
                checked++;
            }
        }
        assertThat(checked).isPositive();
    }

    private static List<String> all(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
