package dev.caisson.manifest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds what the manifest itself puts into or takes out of the root file system. */
final class RootBinder {
    private static final List<String> CONTENT_KEYS = List.of("content", "source", "symlink", "directory");

    private final Fields root;
    private final Findings findings;

    RootBinder(Fields root) {
        this.root = root;
        this.findings = root.findings();
    }

    List<FileSpec> files() {
        Map<String, FileSpec> byPath = new LinkedHashMap<>();
        for (Fields item : Items.maps(root, "files")) {
            Items.bind(item, () -> file(item)).ifPresent(spec -> {
                // Removed first, so that the entry that counts stands at its own place.
                FileSpec before = byPath.remove(spec.path());
                byPath.put(spec.path(), spec);
                if (before != null && before.at().file().equals(spec.at().file())) {
                    findings.error(
                            item.at("path"),
                            "file \"" + spec.path() + "\" is declared twice",
                            "it is also at " + before.at());
                }
            });
        }
        return List.copyOf(byPath.values());
    }

    /** One file. */
    FileSpec file(Fields item) throws Fields.Incomplete {
        String path = item.required("path");
        FileContent content = content(item, path);
        boolean link = content instanceof FileContent.Symlink;
        if (link && item.has("mode")) {
            findings.error(item.at("mode"), "a symbolic link has no mode", "take it out");
        }
        int fallback = link ? 0777 : content instanceof FileContent.Directory ? 0755 : 0644;
        int mode = item.text("mode").map(text -> Integer.parseInt(text, 8)).orElse(fallback);
        return new FileSpec(path, content, mode, item.text("owner", "root"), item.text("group", "root"), item.at());
    }

    private FileContent content(Fields item, String path) throws Fields.Incomplete {
        List<String> given = CONTENT_KEYS.stream().filter(item::has).toList();
        if (given.size() != 1) {
            String is = given.isEmpty() ? "none" : String.join(" and ", given);
            findings.error(
                    item.at(),
                    "file \"" + path + "\" has " + is + " of content, source, symlink, directory",
                    "give exactly one");
            throw new Fields.Incomplete();
        }
        switch (given.get(0)) {
            case "content":
                return new FileContent.Text(item.required("content"));
            case "source":
                return new FileContent.Source(source(item));
            case "symlink":
                return new FileContent.Symlink(item.required("symlink"));
            default:
                if (!item.flag("directory", true)) {
                    findings.error(
                            item.at("directory"), "\"directory\" must be true", "give one of the others instead");
                }
                return new FileContent.Directory();
        }
    }

    private Path source(Fields item) throws Fields.Incomplete {
        YamlNode node = item.node("source");
        Optional<Path> path = HostPaths.resolve(node.at().file(), item.required("source"));
        if (path.isEmpty() || !Files.exists(path.get())) {
            String missing = path.map(HostPaths::missing).orElse("no path of this machine");
            findings.error(node, "\"source\": " + missing, "paths are relative to the file that names them");
            throw new Fields.Incomplete();
        }
        return path.get();
    }

    List<UserSpec> users() {
        List<UserSpec> result = new ArrayList<>();
        Map<String, Position> names = new HashMap<>();
        Map<String, Position> numbers = new HashMap<>();
        for (Fields item : Items.maps(root, "users")) {
            Items.bind(item, () -> user(item)).ifPresent(user -> {
                Items.unique(findings, names, "user", user.name(), item.at());
                user.uid().ifPresent(uid -> Items.unique(findings, numbers, "uid", Integer.toString(uid), item.at()));
                result.add(user);
            });
        }
        return result;
    }

    private static UserSpec user(Fields item) throws Fields.Incomplete {
        return new UserSpec(
                item.required("name"),
                item.wholeInt("uid"),
                item.text("group"),
                item.texts("groups"),
                item.text("home"),
                item.text("shell"),
                item.text("description"),
                item.text("password").map(RootBinder::shadow),
                item.at());
    }

    private static String shadow(String password) {
        return password.equals("locked") ? "!*" : password.equals("none") ? "" : password;
    }

    List<GroupSpec> groups() {
        List<GroupSpec> result = new ArrayList<>();
        Map<String, Position> names = new HashMap<>();
        Map<String, Position> numbers = new HashMap<>();
        for (Fields item : Items.maps(root, "groups")) {
            Items.bind(
                            item,
                            () -> new GroupSpec(
                                    item.required("name"), item.wholeInt("gid"), item.texts("members"), item.at()))
                    .ifPresent(group -> {
                        Items.unique(findings, names, "group", group.name(), item.at());
                        group.gid()
                                .ifPresent(gid ->
                                        Items.unique(findings, numbers, "gid", Integer.toString(gid), item.at()));
                        result.add(group);
                    });
        }
        return result;
    }

    UnitSpec units() {
        Fields units = root.map("units");
        Map<String, String> seen = new HashMap<>();
        for (String list : List.of("enable", "disable", "mask")) {
            for (YamlNode node : units.items(list)) {
                String unit = node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
                String before = seen.putIfAbsent(unit, list);
                if (before != null && !before.equals(list)) {
                    findings.error(
                            node,
                            "unit \"" + unit + "\" is both in " + before + " and in " + list,
                            "\"- !remove " + unit + "\" takes it out of an inherited list");
                }
            }
        }
        return new UnitSpec(
                distinct(units.texts("enable")),
                distinct(units.texts("disable")),
                distinct(units.texts("mask")),
                units.choice("default", PresetPolicy.class, PresetPolicy.DISABLE));
    }

    static List<String> distinct(List<String> texts) {
        return texts.stream().distinct().toList();
    }

    List<RemoveSpec> remove() {
        List<RemoveSpec> result = new ArrayList<>();
        for (YamlNode node : root.items("remove")) {
            if (node instanceof YamlNode.Mapping map) {
                Fields item = new Fields(map, findings);
                Items.bind(item, () -> removal(item)).ifPresent(result::add);
            } else if (node instanceof YamlNode.Scalar scalar) {
                result.add(new RemoveSpec(new PathPattern(scalar.text()), List.of(), Optional.empty(), node.at()));
            }
        }
        return result;
    }

    private static RemoveSpec removal(Fields item) throws Fields.Incomplete {
        List<PathPattern> except =
                item.texts("except").stream().map(PathPattern::new).toList();
        return new RemoveSpec(new PathPattern(item.required("path")), except, item.text("reason"), item.at());
    }
}
