package dev.caisson.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a manifest with all that it extends: a variant per architecture, or everything that is wrong. */
public final class ManifestLoader {
    /** The manifest's name in a variant's folder. */
    public static final String FILE_NAME = "variant.yaml";

    private static final int MAX_FILES = 100;
    private static final int MAX_EXTENDS_DEPTH = 20;
    private static final Pattern NOT_IN_NAME = Pattern.compile("[^a-z0-9-]+");

    private final Findings findings = new Findings();
    private final Map<Path, YamlNode.Mapping> loaded = new LinkedHashMap<>();
    private final List<Path> inputs = new ArrayList<>();
    private final Set<Path> open = new LinkedHashSet<>();
    /** Whether it must say what only an image needs. */
    private final boolean image;

    private boolean unreadable;

    private ManifestLoader(boolean image) {
        this.image = image;
    }

    /**
     * Reads a variant.
     *
     * @param file the manifest, or the folder that holds its {@code variant.yaml}; diagnostics name files as this does
     */
    public static ManifestResult load(Path file) {
        Path manifest = Files.isDirectory(file) ? file.resolve(FILE_NAME) : file;
        return new ManifestLoader(true).run(manifest);
    }

    /**
     * Reads a manifest of packages that become a folder to build in rather than an image: it has the keys of a variant, but may
     * lack version and kernel.
     */
    public static ManifestResult loadBuildRoot(Path file) {
        return new ManifestLoader(false).run(file);
    }

    private ManifestResult run(Path manifest) {
        Optional<YamlNode.Mapping> main = read(manifest, new Position(manifest, 1, 1));
        Map<Arch, Variant> variants = new EnumMap<>(Arch.class);
        // With a part missing, every complaint about the whole would be wrong.
        if (main.isPresent() && !unreadable) {
            List<YamlNode.Mapping> files = List.copyOf(loaded.values());
            String name = name(manifest, main.get());
            Set<YamlNode> removals = new LinkedHashSet<>();
            Set<YamlNode> matched = new LinkedHashSet<>();
            for (Arch arch : architectures(files)) {
                Merger merger = new Merger(arch);
                YamlNode.Mapping merged = merger.merge(files);
                variants.put(arch, new VariantBinder(arch, manifest, name, image, merged, findings).bind());
                removals.addAll(merger.removals());
                matched.addAll(merger.matchedRemovals());
            }
            removals.removeAll(matched);
            removals.forEach(this::warnOfRemoval);
        }
        if (findings.hasErrors()) {
            variants.clear();
        }
        return new ManifestResult(manifest, inputs, variants, findings.sorted());
    }

    private void warnOfRemoval(YamlNode removal) {
        String what = removal instanceof YamlNode.Scalar scalar ? " \"" + scalar.text() + "\"" : "";
        findings.warning(
                removal.at(), "\"!remove\" matches nothing" + what, "no earlier file puts such an item into this list");
    }

    private Optional<YamlNode.Mapping> read(Path file, Position askedAt) {
        Path key = file.toAbsolutePath().normalize();
        if (loaded.containsKey(key)) {
            return Optional.of(loaded.get(key));
        }
        if (open.contains(key)) {
            unreadable = true;
            findings.error(askedAt, "\"extends\" goes round in a circle: " + circle(key), "take one of them out");
            return Optional.empty();
        }
        if (loaded.size() + open.size() >= MAX_FILES || open.size() >= MAX_EXTENDS_DEPTH) {
            unreadable = true;
            findings.error(
                    askedAt,
                    "more than " + MAX_FILES + " files or " + MAX_EXTENDS_DEPTH + " levels of \"extends\"",
                    "");
            return Optional.empty();
        }
        open.add(key);
        Optional<YamlNode.Mapping> result = readNew(file, askedAt);
        open.remove(key);
        if (result.isPresent()) {
            loaded.put(key, result.get());
            inputs.add(file);
        } else {
            unreadable = true;
        }
        return result;
    }

    private String circle(Path from) {
        List<String> names = new ArrayList<>();
        boolean inside = false;
        for (Path path : open) {
            inside |= path.equals(from);
            if (inside) {
                names.add(shortName(path));
            }
        }
        names.add(shortName(from));
        return String.join(" -> ", names);
    }

    private static String shortName(Path path) {
        Path folder = path.getParent() == null ? null : path.getParent().getFileName();
        return (folder == null ? "" : folder + "/") + path.getFileName();
    }

    private Optional<YamlNode.Mapping> readNew(Path file, Position askedAt) {
        Optional<byte[]> bytes = bytes(file, askedAt);
        Optional<YamlNode> root = bytes.flatMap(b -> YamlReader.read(file, b, findings));
        if (root.isEmpty()) {
            return Optional.empty();
        }
        new ShapeChecker(findings).checkFile(root.get());
        if (!(root.get() instanceof YamlNode.Mapping map)) {
            return Optional.empty();
        }
        for (YamlNode item : new Fields(map, findings).items("extends")) {
            if (item.isRemove()) {
                findings.error(item, "\"!remove\" has no meaning here", "\"extends\" is not inherited");
            } else if (item instanceof YamlNode.Scalar scalar) {
                extend(file, scalar);
            }
        }
        return Optional.of(map);
    }

    private void extend(Path file, YamlNode.Scalar item) {
        Optional<Path> target = HostPaths.resolve(file, item.text());
        if (target.isEmpty()) {
            unreadable = true;
            findings.error(item, "\"" + item.text() + "\" is no path of this machine", "");
            return;
        }
        Path path = Files.isDirectory(target.get()) ? target.get().resolve(FILE_NAME) : target.get();
        read(path, item.at());
    }

    /** At most one byte more than allowed: a device or a huge file must not fill the memory. */
    private Optional<byte[]> bytes(Path file, Position askedAt) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(YamlReader.MAX_BYTES + 1));
        } catch (NoSuchFileException e) {
            findings.error(askedAt, HostPaths.missing(file), "paths are relative to the file that names them");
        } catch (IOException e) {
            findings.error(askedAt, "cannot read " + file + ": " + reason(e), "");
        }
        return Optional.empty();
    }

    private static String reason(IOException e) {
        String name = e.getClass().getSimpleName();
        return e.getMessage() == null ? name : name + " " + e.getMessage();
    }

    private String name(Path manifest, YamlNode.Mapping main) {
        Optional<String> given = new Fields(main, findings).text("name");
        if (given.isPresent()) {
            return given.get();
        }
        Path absolute = manifest.toAbsolutePath().normalize();
        String file = absolute.getFileName().toString();
        Path folder = absolute.getParent() == null ? null : absolute.getParent().getFileName();
        String base = file.equals(FILE_NAME) && folder != null ? folder.toString() : file.replaceAll("\\.ya?ml$", "");
        String name = NOT_IN_NAME
                .matcher(base.toLowerCase(Locale.ROOT))
                .replaceAll("-")
                .replaceAll("^-+|-+$", "");
        if (name.isEmpty() || name.length() > 63) {
            findings.error(main.at(), "\"name\" is missing, and the folder's name makes none", "add name: my-variant");
            return "unnamed";
        }
        return name;
    }

    private List<Arch> architectures(List<YamlNode.Mapping> files) {
        Fields merged = new Fields(new Merger(null).merge(files), findings);
        List<Arch> result = new ArrayList<>();
        for (String label : merged.texts("architectures")) {
            Arch.parse(label).filter(arch -> !result.contains(arch)).ifPresent(result::add);
        }
        if (merged.node("architectures") instanceof YamlNode.Sequence list
                && list.items().isEmpty()) {
            findings.error(merged.at("architectures"), "\"architectures\" is empty", "leave it out to mean all");
        }
        return result.isEmpty() ? List.of(Arch.values()) : result;
    }
}
