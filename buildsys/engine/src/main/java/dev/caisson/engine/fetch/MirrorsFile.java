package dev.caisson.engine.fetch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads {@code mirrors.yaml}, a map from archive names to addresses:
 *
 * <pre>
 * # comment
 * debian: https://HOST/debian
 * debian-security: [https://ONE/debian-security, "file:///srv/debian-security"]
 * other:
 *   - https://HOST/other
 * </pre>
 *
 * That subset of YAML is all it reads; anything else is an error with its line.
 */
final class MirrorsFile {
    private final Path file;
    private final Map<String, List<URI>> mirrors = new TreeMap<>();
    private String open;
    private int number;

    private MirrorsFile(Path file) {
        this.file = file;
    }

    static Map<String, List<URI>> read(Path file) throws IOException {
        try {
            return new MirrorsFile(file).parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new FetchException(
                    FetchException.Kind.BAD_CONFIGURATION, file.toString(), "is not UTF-8 text", "", e);
        }
    }

    private Map<String, List<URI>> parse(String text) throws FetchException {
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = withoutComment(raw).stripTrailing();
            if (line.isBlank() || line.equals("---")) {
                continue;
            }
            if (line.strip().startsWith("- ")) {
                if (open == null) {
                    throw wrong("is a list entry without a name above it");
                }
                mirrors.get(open).add(address(line.strip().substring(2)));
            } else {
                entry(line);
            }
        }
        finish();
        return mirrors;
    }

    private void entry(String line) throws FetchException {
        finish();
        int colon = line.indexOf(':');
        if (colon <= 0 || Character.isWhitespace(line.charAt(0))) {
            throw wrong("is not \"name: address\"");
        }
        String name = unquoted(line.substring(0, colon).strip());
        String value = line.substring(colon + 1);
        if (!value.isEmpty() && !Character.isWhitespace(value.charAt(0))) {
            throw wrong("has no blank after the colon");
        }
        value = value.strip();
        List<URI> uris = new ArrayList<>();
        if (mirrors.put(name, uris) != null) {
            throw wrong("names " + name + " a second time");
        }
        if (value.isEmpty()) {
            open = name;
        } else if (value.startsWith("[") && value.endsWith("]")) {
            for (String part : value.substring(1, value.length() - 1).split(",")) {
                uris.add(address(part));
            }
        } else {
            uris.add(address(value));
        }
    }

    private void finish() throws FetchException {
        if (open != null && mirrors.get(open).isEmpty()) {
            throw wrong("follows " + open + ", which has no address");
        }
        open = null;
    }

    private URI address(String text) throws FetchException {
        return Mirrors.base(file + ":" + number, unquoted(text.strip()));
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2
                && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                && text.charAt(text.length() - 1) == text.charAt(0);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private static String withoutComment(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
                return line.substring(0, i);
            }
        }
        return line;
    }

    private FetchException wrong(String what) {
        return new FetchException(
                FetchException.Kind.BAD_CONFIGURATION,
                file + ":" + number,
                "the line " + what,
                "write \"name: address\" or \"name: [address, address]\"");
    }
}
