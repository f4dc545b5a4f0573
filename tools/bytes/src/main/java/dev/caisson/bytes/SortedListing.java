package dev.caisson.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Directory listings in an order that does not depend on the host's file system. */
public final class SortedListing {
    private SortedListing() {}

    /** The children of a directory, by name. */
    @SuppressForbidden(reason = "sorts what it lists")
    public static List<Path> of(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted((a, b) -> name(a).compareTo(name(b))).collect(Collectors.toList());
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
