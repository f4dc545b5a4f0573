package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes the recipe from its checked file. */
final class RecipeBinder {
    private static final int DEFAULT_TIMEOUT_SECONDS = 3600;
    private static final long MAX_EPOCH = (1L << 32) - 1;
    private static final List<String> BUILD_KEYS = List.of("sources", "build-requires", "build");
    private static final List<String> DATA_KEYS =
            List.of("license-files", "requires", "provides", "conflicts", "obsoletes", "recommends");
    private static final List<String> ORIGINS = List.of("urls", "path", "package");

    private final Path file;
    private final Arch arch;
    private final Fields root;
    private final Findings findings;

    RecipeBinder(Path file, Arch arch, Fields root) {
        this.file = file;
        this.arch = arch;
        this.root = root;
        this.findings = root.findings();
    }

    Optional<Recipe> bind() {
        return Items.bind(root, this::recipe);
    }

    private Recipe recipe() throws Fields.Incomplete {
        String summary = root.required("summary");
        return new Recipe(
                name(),
                root.required("version"),
                root.text("release", "1"),
                summary,
                root.text("description", summary).strip(),
                root.required("license"),
                root.text("url"),
                epoch(),
                architectures(),
                arch,
                file,
                content());
    }

    private String name() {
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = absolute.getParent() == null ? null : absolute.getParent().getFileName();
        String folderName = folder == null ? "" : folder.toString();
        String name = root.text("name", folderName);
        if (!name.equals(folderName)) {
            findings.error(
                    root.at("name"),
                    "the recipe \"" + name + "\" lies in the folder \"" + folderName + "\"",
                    "a recipe is found by its folder's name: make them the same");
        } else if (!(RecipeShapes.NAME instanceof Shape.Text text && name.matches(text.regex()))) {
            findings.error(root.at(), "the folder's name \"" + name + "\" is no recipe name", "rename the folder");
        }
        return name;
    }

    private long epoch() throws Fields.Incomplete {
        String text = root.required("epoch");
        long seconds = text.endsWith("Z") ? Instant.parse(text).getEpochSecond() : Long.parseLong(text);
        if (seconds > MAX_EPOCH) {
            findings.error(root.at("epoch"), "\"epoch\" is later than RPM's headers can say", "use a time before 2106");
        }
        return seconds;
    }

    private List<Arch> architectures() {
        List<Arch> result = new ArrayList<>();
        for (String label : root.texts("architectures")) {
            Arch.parse(label).filter(one -> !result.contains(one)).ifPresent(result::add);
        }
        return result.isEmpty() ? List.of(Arch.values()) : result;
    }

    private Recipe.Content content() throws Fields.Incomplete {
        boolean spec = root.has("spec");
        if (spec == root.has("files")) {
            findings.error(
                    root.at(),
                    "a recipe has either \"spec\" or \"files\", this has " + (spec ? "both" : "neither"),
                    "spec: NAME.spec builds from sources, files: packs what is there already");
            throw new Fields.Incomplete();
        }
        for (String key : spec ? DATA_KEYS : BUILD_KEYS) {
            if (root.has(key)) {
                findings.error(
                        root.at(key),
                        "\"" + key + "\" belongs to recipes with \"" + (spec ? "files" : "spec") + "\"",
                        spec ? "say it in the spec file" : "take it out");
            }
        }
        return spec ? build() : data();
    }

    private Recipe.Build build() throws Fields.Incomplete {
        Map<String, Position> names = new HashMap<>();
        List<Recipe.Source> sources = new ArrayList<>();
        for (Fields item : Items.maps(root, "sources")) {
            Items.bind(item, () -> source(item)).ifPresent(source -> {
                Items.unique(findings, names, "source", source.name(), item.at());
                sources.add(source);
            });
        }
        Fields build = root.map("build");
        return new Recipe.Build(
                existing(root.node("spec"), root.required("spec")),
                sources,
                RootBinder.distinct(root.texts("build-requires")),
                build.wholeInt("timeout").orElse(DEFAULT_TIMEOUT_SECONDS),
                build.wholeInt("jobs"),
                build.size("memory"));
    }

    private Recipe.Source source(Fields item) throws Fields.Incomplete {
        List<String> given = ORIGINS.stream().filter(item::has).toList();
        if (given.size() != 1) {
            findings.error(
                    item.at(),
                    "a source has " + (given.isEmpty() ? "none" : String.join(" and ", given))
                            + " of urls, path, package",
                    "give exactly one");
            throw new Fields.Incomplete();
        }
        together(item, "urls", "sha512");
        together(item, "package", "file");
        return switch (given.get(0)) {
            case "urls" -> remote(item);
            case "path" -> {
                Path path = existing(item.node("path"), item.required("path"));
                yield new Recipe.Local(sourceName(item, path.getFileName().toString()), path, item.at());
            }
            default ->
                new Recipe.Packaged(
                        sourceName(item, item.required("file")),
                        item.required("package"),
                        item.required("file"),
                        item.at());
        };
    }

    private Recipe.Remote remote(Fields item) throws Fields.Incomplete {
        List<String> urls = item.texts("urls");
        if (urls.isEmpty()) {
            findings.error(item.at("urls"), "\"urls\" is empty", "give at least one address");
            throw new Fields.Incomplete();
        }
        Digest digest = Digest.parse("sha512:" + item.required("sha512"));
        return new Recipe.Remote(sourceName(item, urls.get(0).replaceAll("[?#].*", "")), urls, digest, item.at());
    }

    private void together(Fields item, String origin, String key) throws Fields.Incomplete {
        if (item.has(origin) && !item.has(key)) {
            findings.error(item.at(), "a source with \"" + origin + "\" lacks \"" + key + "\"", "");
            throw new Fields.Incomplete();
        } else if (!item.has(origin) && item.has(key)) {
            findings.error(item.at(key), "\"" + key + "\" belongs to sources with \"" + origin + "\"", "take it out");
        }
    }

    private String sourceName(Fields item, String from) throws Fields.Incomplete {
        String name = item.text("name", from.substring(Math.max(from.lastIndexOf('/'), from.lastIndexOf(':')) + 1));
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._+~-]{0,199}")) {
            findings.error(item.at(), "the source's name would be \"" + name + "\"", "give it a \"name\"");
            throw new Fields.Incomplete();
        }
        return name;
    }

    private Path existing(YamlNode node, String text) throws Fields.Incomplete {
        Optional<Path> path = HostPaths.resolve(node.at().file(), text);
        if (!HostPaths.exists(path)) {
            String missing = path.map(HostPaths::missing).orElse("\"" + text + "\" is no path of this machine");
            findings.error(node, missing, "paths are relative to the file that names them");
            throw new Fields.Incomplete();
        }
        return path.get();
    }

    private Recipe.Data data() throws Fields.Incomplete {
        RootBinder binder = new RootBinder(root);
        Map<String, Position> paths = new HashMap<>();
        List<Recipe.DataFile> files = new ArrayList<>();
        for (Fields item : Items.maps(root, "files")) {
            Items.bind(item, () -> new Recipe.DataFile(binder.file(item), flags(item)))
                    .ifPresent(file -> {
                        Items.unique(findings, paths, "file", file.file().path(), item.at());
                        files.add(file);
                    });
        }
        List<Path> licenses = new ArrayList<>();
        for (YamlNode node : root.items("license-files")) {
            if (node instanceof YamlNode.Scalar scalar) {
                Path path = existing(node, scalar.text());
                if (!Files.isRegularFile(path)) {
                    findings.error(node, path + " is not a file", "");
                }
                licenses.add(path);
            }
        }
        Map<RecipeRelation, List<String>> relations = new EnumMap<>(RecipeRelation.class);
        for (RecipeRelation relation : RecipeRelation.values()) {
            relations.put(relation, List.copyOf(root.texts(relation.label())));
        }
        return new Recipe.Data(files, licenses, relations);
    }

    private static Set<FileFlag> flags(Fields item) {
        Set<FileFlag> flags = EnumSet.noneOf(FileFlag.class);
        for (String label : item.texts("flags")) {
            Fields.constant(label, FileFlag.class).ifPresent(flags::add);
        }
        return flags;
    }
}
