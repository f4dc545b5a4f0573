package dev.caisson.manifest;

import dev.caisson.bytes.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds what is about packages: where they come from, which ones, which scripts and conflicts. */
final class PackageBinder {
    private final Fields root;
    private final Findings findings;

    PackageBinder(Fields root) {
        this.root = root;
        this.findings = root.findings();
    }

    List<RepositorySpec> repositories() {
        List<RepositorySpec> result = new ArrayList<>();
        Map<String, Position> names = new HashMap<>();
        for (Fields item : Items.maps(root, "repositories")) {
            Items.bind(item, () -> repository(item)).ifPresent(repository -> {
                Items.unique(findings, names, "repository", repository.name(), item.at());
                result.add(repository);
            });
        }
        if (result.isEmpty() && root.items("repositories").isEmpty() && !root.has("repositories")) {
            findings.error(root.at(), "\"repositories\" is missing", "extend a shared fragment that declares them");
        }
        return result;
    }

    private RepositorySpec repository(Fields item) throws Fields.Incomplete {
        String name = item.required("name");
        RepositoryType type = item.choice("type", RepositoryType.class).orElseThrow(Fields.Incomplete::new);
        checkRepositoryKeys(item, name, type);
        List<String> components = item.texts("components");
        return new RepositorySpec(
                name,
                type,
                item.text("archive"),
                item.texts("urls"),
                item.texts("suites"),
                type == RepositoryType.APT && components.isEmpty() ? List.of("main") : components,
                path(item, "keyring", false),
                item.choice(
                        "signatures",
                        RepositorySignatures.class,
                        type == RepositoryType.DIRECTORY && item.has("keyring")
                                ? RepositorySignatures.PACKAGES
                                : RepositorySignatures.METADATA),
                path(item, "path", true),
                item.wholeInt("priority").orElse(RepositorySpec.DEFAULT_PRIORITY),
                item.text(type == RepositoryType.KIT ? "digest" : "snapshot").map(Digest::parse),
                RpmBinder.repository(item, type),
                item.at());
    }

    private void checkRepositoryKeys(Fields item, String name, RepositoryType type) {
        boolean kit = type == RepositoryType.KIT;
        if (kit) {
            refuse(item, type, "keyring");
            if (!item.has("digest")) {
                findings.error(
                        item.at(),
                        "repository \"" + name + "\" lacks \"digest\"",
                        "take it from \"caisson kit show\": nothing else says that the kit is the one that is meant");
            }
        } else {
            refuse(item, type, "digest");
        }
        if (type == RepositoryType.RECIPES) {
            refuse(item, type, "keyring");
        }
        if (kit || type == RepositoryType.DIRECTORY || type == RepositoryType.RECIPES) {
            refuse(item, type, "archive", "urls", "suites", "components", "signatures", "snapshot");
            refuse(item, type, "mirrorlist", "metalink");
            if (!item.has("path")) {
                findings.error(item.at(), "repository \"" + name + "\" lacks \"path\"", "name the folder of packages");
            }
            return;
        }
        refuse(item, type, "path");
        if (type == RepositoryType.APT) {
            refuse(item, type, "signatures");
        }
        if (type == RepositoryType.RPM_MD) {
            refuse(item, type, "suites", "components");
        } else if (!item.has("suites")) {
            findings.error(item.at(), "repository \"" + name + "\" lacks \"suites\"", "for example suites: [trixie]");
        }
        boolean mirrors = item.has("mirrorlist") || item.has("metalink");
        if (!item.has("archive") && !item.has("urls") && !mirrors) {
            findings.error(
                    item.at(),
                    "repository \"" + name + "\" lacks an address",
                    "add \"archive\" (a name that the machine maps to a mirror), \"urls\", or for rpm-md \"mirrorlist\""
                            + " or \"metalink\"");
        }
        if (!item.has("keyring")) {
            findings.error(
                    item.at(),
                    "repository \"" + name + "\" lacks \"keyring\"",
                    "nothing is taken from a repository whose signature cannot be checked");
        }
    }

    private void refuse(Fields item, RepositoryType type, String... keys) {
        for (String key : keys) {
            if (item.has(key)) {
                findings.error(
                        item.at(key),
                        "a repository of type " + type.label() + " has no \"" + key + "\"",
                        "take it out");
            }
        }
    }

    private Optional<Path> path(Fields item, String key, boolean folder) {
        if (item.text(key).isEmpty()) {
            return Optional.empty();
        }
        YamlNode node = item.node(key);
        Optional<Path> path = HostPaths.resolve(node.at().file(), item.text(key).orElseThrow());
        boolean ok = path.isPresent() && (folder ? Files.isDirectory(path.get()) : Files.isRegularFile(path.get()));
        if (!ok) {
            String missing = path.map(HostPaths::missing).orElse("no path of this machine");
            findings.error(node, "\"" + key + "\": " + missing, "paths are relative to the file that names them");
        }
        return path;
    }

    List<PackageSpec> packages(Optional<String> kernelPackage) {
        Map<String, PackageSpec> byName = new LinkedHashMap<>();
        for (YamlNode node : root.items("packages")) {
            packageSpec(node).ifPresent(spec -> {
                PackageSpec before = byName.get(spec.name());
                if (before == null || before.version().isEmpty()) {
                    byName.put(spec.name(), spec);
                } else if (spec.version().isPresent() && !spec.version().equals(before.version())) {
                    findings.error(
                            spec.at(),
                            "package \"" + spec.name() + "\" is asked for with another version: " + spec + " and "
                                    + before,
                            "the first is at " + before.at());
                }
            });
        }
        kernelPackage.ifPresent(kernel -> {
            if (byName.containsKey(kernel) && byName.get(kernel).version().isEmpty()) {
                byName.remove(kernel);
            }
        });
        return List.copyOf(byName.values());
    }

    private Optional<PackageSpec> packageSpec(YamlNode node) {
        if (node instanceof YamlNode.Mapping map) {
            Fields item = new Fields(map, findings);
            RpmBinder.checkItem(item);
            return item.text("name")
                    .map(name ->
                            new PackageSpec(name, item.text("version").flatMap(VersionConstraint::parse), node.at()));
        }
        String text = node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
        if (text.startsWith("@")) {
            return Optional.empty();
        }
        int end = 0;
        while (end < text.length() && " =<>".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String constraint = text.substring(end).strip();
        return end == 0
                ? Optional.empty()
                : Optional.of(new PackageSpec(text.substring(0, end), VersionConstraint.parse(constraint), node.at()));
    }

    List<ExcludeSpec> exclude(List<PackageSpec> packages) {
        List<ExcludeSpec> result = new ArrayList<>();
        for (Fields item : Items.maps(root, "exclude")) {
            Items.bind(item, () -> new ExcludeSpec(item.required("name"), item.required("reason"), item.at()))
                    .ifPresent(result::add);
        }
        for (PackageSpec spec : packages) {
            for (ExcludeSpec exclude : result) {
                if (exclude.matches(spec.name())) {
                    findings.error(
                            spec.at(),
                            "package \"" + spec.name() + "\" is asked for and excluded",
                            "it is excluded at " + exclude.at() + "; \"- !remove " + exclude.name()
                                    + "\" under exclude undoes that");
                }
            }
        }
        return result;
    }

    List<ScriptRule> scripts() {
        List<ScriptRule> result = new ArrayList<>();
        for (Fields item : Items.maps(root, "scripts")) {
            for (String label : item.texts("script")) {
                Items.bind(item, () -> script(item, label)).ifPresent(result::add);
            }
        }
        return result;
    }

    private static ScriptRule script(Fields item, String label) throws Fields.Incomplete {
        return new ScriptRule(
                item.required("package"),
                Fields.constant(label, ScriptKind.class).orElseThrow(Fields.Incomplete::new),
                item.choice("action", ScriptAction.class).orElseThrow(Fields.Incomplete::new),
                item.required("reason"),
                item.text("digest").map(Digest::parse),
                item.at());
    }

    List<WinnerSpec> conflicts() {
        List<WinnerSpec> result = new ArrayList<>();
        for (Fields item : Items.maps(root, "conflicts")) {
            Items.bind(
                            item,
                            () -> new WinnerSpec(
                                    new PathPattern(item.required("path")),
                                    item.required("winner"),
                                    item.text("reason"),
                                    item.at()))
                    .ifPresent(result::add);
        }
        return result;
    }
}
