package dev.caisson.manifest;

import static dev.caisson.manifest.Shapes.choice;
import static dev.caisson.manifest.Shapes.either;
import static dev.caisson.manifest.Shapes.list;
import static dev.caisson.manifest.Shapes.map;
import static dev.caisson.manifest.Shapes.size;
import static dev.caisson.manifest.Shapes.whole;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All keys of a manifest: what they mean, what they may be, what they are when absent. */
final class ManifestShapes {
    /** Keys that are about a file rather than about what is in the image, and so have no place in a {@code then} block. */
    static final List<String> FILE_KEYS = List.of("schema", "extends", "name", "architectures", "when");

    /** Key of a condition, in a list item or at the top. */
    static final String WHEN = "when";

    /** The whole file. */
    static final Shape.MapOf ROOT = root();

    private static final long MAX_ID = 65533;
    private static final long GIB = 1L << 30;

    private ManifestShapes() {}

    /** What {@code arch} in a condition may be. */
    static Shape archs() {
        return either(archChoice(), list(archChoice()));
    }

    /** The condition that any map in a list may carry. */
    static Shape.MapOf condition() {
        return map().required("arch", archs(), "The architecture, or a list of them.")
                .build();
    }

    private static Shape archChoice() {
        return new Shape.Choice(Arrays.stream(Arch.values()).map(Arch::label).toList());
    }

    private static Shape.MapOf root() {
        Shape.MapOf content = content();
        Map<String, Shape.Field> fields = new LinkedHashMap<>(map().required(
                        "schema", whole(1, 1), "Version of this schema: 1. Every file has it.")
                .key(
                        "extends",
                        list(Shapes.HOST_PATH),
                        "Manifest files that this one builds on, or folders with a variant.yaml, relative to this"
                                + " file; merged in this order, then this file. Maps merge, lists append, other values"
                                + " replace. A file that is reached twice counts once, at its first place. In a list, `-"
                                + " !remove X` takes away what earlier files put there: the items equal to X, or those"
                                + " whose name, path, package or label is X.")
                .key("name", Shapes.VARIANT_NAME, "Name of the variant; not inherited. Default: the folder's name.")
                .key("architectures", list(archChoice()), "What it can be built for. Default: all.")
                .key(
                        "when",
                        list(when(content)),
                        "What holds for some architectures only; merged after this file's rest.")
                .build()
                .fields());
        fields.putAll(content.fields());
        return new Shape.MapOf(fields);
    }

    private static Shape.MapOf when(Shape.MapOf content) {
        return map().required("arch", archs(), "The architecture, or a list of them.")
                .required("then", content, "Any keys but " + String.join(", ", FILE_KEYS) + ".")
                .build();
    }

    private static Shape.MapOf content() {
        return map().key("version", Shapes.SEMVER, "Semantic version of the image. Required.")
                .key("description", Shapes.LINE, "One line for people.")
                .key("branding", branding(), "Whose system this is: os-release.")
                .key("repositories", list(repository()), "Where packages come from. At least one.")
                .key(
                        "packages",
                        list(either(RpmBinder.PACKAGE_OR_GROUP, packageItem())),
                        "Packages to install, each by name or with a version (bash=5.2, bash>=5); of RPM repositories"
                                + " groups and environments as well (@core).")
                .key(
                        "modules",
                        RpmBinder.modules(),
                        "RPM: module streams instead of the default ones (nodejs:20, -ruby).")
                .key(
                        "exclude",
                        list(exclude()),
                        "Packages that dependencies ask for but that give nothing at run time: taken as installed.")
                .key("weak-dependencies", Shapes.FLAG, "Whether Recommends count. Default: false.")
                .key(
                        "files",
                        list(file()),
                        "What to put over the packages. A later file's entry replaces an earlier file's of the same"
                                + " path.")
                .key("users", list(user()), "Users beside those of the packages, or other values for those.")
                .key("groups", list(group()), "Groups beside those of the packages.")
                .key("units", units(), "Which systemd units run.")
                .key(
                        "scripts",
                        list(script()),
                        "Maintainer scripts that need not run, and why. The first match counts.")
                .key("conflicts", list(winner()), "Whose file is taken where packages ship different ones at a path.")
                .key(
                        "remove",
                        list(either(Shapes.PATH_PATTERN, remove())),
                        "Paths to take out in the end, with all that is below them.")
                .key("rpm", RpmContentBinder.shape(), "What of RPM packages enters the image.")
                .key("selinux", SelinuxBinder.shape(), "SELinux labels of the image's files.")
                .key("kernel", kernel(), "The kernel.")
                .key("initrd", initrd(), "What runs before the root file system.")
                .key("filesystem", filesystem(), "The root file system.")
                .key("verity", verity(), "dm-verity over the root file system.")
                .key("layout", either(choice("default"), layout()), "The partitions. Default: the layout \"default\".")
                .key("boot", boot(), "How the machine boots.")
                .key("signing", signing(), "Who signs.")
                .key("formats", list(new Shape.Choice(Variant.FORMATS)), "Disk image formats to write. Default: raw.")
                .key("ova", OvaBinder.shape(), "The virtual machine of the format ova.")
                .key("updates", updates(), "Where a running image finds newer versions.")
                .key("budget", budget(), "Limits: a build that exceeds one fails.")
                .key("lifecycle", lifecycle(), "How long the variant is cared for.")
                .key("ami", AmiBinder.shape(), "How it becomes an Amazon machine image.")
                .key(
                        "hostname",
                        Shapes.text("a host name", "^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$"),
                        "Static host name.")
                .key(
                        "timezone",
                        Shapes.text("a time zone such as Europe/Berlin", "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$"),
                        "Time zone. Default: UTC.")
                .key("locale", Shapes.text("a locale such as C.UTF-8", "^[A-Za-z0-9_.@-]+$"), "LANG. Default: C.UTF-8.")
                .key("default-target", Shapes.UNIT, "The unit that booting starts. Default: multi-user.target.")
                .key("extras", new Shape.AnyMap(), "Free values for machines, copied into the artifact manifest.")
                .key("epoch", Shapes.EPOCH, "The time of everything in the image. Default: from the packages.")
                .build();
    }

    private static Shape branding() {
        return map().key(
                        "id",
                        Shapes.text("an id of lower-case letters, digits, . _ -", "^[a-z0-9._-]+$"),
                        "ID. Default: caisson.")
                .key(
                        "id-like",
                        list(Shapes.text("an id", "^[a-z0-9._-]+$")),
                        "ID_LIKE: systems that this one stems from.")
                .key("name", Shapes.LINE, "NAME. Default: Caisson.")
                .key("pretty-name", Shapes.LINE, "PRETTY_NAME. Default: name, variant and version.")
                .key("vendor", Shapes.LINE, "VENDOR_NAME.")
                .key("home-url", Shapes.WEB_URL, "HOME_URL.")
                .key("documentation-url", Shapes.WEB_URL, "DOCUMENTATION_URL.")
                .key("support-url", Shapes.WEB_URL, "SUPPORT_URL.")
                .key("bug-report-url", Shapes.WEB_URL, "BUG_REPORT_URL.")
                .build();
    }

    private static Shape repository() {
        return RpmBinder.repositoryKeys(map().required("name", Shapes.SYMBOL, "Unique name.")
                        .required("type", choice(RepositoryType.class), "How it describes its packages.")
                        .key(
                                "archive",
                                Shapes.SYMBOL,
                                "Symbolic name of a public archive, mapped to a mirror by the machine.")
                        .key("urls", list(Shapes.URL), "Your own addresses, tried in order.")
                        .key(
                                "suites",
                                list(Shapes.text("a suite name", "^[A-Za-z0-9][A-Za-z0-9._/-]*$")),
                                "apt: the suites.")
                        .key("components", list(Shapes.SYMBOL), "apt: the components. Default: main.")
                        .key("keyring", Shapes.HOST_PATH, "OpenPGP keys that sign it, relative to this file.")
                        .key(
                                "signatures",
                                choice(RepositorySignatures.class),
                                "rpm-md: what the keys have signed. Default: metadata.")
                        .key("path", Shapes.HOST_PATH, "directory, kit, recipes: the folder, relative to this file.")
                        .key("priority", whole(1, 999), "A smaller number is preferred. Default: 99.")
                        .key("snapshot", Shapes.DIGEST, "Pins the first suite's top metadata file."))
                .build();
    }

    private static Shape packageItem() {
        return RpmBinder.groupKeys(map().key("name", Shapes.PACKAGE_NAME, "Name of the package.")
                        .key("version", Shapes.VERSION_CONSTRAINT, "Which versions will do. Default: any."))
                .build();
    }

    private static Shape exclude() {
        return map().required("name", Shapes.PACKAGE_PATTERN, "Name of the package; * stands for any characters.")
                .required("reason", Shapes.LINE, "Why nothing misses it.")
                .build();
    }

    /** A file of the image. */
    static Shape.MapOf file() {
        return map().required("path", Shapes.IMAGE_PATH, "Where it goes.")
                .key(
                        "content",
                        new Shape.Content(),
                        "A file with this text. (One of content, source, symlink, directory.)")
                .key("source", Shapes.HOST_PATH, "A copy of this file or folder, relative to this manifest file.")
                .key("symlink", Shapes.LINE, "A symbolic link with this text.")
                .key("directory", Shapes.FLAG, "true: an empty folder.")
                .key("mode", Shapes.MODE, "Octal, in quotes. Default: \"0644\", \"0755\" for a folder.")
                .key("owner", Shapes.ACCOUNT_OR_NUMBER, "Default: root.")
                .key("group", Shapes.ACCOUNT_OR_NUMBER, "Default: root.")
                .build();
    }

    private static Shape user() {
        return map().required("name", Shapes.ACCOUNT, "User name.")
                .key("uid", whole(0, MAX_ID), "Number. Default: a stable one.")
                .key("group", Shapes.ACCOUNT, "Primary group. Default: one of the user's name.")
                .key("groups", list(Shapes.ACCOUNT), "Further groups.")
                .key("home", Shapes.IMAGE_PATH, "Home folder. Default: /.")
                .key("shell", Shapes.IMAGE_PATH, "Login shell. Default: /usr/sbin/nologin.")
                .key("description", Shapes.text("a line without colon", "^[^:\\x00-\\x1f\\x7f]+$"), "GECOS field.")
                .key(
                        "password",
                        Shapes.text("locked, none or a crypt(5) hash", "^(locked|none|\\$[^:\\s]+)$"),
                        "locked (default), none (no password is asked), or a crypt(5) hash.")
                .build();
    }

    private static Shape group() {
        return map().required("name", Shapes.ACCOUNT, "Group name.")
                .key("gid", whole(0, MAX_ID), "Number. Default: a stable one.")
                .key("members", list(Shapes.ACCOUNT), "Users in it.")
                .build();
    }

    private static Shape units() {
        return map().key("enable", list(Shapes.UNIT), "Enabled whatever presets say.")
                .key("disable", list(Shapes.UNIT), "Not enabled whatever presets say.")
                .key("mask", list(Shapes.UNIT), "Linked to /dev/null: cannot run.")
                .key("default", choice(PresetPolicy.class), "For units that nothing names. Default: disable.")
                .build();
    }

    private static Shape script() {
        Shape kind = choice(ScriptKind.class);
        return map().required("package", Shapes.PACKAGE_PATTERN, "Package name; * stands for any characters.")
                .required("script", either(kind, list(kind)), "Which script, or a list of them.")
                .required("action", choice(ScriptAction.class), "handled: done in another way. ignored: not needed.")
                .required("reason", Shapes.LINE, "How it is handled, or why it is not needed.")
                .key("digest", Shapes.DIGEST, "The script that this is about; another content is an error.")
                .build();
    }

    private static Shape winner() {
        return map().required("path", Shapes.PATH_PATTERN, "The paths.")
                .required("winner", Shapes.PACKAGE_NAME, "The package whose file is taken.")
                .key("reason", Shapes.LINE, "Why.")
                .build();
    }

    private static Shape remove() {
        return map().required("path", Shapes.PATH_PATTERN, "What goes.")
                .key("except", list(Shapes.PATH_PATTERN), "What stays nevertheless.")
                .key("reason", Shapes.LINE, "Why.")
                .build();
    }

    private static Shape kernel() {
        return map().key("package", Shapes.PACKAGE_NAME, "The package that brings it. Required.")
                .key(
                        "parameters",
                        list(Shapes.text("one kernel parameter without white space", "^[!-~]+$")),
                        "Command line; the root hash is added by the build.")
                .key("modules", either(choice("all"), list(Shapes.MODULE)), "Modules that stay. Default: all.")
                .build();
    }

    private static Shape initrd() {
        return map().key("type", choice(InitrdType.class), "Default: minimal.")
                .key("modules", list(Shapes.MODULE), "Kernel modules in it; their dependencies are added.")
                .key("compression", choice(InitrdCompression.class), "Default: zstd.")
                .key("level", whole(1, 22), "zstd 1 to 22 (default 12), gzip 1 to 9 (default 9).")
                .build();
    }

    private static Shape filesystem() {
        return map().key("type", choice(FilesystemType.class), "Default: erofs.")
                .key("compression", choice(FilesystemCompression.class), "Default: lz4hc.")
                .key("level", whole(1, 22), "lz4hc 1 to 12 (default 9), zstd 1 to 22 (default 6).")
                .key("cluster-size", size(4096, 1 << 20), "Largest physical cluster, a power of two. Default: 256KiB.")
                .build();
    }

    private static Shape verity() {
        return map().key("enabled", Shapes.FLAG, "Default: true.")
                .key("hash", choice("sha256", "sha512"), "Default: sha256.")
                .key("data-block-size", size(512, 65536), "A power of two. Default: 4096.")
                .key("hash-block-size", size(512, 65536), "A power of two. Default: 4096.")
                .key("on-corruption", choice(OnCorruption.class), "What the kernel does. Default: panic.")
                .key("signature", Shapes.FLAG, "Whether a signed root hash is stored as well. Default: false.")
                .build();
    }

    private static Shape layout() {
        return map().key("name", choice("default"), "A built-in layout. (One of name and partitions.)")
                .key(
                        "sizes",
                        new Shape.MapWith(
                                new Shape.Choice(List.of("esp", "root", "root-verity", "data")), Shapes.PARTITION_SIZE),
                        "Other sizes for a built-in layout; both slots of a role have the same.")
                .key("partitions", list(partition()), "All partitions, in the order on the disk.")
                .key("sector-size", choice("512", "4096"), "In bytes. Default: 512.")
                .key("disk-size", size(1 << 20, GIB << 20), "Of the whole disk. Default: as the partitions need.")
                .build();
    }

    private static Shape partition() {
        return map().required("label", Shapes.text("at most 36 characters", "^[^\\x00-\\x1f\\x7f]{1,36}$"), "GPT name.")
                .required(
                        "type",
                        new Shape.Text(
                                "a partition type (" + String.join(", ", PartitionSpec.TYPES) + ") or a GUID",
                                "^(" + String.join("|", PartitionSpec.TYPES)
                                        + "|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$",
                                false,
                                text -> ""),
                        "Name of the Discoverable Partitions Specification or a GUID.")
                .required("content", choice(PartitionContent.class), "What the build puts there.")
                .key("size", Shapes.PARTITION_SIZE, "Default: auto.")
                .key("slot", choice("A", "B"), "The slot that it belongs to.")
                .key("attributes", list(choice(PartitionAttribute.class)), "GPT attribute bits.")
                .key("uuid", Shapes.GUID, "Its own GUID. Default: from the root hash or the seed.")
                .build();
    }

    private static Shape boot() {
        return map().key("type", choice(BootType.class), "Default: systemd-boot.")
                .key(
                        "tries",
                        whole(0, 99),
                        "How often a new version may fail before the former boots again. Default: 3.")
                .key("timeout", whole(0, 3600), "Seconds that the menu waits. Default: 0, no menu.")
                .build();
    }

    private static Shape signing() {
        return map().key("profile", Shapes.SYMBOL, "Name of the key profile. Default: development.")
                .key("secure-boot", Shapes.FLAG, "Whether to sign for Secure Boot. Default: true.")
                .build();
    }

    private static Shape updates() {
        return map().key("url", Shapes.WEB_URL, "Address of the update repository. Default: no updater.")
                .key("verify", Shapes.FLAG, "Whether signatures are checked. Default: true.")
                .build();
    }

    private static Shape budget() {
        return map().key("image-size", size(1, Long.MAX_VALUE), "Size of the root file system.")
                .key("packages", whole(1, Integer.MAX_VALUE), "Number of packages.")
                .key("setuid-files", whole(0, Integer.MAX_VALUE), "Files with setuid, setgid or capabilities.")
                .build();
    }

    private static Shape lifecycle() {
        return map().key("support-end", Shapes.DATE, "Last day of support.").build();
    }
}
