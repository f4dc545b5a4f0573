package dev.caisson.engine.root;

import dev.caisson.bytes.ArraySink;
import dev.caisson.bytes.FormatException;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.RpmDatabase;
import dev.caisson.manifest.RpmSpec;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmRecord;
import dev.caisson.rpmdb.RpmDatabasePlanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The database that {@code rpm -q} and {@code rpm -V} read in the image, when the variant asks for it. Packages are numbered by name,
 * all were installed at the build's time, and files that are not in the image are recorded as not installed.
 */
public final class RpmDatabaseTransform implements TreeTransform {
    private final RpmSpec spec;
    private final List<PackageLayer> layers;
    private final RpmFiles files;
    private final long timeSeconds;

    RpmDatabaseTransform(RpmSpec spec, List<PackageLayer> layers, RpmFiles files, long timeSeconds) {
        this.spec = spec;
        this.layers = List.copyOf(layers);
        this.files = files;
        this.timeSeconds = timeSeconds;
    }

    @Override
    public String name() {
        return "rpm-database";
    }

    @Override
    public FileTree apply(FileTree tree) throws BuildException, IOException {
        if (spec.database() == RpmDatabase.NONE) {
            return tree;
        }
        List<RpmDatabasePlanner.InstalledPackage> installed = new ArrayList<>();
        List<PackageLayer> ordered = layers.stream()
                .filter(RpmFiles::isKnown)
                .sorted(Comparator.comparing(PackageLayer::name)
                        .thenComparing(PackageLayer::version)
                        .thenComparing(PackageLayer::architecture))
                .toList();
        for (PackageLayer layer : ordered) {
            List<RpmRecord.FileState> states = new ArrayList<>();
            for (RpmFile file : files.files(layer)) {
                states.add(state(tree, layer, file));
            }
            long transaction = timeSeconds & 0xffffffffL;
            installed.add(new RpmDatabasePlanner.InstalledPackage(
                    files.record(layer),
                    new RpmRecord.Installation(transaction, transaction, RpmFiles.TRANSACTION_COLOR, states)));
        }
        ArraySink database = new ArraySink();
        try {
            RpmDatabasePlanner.plan(installed).writeTo(database);
        } catch (FormatException e) {
            throw new BuildException(FailureCode.CONTENT, "the rpm database: " + e.getMessage(), "", e);
        }
        return tree.toBuilder()
                .file(
                        spec.databasePath() + "/rpmdb.sqlite",
                        Attributes.ofRoot(0644, timeSeconds),
                        database.toByteArray())
                .build();
    }

    private RpmRecord.FileState state(FileTree tree, PackageLayer layer, RpmFile file) {
        TreePath path = tree.resolveParent(file.path()).orElse(file.path());
        return files.lost(layer, path)
                .orElse(
                        file.isGhost() || tree.contains(path)
                                ? RpmRecord.FileState.NORMAL
                                : RpmRecord.FileState.NOT_INSTALLED);
    }
}
