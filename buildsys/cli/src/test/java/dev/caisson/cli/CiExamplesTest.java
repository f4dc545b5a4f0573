package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.bytes.SortedListing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The examples for continuous integration are YAML, and every command and option in them exists. */
class CiExamplesTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("caisson.root", "../..")).resolve("docs/ci");
    private static final Pattern COMMAND = Pattern.compile("(?:\\./)?caisson ((?:[a-z]+ )+)([^>;]*)");

    /** All texts of a document, in order. */
    private static void texts(Object node, List<String> into) {
        if (node instanceof Map<?, ?> map) {
            map.values().forEach(value -> texts(value, into));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> texts(value, into));
        } else if (node instanceof String text) {
            into.add(text);
        }
    }

    private static List<String> commands(Path file) throws Exception {
        Object document = new Load(
                        LoadSettings.builder().setLabel(file.toString()).build())
                .loadFromString(Files.readString(file, StandardCharsets.UTF_8));
        List<String> texts = new ArrayList<>();
        texts(document, texts);
        List<String> commands = new ArrayList<>();
        for (String text : texts) {
            Matcher matcher = COMMAND.matcher(text.replaceAll("\\\\\n", " ")
                    .replaceAll("\\$\\{\\{[^}]*\\}\\}|\\$[A-Z_]+", "x")
                    .replace("\"", ""));
            while (matcher.find()) {
                commands.add((matcher.group(1) + matcher.group(2)).strip().replaceAll("\\s+", " "));
            }
        }
        return commands;
    }

    @Test
    void everyCommand_isUnderstood() throws Exception {
        List<Path> files = SortedListing.of(FOLDER).stream()
                .filter(file -> file.toString().endsWith(".yml"))
                .toList();
        assertThat(files).hasSize(2);
        for (Path file : files) {
            List<String> commands = commands(file);
            assertThat(commands)
                    .as(file.toString())
                    .hasSizeGreaterThan(4)
                    .anyMatch(c -> c.startsWith("build "))
                    .anyMatch(c -> c.startsWith("verify "))
                    .anyMatch(c -> c.startsWith("publish ami "))
                    .anyMatch(c -> c.startsWith("publish ova "))
                    .allMatch(c -> c.contains(" --json"));
            for (String command : commands) {
                understood(file, command);
            }
        }
    }

    private static void understood(Path file, String command) {
        String[] words = command.split(" ");
        CommandLine line = CaissonCommand.tree(words);
        int at = 0;
        while (at < words.length && line.getSubcommands().containsKey(words[at])) {
            line = line.getSubcommands().get(words[at++]);
        }
        assertThat(at).as("%s: %s", file, command).isPositive();
        if (at < 2 && command.startsWith("publish ami")) {
            return; // a build of the tool without the client of Amazon's cloud
        }
        // Options, their values and the positional parameters, all as the parser sees them.
        CaissonCommand.tree(words).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
    }

    @Test
    void secrets_areNeverOnACommandLine() throws Exception {
        for (Path file : SortedListing.of(FOLDER)) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            assertThat(text).doesNotContain("set -x").doesNotContain("--password ");
            for (String row : text.split("\n")) {
                if (row.contains("secrets.")) {
                    // GitHub masks a secret that is a variable; put into a script, it would be part of the script.
                    assertThat(row.strip()).matches("[A-Z_]+: \\$\\{\\{ secrets\\.[A-Z_]+ \\}\\}");
                }
            }
        }
    }
}
