package dev.caisson.manifest;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Paths on the building machine, as manifests give them: relative to the file that names them. */
final class HostPaths {
    private HostPaths() {}

    /** The path; empty when the machine cannot have such a path. */
    static Optional<Path> resolve(Path declaringFile, String text) {
        try {
            Path resolved = declaringFile.resolveSibling(text).normalize();
            return Optional.of(resolved);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** What to say of a path that is not there. */
    static String missing(Path path) {
        return "there is no " + path.toString().replace('\\', '/');
    }

    static boolean exists(Optional<Path> path) {
        return path.isPresent() && Files.exists(path.get());
    }
}
