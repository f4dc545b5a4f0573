package dev.caisson.engine.root;

import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.filetree.Xattrs;
import dev.caisson.manifest.SelinuxMode;
import dev.caisson.manifest.SelinuxSpec;
import dev.caisson.selinux.FileContexts;
import dev.caisson.selinux.FileKind;
import dev.caisson.selinux.PolicyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Labels every file as the policy in the image says, in {@code security.selinux}, with a NUL at its end as the kernel and
 * setfiles(8) write it. A file of several names has the label of its first. Runs last: what it does not see has no label.
 */
public final class SelinuxTransform implements TreeTransform {
    /** The extended attribute that holds the label. */
    public static final String XATTR = "security.selinux";

    private static final String CONFIG = "/etc/selinux/config";
    private static final TreePath POLICIES = TreePath.of("/etc/selinux");
    private static final String CONTEXTS = "contexts/files/file_contexts";
    private static final int LIMIT_BYTES = 64 << 20;
    private static final Pattern TYPE = Pattern.compile("(?m)^[ \\t]*SELINUXTYPE=[ \\t]*([^\\s#]+)");
    /** What belongs to several labels is looked up once; most labels are on thousands of files. */
    private final Map<Xattrs, Map<String, Xattrs>> withLabels = new HashMap<>();

    private final SelinuxSpec spec;
    private final long mtimeSeconds;

    /** A transform whose own file has this time. */
    public SelinuxTransform(SelinuxSpec spec, long mtimeSeconds) {
        this.spec = spec;
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "selinux";
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        Optional<String> policy = spec.labels() ? policy(tree) : Optional.empty();
        FileTree configured = tree;
        if (spec.mode().isPresent()) {
            configured = tree.toBuilder()
                    .file(
                            CONFIG,
                            Attributes.ofRoot(0644, mtimeSeconds),
                            config(spec.mode().get(), policy))
                    .build();
        }
        return policy.isPresent() ? label(configured, contexts(configured, policy.get())) : configured;
    }

    private static byte[] config(SelinuxMode mode, Optional<String> policy) {
        String text = "# See selinux(8). Written when this image was built.\nSELINUX=" + mode.label() + "\n"
                + policy.map(name -> "SELINUXTYPE=" + name + "\n").orElse("");
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Optional<String> policy(FileTree tree) throws BuildException, IOException {
        List<String> present = tree.children(POLICIES).stream()
                .filter(path -> contextsFile(tree, path.name(), "").isPresent())
                .map(TreePath::name)
                .toList();
        Optional<String> wanted = spec.name();
        if (wanted.isEmpty()) {
            Matcher type = TYPE.matcher(tree.text(CONFIG, TextFiles.LIMIT_BYTES).orElse(""));
            if (type.find()) {
                wanted = Optional.of(type.group(1));
            } else if (present.size() == 1) {
                wanted = Optional.of(present.get(0));
            }
            boolean required = spec.mode().isPresent() && spec.mode().get() != SelinuxMode.DISABLED;
            if (!required && (wanted.isEmpty() || !present.contains(wanted.get()))) {
                return Optional.empty();
            }
        }
        String name = wanted.orElse("");
        if (!present.contains(name)) {
            throw new BuildException(
                    FailureCode.CONTENT,
                    "the image has no SELinux policy" + (name.isEmpty() ? "" : " " + name) + ": /etc/selinux/"
                            + (name.isEmpty() ? "NAME" : name) + "/" + CONTEXTS + " is missing",
                    present.isEmpty()
                            ? "install a policy with ready-made contexts, such as selinux-policy-targeted, put its"
                                    + " contexts there by files:, or set selinux: {policy: none}"
                            : "policies in the image: " + String.join(", ", present));
        }
        return wanted;
    }

    private static Optional<Inode.RegularFile> contextsFile(FileTree tree, String policy, String suffix) {
        return tree.file(POLICIES + "/" + policy + "/" + CONTEXTS + suffix);
    }

    private static FileContexts contexts(FileTree tree, String policy) throws BuildException, IOException {
        try {
            return FileContexts.parse(new PolicyFiles(
                    POLICIES + "/" + policy + "/" + CONTEXTS,
                    read(tree, policy, "").orElseThrow(),
                    read(tree, policy, ".homedirs"),
                    read(tree, policy, ".local"),
                    read(tree, policy, ".subs"),
                    read(tree, policy, ".subs_dist")));
        } catch (FormatException e) {
            throw new BuildException(FailureCode.CONTENT, e.getMessage(), "", e);
        }
    }

    private static Optional<byte[]> read(FileTree tree, String policy, String suffix) throws IOException {
        Optional<Inode.RegularFile> file = contextsFile(tree, policy, suffix);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(file.get().content().readAll(LIMIT_BYTES));
    }

    private FileTree label(FileTree tree, FileContexts contexts) throws BuildException {
        FileTree.Builder builder = tree.toBuilder();
        IdentityHashMap<Inode, Inode> labelled = new IdentityHashMap<>();
        for (Map.Entry<TreePath, Inode> entry : tree.entries().entrySet()) {
            Inode inode = entry.getValue();
            Inode now = labelled.get(inode);
            if (now == null) {
                now = labelled(contexts, entry.getKey(), inode);
                labelled.put(inode, now);
            }
            if (now != inode) {
                builder.put(entry.getKey(), now);
            }
        }
        return builder.build();
    }

    private Inode labelled(FileContexts contexts, TreePath path, Inode inode) throws BuildException {
        Optional<String> context;
        try {
            context = contexts.lookup(path.bytes(), kind(inode));
        } catch (FormatException e) {
            throw new BuildException(FailureCode.CONTENT, e.getMessage(), "", e);
        }
        if (context.isEmpty()) {
            return inode;
        }
        Attributes a = inode.attributes();
        Xattrs xattrs = withLabels
                .computeIfAbsent(a.xattrs(), before -> new HashMap<>())
                .computeIfAbsent(context.get(), label -> a.xattrs().with(XATTR, value(label)));
        return inode.with(new Attributes(a.mode(), a.uid(), a.gid(), a.mtimeSeconds(), a.mtimeNanos(), xattrs));
    }

    private static byte[] value(String label) {
        return (label + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static FileKind kind(Inode inode) {
        return switch (inode.typeLetter()) {
            case 'f' -> FileKind.REGULAR;
            case 'd' -> FileKind.DIRECTORY;
            case 'l' -> FileKind.SYMLINK;
            case 'c' -> FileKind.CHARACTER_DEVICE;
            case 'b' -> FileKind.BLOCK_DEVICE;
            case 'p' -> FileKind.FIFO;
            case 's' -> FileKind.SOCKET;
            default -> throw new IllegalStateException(String.format(Locale.ROOT, "type %c", inode.typeLetter()));
        };
    }
}
