package dev.caisson.manifest;

import java.nio.file.Path;

/** What a {@link FileSpec} puts at its path. */
public sealed interface FileContent {
    /**
     * A regular file with this text, in UTF-8, byte for byte as in the manifest.
     *
     * @param text the whole content
     */
    record Text(String text) implements FileContent {}

    /**
     * A copy of a file on the building machine; a folder is copied with all that is in it, its files with the spec's mode,
     * its folders with 0755, all with the spec's owner and group. Permissions of the building machine do not count.
     *
     * @param path resolved against the declaring manifest; it existed when the manifest was read
     */
    record Source(Path path) implements FileContent {}

    /**
     * A symbolic link.
     *
     * @param target the text of the link
     */
    record Symlink(String target) implements FileContent {}

    /** An empty folder; an existing one only gets the attributes. */
    record Directory() implements FileContent {}
}
