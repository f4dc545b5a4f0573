package dev.caisson.repository;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;

/** Paths from metadata, which become parts of URLs and of cache file names. */
final class SafePath {
    private SafePath() {}

    /** The path itself, when it is relative, without {@code .} and {@code ..} and without characters that URLs give meaning. */
    static String check(String structure, String path) throws CorruptDataException {
        boolean good = !path.isEmpty() && path.length() <= 4096;
        for (int i = 0; good && i < path.length(); i++) {
            char c = path.charAt(i);
            good = c > ' ' && c < 0x7f && c != '\\' && c != '?' && c != '#';
        }
        if (good) {
            for (String segment : path.split("/", -1)) {
                good &= !segment.isEmpty() && !segment.equals(".") && !segment.equals("..");
            }
        }
        if (!good) {
            String shown = path.substring(0, Math.min(100, path.length()));
            throw new CorruptDataException(
                    structure, FormatException.NO_OFFSET, "has the path \"" + shown + "\"", "a plain relative path");
        }
        return path;
    }
}
