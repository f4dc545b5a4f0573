package dev.caisson.engine.root;

import dev.caisson.bytes.ByteSource;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.WinnerSpec;
import dev.caisson.rpm.RpmRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Merges package layers into one tree. Paths are canonical: {@code /bin/x} of one package and {@code /usr/bin/x} of another
 * are the same file where {@code /bin} is a link (merged {@code /usr}, which is made here). The same path twice is an error
 * unless both are the same, one package declares to replace the other, or the variant names a winner.
 */
public final class LayerMerge {
    private static final int COMPARE_BYTES = 1 << 16;
    private static final List<String> MERGED = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    private final List<WinnerSpec> winners;
    private final long mtimeSeconds;
    private final Map<TreePath, PackageLayer> owners = new HashMap<>();
    private final Map<String, PackageLayer> byName = new HashMap<>();
    private final Map<TreePath, Named> named = new TreeMap<>();
    private final RpmFiles rpmFiles = new RpmFiles();

    /**
     * @param winners verdicts on conflicts
     * @param mtimeSeconds time of directories that no package ships
     */
    public LayerMerge(List<WinnerSpec> winners, long mtimeSeconds) {
        this.winners = List.copyOf(winners);
        this.mtimeSeconds = mtimeSeconds;
    }

    /**
     * A file whose owner is known by name only.
     *
     * @param inode in the merged tree
     * @param layer whose file it is
     */
    record Named(Inode inode, PackageLayer.Owner owner, PackageLayer layer) {}

    /** The files of the merged tree whose owners are known by name only. */
    Map<TreePath, Named> named() {
        return named;
    }

    /** What RPM packages say of their files, and which of these lost their places. */
    RpmFiles rpmFiles() {
        return rpmFiles;
    }

    /** Which package owns each path of the merged tree; directories belong to the first that ships them. */
    public Map<TreePath, PackageLayer> owners() {
        return owners;
    }

    /** The merged tree. The order of the layers does not matter. */
    public FileTree merge(List<PackageLayer> layers) throws BuildException, IOException {
        byName.clear();
        named.clear();
        layers.forEach(layer -> byName.put(layer.name(), layer));
        FileTree.Builder builder = FileTree.builder(Attributes.ofRoot(0755, mtimeSeconds));
        mergeUsr(builder, layers);
        List<PackageLayer> ordered = layers.stream()
                .sorted(Comparator.comparing((PackageLayer l) -> !l.name().equals("base-files"))
                        .thenComparing(PackageLayer::name))
                .toList();
        for (PackageLayer layer : ordered) {
            for (PackageLayer.Entry entry : layer.entries()) {
                add(builder, layer, entry);
            }
        }
        return builder.build();
    }

    private void mergeUsr(FileTree.Builder builder, List<PackageLayer> layers) {
        for (String name : MERGED) {
            TreePath top = TreePath.of(name);
            TreePath usr = TreePath.of("/usr/" + name);
            boolean used = layers.stream()
                    .flatMap(layer -> layer.entries().stream())
                    .anyMatch(entry ->
                            entry.path().startsWith(top) || entry.path().startsWith(usr));
            if (used) {
                builder.directories(usr, Attributes.ofRoot(0755, mtimeSeconds));
                builder.symlink("/" + name, "usr/" + name, mtimeSeconds);
            }
        }
    }

    private void add(FileTree.Builder builder, PackageLayer layer, PackageLayer.Entry entry)
            throws BuildException, IOException {
        if (entry.path().isRoot()) {
            return;
        }
        TreePath path = canonical(builder, layer, entry.path());
        Inode inode = entry.inode();
        Inode existing = builder.get(path);
        if (existing == null) {
            builder.directories(path.parent(), Attributes.ofRoot(0755, mtimeSeconds));
            put(builder, layer, path, entry);
        } else if (inode instanceof Inode.Directory) {
            if (!(existing instanceof Inode.Directory) && !leadsToDirectory(builder, path)) {
                throw conflict(path, layer, "a directory");
            }
            PackageLayer owner = owners.putIfAbsent(path, layer);
            if (owner == null && existing instanceof Inode.Directory) {
                put(builder, layer, path, entry); // made on the way to something else; now with the shipped attributes
            } else if (RpmFiles.isKnown(owner)
                    && RpmFiles.isKnown(layer)
                    && existing instanceof Inode.Directory
                    && !(same(existing, inode) && sameOwner(path, entry))) {
                resolve(builder, layer, path, entry); // rpm lets no package change another's directory
            }
        } else if (!same(existing, inode) || !sameOwner(path, entry)) {
            resolve(builder, layer, path, entry);
        }
    }

    /** Whether an entry's owner is known by the same names as that of what is there. */
    private boolean sameOwner(TreePath path, PackageLayer.Entry entry) {
        Named before = named.get(path);
        return entry.owner().equals(Optional.ofNullable(before).map(Named::owner));
    }

    private static TreePath canonical(FileTree.Builder builder, PackageLayer layer, TreePath path)
            throws BuildException {
        try {
            TreePath canonical = builder.canonical(path);
            for (TreePath parent = canonical.parent(); !parent.isRoot(); parent = parent.parent()) {
                Inode inode = builder.get(parent);
                if (inode != null && !(inode instanceof Inode.Directory)) {
                    throw new BuildException(
                            FailureCode.CONTENT,
                            path + " of " + layer + " lies below " + parent + ", which is not a directory",
                            "");
                }
            }
            return canonical;
        } catch (IllegalArgumentException e) {
            throw new BuildException(FailureCode.CONTENT, path + " of " + layer + ": " + e.getMessage(), "", e);
        }
    }

    private static boolean leadsToDirectory(FileTree.Builder builder, TreePath path) {
        return builder.get(path) instanceof Inode.Symlink
                && builder.get(builder.canonical(path.child("x")).parent()) instanceof Inode.Directory;
    }

    private void put(FileTree.Builder builder, PackageLayer layer, TreePath path, PackageLayer.Entry entry)
            throws BuildException {
        try {
            builder.put(path, entry.inode());
            owners.put(path, layer);
            named.remove(path);
            entry.owner().ifPresent(owner -> named.put(path, new Named(entry.inode(), owner, layer)));
        } catch (IllegalArgumentException e) {
            throw conflict(path, layer, "something that is not a directory");
        }
    }

    private void resolve(FileTree.Builder builder, PackageLayer layer, TreePath path, PackageLayer.Entry entry)
            throws BuildException {
        PackageLayer other = owners.get(path);
        Optional<String> winner = Optional.empty();
        for (WinnerSpec spec : winners) {
            if (winner.isEmpty() && spec.path().matches(path.toString()) && ships(builder, spec.winner(), path)) {
                winner = Optional.of(spec.winner());
            }
        }
        RpmRecord.FileState lost = RpmRecord.FileState.REPLACED;
        boolean taken;
        if (winner.isPresent()) {
            taken = winner.get().equals(layer.name());
        } else if (other != null && layer.replaces().contains(other.name())) {
            taken = true;
        } else if (other != null && other.replaces().contains(layer.name())) {
            taken = false;
        } else {
            Optional<Boolean> preferred = preferredByColor(builder, path, other, layer, entry.path());
            taken = preferred.orElseThrow(() -> conflict(path, layer, "other content"));
            lost = RpmRecord.FileState.WRONG_COLOR;
        }
        rpmFiles.lose(taken ? other : layer, path, lost);
        if (taken) {
            rpmFiles.win(layer, path);
            put(builder, layer, path, entry);
        }
    }

    /** Of two RPM packages, whether the newcomer has the colour that is preferred. */
    private Optional<Boolean> preferredByColor(
            FileTree.Builder builder, TreePath path, PackageLayer other, PackageLayer layer, TreePath shipped)
            throws BuildException {
        if (!RpmFiles.isKnown(other) || !RpmFiles.isKnown(layer)) {
            return Optional.empty();
        }
        for (PackageLayer.Entry entry : other.entries()) {
            if (Arrays.equals(entry.path().nameBytes(), path.nameBytes())
                    && canonical(builder, other, entry.path()).equals(path)) {
                return rpmFiles.isSecondPreferred(other, entry.path(), layer, shipped);
            }
        }
        return Optional.empty();
    }

    /** Whether a package ships a path; a third one wins over both that conflict, when its turn comes. */
    private boolean ships(FileTree.Builder builder, String packageName, TreePath path) throws BuildException {
        PackageLayer layer = byName.get(packageName);
        if (layer != null) {
            for (PackageLayer.Entry entry : layer.entries()) {
                if (Arrays.equals(entry.path().nameBytes(), path.nameBytes())
                        && canonical(builder, layer, entry.path()).equals(path)) {
                    return true;
                }
            }
        }
        return false;
    }

    private BuildException conflict(TreePath path, PackageLayer layer, String what) {
        PackageLayer other = owners.get(path);
        return new BuildException(
                FailureCode.CONTENT,
                path + " is in " + (other == null ? "the merged /usr links" : other) + " and, as " + what + ", in "
                        + layer,
                "exclude one of the packages, or declare the winner in the variant: conflicts: [{path: " + path
                        + ", winner: " + layer.name() + "}]");
    }

    private static boolean same(Inode a, Inode b) throws IOException {
        if (a.typeLetter() != b.typeLetter()) {
            return false;
        }
        if (a instanceof Inode.Symlink x && b instanceof Inode.Symlink y) {
            return Arrays.equals(x.target(), y.target());
        }
        Attributes p = a.attributes();
        Attributes q = b.attributes();
        boolean attributes = p.mode() == q.mode()
                && p.uid() == q.uid()
                && p.gid() == q.gid()
                && p.xattrs().equals(q.xattrs());
        if (a instanceof Inode.RegularFile x && b instanceof Inode.RegularFile y) {
            return attributes && sameContent(x.content(), y.content());
        }
        return attributes
                && (!(a instanceof Inode.Device x)
                        || (b instanceof Inode.Device y && x.major() == y.major() && x.minor() == y.minor()));
    }

    private static boolean sameContent(ByteSource a, ByteSource b) throws IOException {
        if (a.size() != b.size()) {
            return false;
        }
        for (long at = 0; at < a.size(); at += COMPARE_BYTES) {
            int length = (int) Math.min(COMPARE_BYTES, a.size() - at);
            if (!Arrays.equals(a.read(at, length), b.read(at, length))) {
                return false;
            }
        }
        return true;
    }
}
