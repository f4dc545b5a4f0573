package dev.caisson.manifest;

import static dev.caisson.manifest.Shapes.list;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shapes and the binding of what only RPM packages have: mirror lists, filters, groups and modules. */
final class RpmBinder {
    static final Shape PACKAGE_OR_GROUP = Shapes.text(
            "a package name, or one with a version such as bash=5.2 or bash>=5, or a group such as @core",
            "^([A-Za-z0-9][A-Za-z0-9+._-]*( ?(=|>=|<=|>|<) ?[0-9A-Za-z][0-9A-Za-z.+~:^_-]*)?"
                    + "|@[A-Za-z0-9^][A-Za-z0-9 +._^-]*)$");

    private static final Shape PATTERN = Shapes.text(
            "a package name, name.arch or name-version-release, with *, ? and [abc]", "^[^\\x00-\\x20/@]+$");
    private static final Shape MODULE_REQUEST = Shapes.text(
            "a module and its stream such as nodejs:20, or -nodejs for none of its streams",
            "^([A-Za-z0-9][A-Za-z0-9+._-]*:[A-Za-z0-9+._-]+|-[A-Za-z0-9][A-Za-z0-9+._-]*)$");
    private static final String[] RPM_ONLY = {"mirrorlist", "metalink", "includes", "excludes", "module-hotfixes"};

    private RpmBinder() {}

    /** The keys of a repository. */
    static Shapes.MapBuilder repositoryKeys(Shapes.MapBuilder map) {
        return map.key("mirrorlist", Shapes.URL, "rpm-md: address of a list of mirrors, tried in its order.")
                .key(
                        "metalink",
                        Shapes.URL,
                        "rpm-md: address of a Metalink document with mirrors and the digest of repomd.xml.")
                .key(
                        "digest",
                        Shapes.DIGEST,
                        "kit: the digest that \"caisson kit show\" prints; nothing else is taken. Required.")
                .key("includes", list(PATTERN), "RPM: only packages that match one of these count. Default: all.")
                .key("excludes", list(PATTERN), "RPM: packages that match one of these do not count.")
                .key("module-hotfixes", Shapes.FLAG, "RPM: its packages count whatever modules say. Default: false.");
    }

    /** What an item of the list of packages may say of a group. */
    static Shapes.MapBuilder groupKeys(Shapes.MapBuilder map) {
        return map.key("group", Shapes.LINE, "RPM: a group or environment instead, by identifier or name, without @.")
                .key("optional", Shapes.FLAG, "Whether the group's optional packages are wanted, too. Default: false.");
    }

    /** Complains of an item that names neither or both. */
    static void checkItem(Fields item) {
        if (item.has("name") == item.has("group")) {
            item.findings()
                    .error(
                            item.at(),
                            item.has("name")
                                    ? "an item of \"packages\" has both \"name\" and \"group\""
                                    : "an item of \"packages\" lacks \"name\"",
                            "give the name of a package, or a group of packages");
        }
    }

    static Shape modules() {
        return list(MODULE_REQUEST);
    }

    static RpmMdSpec repository(Fields item, RepositoryType type) {
        if (type == RepositoryType.APT) {
            for (String key : RPM_ONLY) {
                if (item.has(key)) {
                    item.findings()
                            .error(
                                    item.at(key),
                                    "a repository of type " + type.label() + " has no \"" + key + "\"",
                                    "take it out");
                }
            }
        }
        return new RpmMdSpec(
                item.text("mirrorlist"),
                item.text("metalink"),
                item.texts("includes"),
                item.texts("excludes"),
                item.flag("module-hotfixes", false));
    }

    static List<PackageGroupSpec> groups(Fields root) {
        Map<String, PackageGroupSpec> byId = new LinkedHashMap<>();
        for (YamlNode node : root.items("packages")) {
            PackageGroupSpec spec = group(node, root.findings());
            if (spec != null) {
                PackageGroupSpec before = byId.get(spec.id());
                byId.put(spec.id(), before != null && before.optional() ? before : spec);
            }
        }
        return List.copyOf(byId.values());
    }

    private static PackageGroupSpec group(YamlNode node, Findings findings) {
        if (node instanceof YamlNode.Mapping map) {
            Fields item = new Fields(map, findings);
            return item.text("group")
                    .map(id -> new PackageGroupSpec(id, item.flag("optional", false), node.at()))
                    .orElse(null);
        }
        boolean isGroup =
                node instanceof YamlNode.Scalar scalar && scalar.text().startsWith("@");
        return isGroup ? new PackageGroupSpec(((YamlNode.Scalar) node).text().substring(1), false, node.at()) : null;
    }

    static List<ModuleSpec> moduleSpecs(Fields root) {
        List<ModuleSpec> result = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        for (YamlNode node : root.items("modules")) {
            String text = node instanceof YamlNode.Scalar scalar ? scalar.text() : "-";
            int colon = text.indexOf(':');
            String name = colon < 0 ? text.substring(1) : text.substring(0, colon);
            Items.unique(root.findings(), seen, "module", name, node.at());
            result.add(new ModuleSpec(name, colon < 0 ? "" : text.substring(colon + 1), node.at()));
        }
        return result;
    }
}
