package dev.caisson.fat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The 8.3 names of one directory, as the specification's "basis-name" and "numeric-tail" algorithms give them. Names that are
 * 8.3 names already keep themselves; the others are numbered in the order given, so the same directory always gets the same
 * names.
 */
final class ShortNames {
    private static final String SPECIAL = "$%'-_@~`!(){}^#&";
    private static final int BASE = 8;
    private static final int EXTENSION = 3;

    private final Set<String> taken = new HashSet<>();

    /** Next number to try for each truncated base, so that many alike names do not cost quadratic time. */
    private final Map<String, Integer> nextTail = new HashMap<>();

    private ShortNames() {}

    /** The 11 bytes for each name, in the order of the names, which are valid long names. */
    static Map<String, byte[]> of(List<String> names) {
        ShortNames result = new ShortNames();
        Map<String, byte[]> shortNames = new HashMap<>();
        for (String name : names) {
            result.taken.add(LongName.folded(name));
        }
        for (String name : names) {
            Basis basis = Basis.of(name);
            boolean own = !basis.lossy() && basis.text().equals(LongName.folded(name));
            String alias = own ? basis.text() : result.withTail(basis);
            shortNames.put(name, stored(alias));
        }
        return shortNames;
    }

    /** Whether the name needs no long-name entries: it is its own short name. */
    static boolean isShort(String name, byte[] shortName) {
        String text = new String(shortName, StandardCharsets.ISO_8859_1);
        String base = text.substring(0, BASE).stripTrailing();
        String extension = text.substring(BASE).stripTrailing();
        return name.equals(extension.isEmpty() ? base : base + '.' + extension);
    }

    private record Basis(String base, String extension, boolean lossy) {
        static Basis of(String name) {
            String upper = LongName.folded(name);
            String stripped = upper.replace(" ", "").replaceFirst("^\\.+", "");
            int dot = stripped.lastIndexOf('.');
            String base = dot < 0 ? stripped : stripped.substring(0, dot).replace(".", "");
            String extension = dot < 0 ? "" : stripped.substring(dot + 1);
            boolean lossy = !stripped.equals(upper)
                    || base.length() > BASE
                    || extension.length() > EXTENSION
                    || (dot >= 0 && base.length() != dot)
                    || !allowed(base)
                    || !allowed(extension);
            return new Basis(replaced(cut(base, BASE)), replaced(cut(extension, EXTENSION)), lossy || base.isEmpty());
        }

        String text() {
            return extension.isEmpty() ? base : base + '.' + extension;
        }
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }

    private static boolean allowed(String text) {
        return text.chars().allMatch(ShortNames::allowed);
    }

    private static boolean allowed(int c) {
        return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || SPECIAL.indexOf(c) >= 0;
    }

    private static String replaced(String text) {
        StringBuilder result = new StringBuilder();
        text.chars().forEach(c -> result.append(allowed(c) ? (char) c : '_'));
        return result.toString();
    }

    private String withTail(Basis basis) {
        String key = basis.text();
        for (int number = nextTail.getOrDefault(key, 1); ; number++) {
            String tail = "~" + number;
            String alias = new Basis(cut(basis.base, BASE - tail.length()) + tail, basis.extension, false).text();
            if (taken.add(alias)) {
                nextTail.put(key, number + 1);
                return alias;
            }
        }
    }

    private static byte[] stored(String alias) {
        int dot = alias.lastIndexOf('.');
        String base = dot < 0 ? alias : alias.substring(0, dot);
        String extension = dot < 0 ? "" : alias.substring(dot + 1);
        byte[] bytes = new byte[BASE + EXTENSION];
        Arrays.fill(bytes, (byte) ' ');
        put(bytes, 0, BASE, base);
        put(bytes, BASE, EXTENSION, extension);
        return bytes;
    }

    private static void put(byte[] bytes, int at, int width, String text) {
        byte[] characters = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(characters, 0, bytes, at, Math.min(width, characters.length));
    }
}
