package dev.caisson.selinux;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Aliases of one {@code .subs} or {@code .subs_dist} file: {@code FROM TO} a line. The last line that fits counts. */
final class PathSubstitutions {
    /** No aliases. */
    static final PathSubstitutions NONE = new PathSubstitutions(List.of());

    private final List<Alias> aliases;

    private PathSubstitutions(List<Alias> aliases) {
        this.aliases = aliases;
    }

    private record Alias(String from, String to) {}

    static PathSubstitutions parse(String name, byte[] text) throws CorruptDataException {
        List<Alias> aliases = new ArrayList<>();
        String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+");
            if (words.length < 2) {
                throw new CorruptDataException(
                        name + ":" + (i + 1),
                        FormatException.NO_OFFSET,
                        "has one path",
                        "two: an alias and what it stands for");
            }
            aliases.add(0, new Alias(words[0], words[1]));
        }
        return new PathSubstitutions(List.copyOf(aliases));
    }

    /** The path with its prefix replaced, or the path itself. */
    String apply(String path) {
        for (Alias alias : aliases) {
            int length = alias.from.length();
            if (path.startsWith(alias.from) && (path.length() == length || path.charAt(length) == '/')) {
                boolean toRoot = alias.to.equals("/") && path.length() > length;
                return alias.to + path.substring(toRoot ? length + 1 : length);
            }
        }
        return path;
    }
}
