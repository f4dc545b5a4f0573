package dev.caisson.engine.recipe;

import dev.caisson.bytes.FileSource;
import dev.caisson.deb.DataVisitor;
import dev.caisson.deb.Deb822Paragraph;
import dev.caisson.deb.DebLimits;
import dev.caisson.deb.DebPackage;
import dev.caisson.engine.root.PackageLayer;
import dev.caisson.engine.root.RemoveTransform;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.RemoveSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Unpacks one Debian package: contents into numbered files of a folder, all else into memory. */
final class StagedPackage implements DataVisitor {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;
    private final String prefix;
    private final List<RemoveSpec> removals;
    private final List<PackageLayer.Entry> entries = new ArrayList<>();
    private final Map<TreePath, Inode> regular = new HashMap<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];

    private StagedPackage(Path folder, String prefix, List<RemoveSpec> removals) {
        this.folder = folder;
        this.prefix = prefix;
        this.removals = removals;
    }

    /**
     * Unpacks.
     *
     * @param file the package
     * @param prefix begins the names of its files in the folder
     * @param removals what is passed over
     */
    static PackageLayer unpack(Path file, Path folder, String prefix, List<RemoveSpec> removals) throws IOException {
        StagedPackage visitor = new StagedPackage(folder, prefix, removals);
        try (FileSource source = FileSource.open(file)) {
            DebPackage deb = DebPackage.open(source, DebLimits.DEFAULT);
            deb.readData(visitor);
            Deb822Paragraph control = deb.control();
            return new PackageLayer(
                    control.get("Package").orElse(deb.name()),
                    control.get("Version").orElse(""),
                    control.get("Architecture").orElse(""),
                    Map.of(),
                    names(control.get("Replaces").orElse("")),
                    new TreeMap<>(deb.controlFiles()),
                    visitor.entries);
        }
    }

    private static Set<String> names(String relations) {
        Set<String> names = new TreeSet<>();
        for (String relation : relations.split(",", -1)) {
            String name = relation.strip().replaceAll("[\\s(:\\[<].*", "");
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    private void add(TreePath path, Inode inode) {
        if (!RemoveTransform.removes(removals, path)) {
            entries.add(new PackageLayer.Entry(path, inode));
        }
    }

    @Override
    public void directory(TreePath path, Attributes attributes) {
        add(path, new Inode.Directory(attributes));
    }

    @Override
    public void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) throws IOException {
        if (RemoveTransform.removes(removals, path)) {
            return;
        }
        Path staged = folder.resolve(prefix + entries.size());
        try (OutputStream out = Files.newOutputStream(staged)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                out.write(buffer, 0, count);
            }
        }
        Inode inode = new Inode.RegularFile(attributes, new StagedFile(staged, sizeBytes));
        regular.put(path, inode);
        entries.add(new PackageLayer.Entry(path, inode));
    }

    @Override
    public void symlink(TreePath path, Attributes attributes, byte[] target) {
        add(path, new Inode.Symlink(attributes, target));
    }

    @Override
    public void hardLink(TreePath path, TreePath existing) throws IOException {
        Inode inode = regular.get(existing);
        if (inode != null) {
            regular.put(path, inode);
            add(path, inode);
        } else if (!RemoveTransform.removes(removals, path)) {
            throw new IOException(path + " is a hard link to " + existing + ", which the manifest removes");
        }
    }

    /** Devices come from the machine when the root is entered. */
    @Override
    public void device(TreePath path, Attributes attributes, boolean block, int major, int minor) {}

    /** Nothing that is built needs one. */
    @Override
    public void fifo(TreePath path, Attributes attributes) {}
}
