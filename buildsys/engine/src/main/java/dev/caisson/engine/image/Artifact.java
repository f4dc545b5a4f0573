package dev.caisson.engine.image;

import dev.caisson.bytes.Digest;
import java.nio.file.Path;

/**
 * One finished file of a build.
 *
 * @param kind what it is, such as {@code raw} or {@code uki}
 * @param path where it is
 * @param sizeBytes its length; holes count
 * @param digest its SHA-256
 */
public record Artifact(String kind, Path path, long sizeBytes, Digest digest) {
    /** The file's name. */
    public String name() {
        return path.getFileName().toString();
    }
}
