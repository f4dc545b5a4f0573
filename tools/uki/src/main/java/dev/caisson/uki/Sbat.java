package dev.caisson.uki;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Secure Boot Advanced Targeting metadata: CSV lines, the first of which names the format's own version (shim, SBAT.md).
 */
final class Sbat {
    private static final String HEADER = "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md";

    private Sbat() {}

    /** All lines of both, each once, with one header line; ended by a newline and a NUL, as shim and ukify have it. */
    static byte[] merge(byte[] stub, byte[] added) throws FormatException {
        Set<String> lines = new LinkedHashSet<>();
        lines.add(HEADER);
        addLines(stub, lines);
        addLines(added, lines);
        return (String.join("\n", lines) + "\n\0").getBytes(StandardCharsets.UTF_8);
    }

    private static void addLines(byte[] text, Set<String> lines) throws FormatException {
        for (String line :
                new String(text, StandardCharsets.UTF_8).replace("\0", "").split("\r?\n", -1)) {
            if (line.isBlank() || line.startsWith("sbat,")) {
                continue;
            }
            String[] fields = line.split(",", -1);
            if (fields.length < 6 || !fields[1].matches("[0-9]{1,9}")) {
                throw new CorruptDataException(
                        ".sbat",
                        FormatException.NO_OFFSET,
                        "line '" + line + "'",
                        "component,generation,…, six fields");
            }
            lines.add(line);
        }
    }
}
