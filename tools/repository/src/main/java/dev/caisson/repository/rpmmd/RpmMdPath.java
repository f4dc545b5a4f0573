package dev.caisson.repository.rpmmd;

import dev.caisson.bytes.CorruptDataException;
import dev.caisson.bytes.FormatException;

/** Locations from metadata, which become parts of URLs and of file names. */
final class RpmMdPath {
    private static final int MAXIMUM_LENGTH = 4096;

    private RpmMdPath() {}

    /**
     * The path itself, when it is relative, printable and stays within the repository. {@code ./} in front and doubled slashes, which
     * some tools write, are left out.
     */
    static String check(String structure, String path) throws CorruptDataException {
        boolean good = !path.isEmpty() && path.length() <= MAXIMUM_LENGTH && path.charAt(0) != '/';
        for (int i = 0; good && i < path.length(); i++) {
            char c = path.charAt(i);
            good = c >= ' ' && c != 0x7f && c != '\\' && c != '?' && c != '#';
        }
        StringBuilder clean = new StringBuilder(path.length());
        if (good) {
            for (String segment : path.split("/", -1)) {
                good &= !segment.equals("..");
                if (!segment.isEmpty() && !segment.equals(".")) {
                    clean.append(clean.length() == 0 ? "" : "/").append(segment);
                }
            }
        }
        // a scheme would make it another place
        if (!good || clean.length() == 0 || path.contains("://")) {
            throw new CorruptDataException(
                    structure,
                    FormatException.NO_OFFSET,
                    "has the location \"" + XmlReader.shown(path) + "\"",
                    "a path within the repository");
        }
        return clean.toString();
    }
}
