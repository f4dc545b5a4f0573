package dev.caisson.engine.root;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of {@code tmpfiles.d(5)} that must have happened before the root becomes read-only: those below {@code /etc},
 * {@code /usr} and the top level. What lies on file systems that are writable at run time ({@code /run}, {@code /var},
 * {@code /tmp}, {@code /dev} …) is left to {@code systemd-tmpfiles} at boot. Done here: {@code d D v q Q} (directories),
 * {@code L L+ L? L$} (links), {@code f F C} (files and copies of one file) and {@code z} (mode and owner).
 */
public final class TmpfilesTransform implements TreeTransform {
    private static final List<String> FOLDERS = List.of("/etc/tmpfiles.d", "/usr/lib/tmpfiles.d");
    private static final List<String> WRITABLE_AT_RUN_TIME =
            List.of("/run", "/var", "/tmp", "/dev", "/proc", "/sys", "/home", "/root", "/srv");

    private final long mtimeSeconds;

    /** A transform whose new inodes have this time. */
    public TmpfilesTransform(long mtimeSeconds) {
        this.mtimeSeconds = mtimeSeconds;
    }

    @Override
    public String name() {
        return "tmpfiles";
    }

    @Override
    public FileTree apply(FileTree tree) throws dev.caisson.engine.BuildException, IOException {
        AccountNames names = new AccountNames(tree);
        FileTree.Builder builder = tree.toBuilder();
        for (TreePath file : TextFiles.dropIns(tree, FOLDERS, ".conf").values()) {
            for (String text : TextFiles.lines(TextFiles.text(tree, file))) {
                List<String> words = new ArrayList<>(TextFiles.escapedWords(text, 6));
                while (words.size() < 7) {
                    words.add("-");
                }
                if (concerns(words)) {
                    try {
                        line(builder, names, words, file.toString());
                    } catch (IllegalArgumentException e) {
                        throw new dev.caisson.engine.BuildException(
                                dev.caisson.engine.FailureCode.CONTENT,
                                file + ": " + text + ": " + e.getMessage(),
                                "replace the file through the variant's files",
                                e);
                    }
                }
            }
        }
        return builder.build();
    }

    /** Boot-only lines, credentials, specifiers and globs are decided at run time. */
    private static boolean concerns(List<String> words) {
        String type = words.get(0);
        String path = words.get(1);
        return path.startsWith("/")
                && type.indexOf('!') < 0
                && type.indexOf('^') < 0
                && path.indexOf('%') < 0
                && path.indexOf('*') < 0
                && words.get(6).indexOf('%') < 0
                && WRITABLE_AT_RUN_TIME.stream().noneMatch(top -> path.equals(top) || path.startsWith(top + "/"));
    }

    private void line(FileTree.Builder builder, AccountNames names, List<String> words, String where)
            throws dev.caisson.engine.BuildException {
        TreePath path = builder.canonical(TreePath.of(words.get(1)));
        Inode existing = builder.get(path);
        String type = words.get(0);
        switch (type.charAt(0)) {
            case 'd', 'D', 'v', 'q', 'Q' -> {
                if (existing == null) {
                    builder.directories(path.parent(), Attributes.ofRoot(0755, mtimeSeconds));
                    builder.put(path, new Inode.Directory(attributes(names, words, 0755, where)));
                } else if (existing instanceof Inode.Directory) {
                    builder.put(path, adjusted(existing, names, words, where));
                }
            }
            case 'L' -> link(builder, path, type.contains("+"), target(words, path));
            case 'f', 'F' -> {
                if (existing instanceof Inode.RegularFile && type.indexOf('+') < 0 && type.charAt(0) == 'f') {
                    builder.put(path, adjusted(existing, names, words, where));
                } else if (existing == null || existing instanceof Inode.RegularFile) {
                    String text = words.get(6).equals("-") ? "" : TextFiles.unescaped(words.get(6));
                    builder.file(
                            path.toString(),
                            attributes(names, words, 0644, where),
                            text.getBytes(StandardCharsets.UTF_8));
                }
            }
            case 'C' -> copy(builder, path, target(words, path));
            case 'z', 'Z' -> {
                if (existing != null && !(existing instanceof Inode.Symlink)) {
                    builder.put(path, adjusted(existing, names, words, where));
                }
            }
            default -> {} // removal, ageing, ACLs and attributes have nothing to act on in a new image
        }
    }

    private static String target(List<String> words, TreePath path) {
        return words.get(6).equals("-") ? "/usr/share/factory" + path : words.get(6);
    }

    private void link(FileTree.Builder builder, TreePath path, boolean replace, String target) {
        Inode existing = builder.get(path);
        if (existing != null && !(replace && !(existing instanceof Inode.Directory))) {
            return;
        }
        TreePath aim = TreePath.of(target.startsWith("/") ? target : "/");
        boolean dangling = target.startsWith("/usr/share/factory") && builder.get(builder.canonical(aim)) == null;
        if (!dangling) {
            builder.symlink(path.toString(), target, mtimeSeconds);
        }
    }

    private void copy(FileTree.Builder builder, TreePath path, String source) {
        Optional<Inode> from = Optional.ofNullable(builder.get(builder.canonical(TreePath.of(source))));
        if (builder.get(path) == null && from.isPresent() && from.get() instanceof Inode.RegularFile file) {
            builder.directories(path.parent(), Attributes.ofRoot(0755, mtimeSeconds));
            builder.put(path, file.with(file.attributes()));
        }
    }

    /** An inode that was there, with the mode and the owners that the line gives; a colon says: only for a new one. */
    private Inode adjusted(Inode existing, AccountNames names, List<String> words, String where)
            throws dev.caisson.engine.BuildException {
        Attributes old = existing.attributes();
        Attributes wanted = attributes(names, words, old.mode(), where);
        return existing.with(old.withMode(isGiven(words.get(2)) ? wanted.mode() : old.mode())
                .withOwner(
                        isGiven(words.get(3)) ? wanted.uid() : old.uid(),
                        isGiven(words.get(4)) ? wanted.gid() : old.gid()));
    }

    private static boolean isGiven(String field) {
        return !field.equals("-") && !field.startsWith(":");
    }

    private Attributes attributes(AccountNames names, List<String> words, int defaultMode, String where)
            throws dev.caisson.engine.BuildException {
        String mode = words.get(2).replaceAll("[~:]", "");
        String user = words.get(3).replace(":", "");
        String group = words.get(4).replace(":", "");
        return Attributes.ofRoot(
                        mode.matches("[0-7]{3,5}") ? Integer.parseInt(mode, 8) & 07777 : defaultMode, mtimeSeconds)
                .withOwner(
                        user.equals("-") ? 0 : names.uid(user, where), group.equals("-") ? 0 : names.gid(group, where));
    }
}
