package dev.caisson.manifest;

import dev.caisson.bytes.SortedListing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where variants are: in given folders, and in every folder {@code variants} from a starting folder upwards. A variant is a
 * folder there with a {@code variant.yaml}; its folder's name is the name that finds it, and the nearest one wins.
 */
public final class VariantFinder {
    private static final String VARIANTS = "variants";

    private final Path start;
    private final List<Path> directories;

    /**
     * A finder.
     *
     * @param start where to start upwards, usually the current folder; paths are relative to it
     * @param directories folders of variants that are searched first, in this order
     */
    public VariantFinder(Path start, List<Path> directories) {
        this.start = start;
        this.directories = List.copyOf(directories);
    }

    /**
     * The manifest of a variant.
     *
     * @param nameOrPath a name; or a path to a manifest or to the folder of one, known by a separator, by {@code .} or
     *     {@code ..}, or by ending in {@code .yaml} or {@code .yml}
     * @return the manifest file; empty when there is none
     */
    public Optional<Path> find(String nameOrPath) {
        Path path;
        try {
            path = start.resolve(nameOrPath);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
        if (isPath(nameOrPath)) {
            return manifest(path);
        }
        for (Path folder : searched()) {
            Optional<Path> found = manifest(folder.resolve(nameOrPath));
            if (found.isPresent() && !nameOrPath.isEmpty()) {
                return found;
            }
        }
        return nameOrPath.isEmpty() ? Optional.empty() : manifest(path);
    }

    private static boolean isPath(String text) {
        return text.contains("/")
                || text.contains("\\")
                || text.equals(".")
                || text.equals("..")
                || text.endsWith(".yaml")
                || text.endsWith(".yml");
    }

    private static Optional<Path> manifest(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve(ManifestLoader.FILE_NAME) : path;
        boolean yaml = file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
        return yaml && Files.isRegularFile(file) ? Optional.of(file.normalize()) : Optional.empty();
    }

    /** The folders that are searched by name, in order, whether they exist or not. */
    public List<Path> searched() {
        List<Path> folders = new ArrayList<>();
        directories.forEach(directory -> folders.add(start.resolve(directory)));
        for (Path at = start.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            folders.add(at.resolve(VARIANTS));
        }
        return folders;
    }

    /** All manifests that a name finds, by name. */
    public Map<String, Path> list() throws IOException {
        Map<String, Path> result = new TreeMap<>();
        for (Path folder : searched()) {
            if (Files.isDirectory(folder)) {
                for (Path child : SortedListing.of(folder)) {
                    Path file = child.resolve(ManifestLoader.FILE_NAME);
                    if (Files.isRegularFile(file)) {
                        result.putIfAbsent(child.getFileName().toString(), file.normalize());
                    }
                }
            }
        }
        return result;
    }

    /** The name that was most likely meant by one that finds nothing. */
    public Optional<String> suggestion(String name) throws IOException {
        return Suggestions.nearest(name, list().keySet());
    }
}
