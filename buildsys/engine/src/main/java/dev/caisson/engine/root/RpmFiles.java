package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.TreePath;
import dev.caisson.rpm.RpmFile;
import dev.caisson.rpm.RpmLimits;
import dev.caisson.rpm.RpmRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What RPM packages say of their files, read from the records of their layers when it is first asked for, and what became of files that
 * did not enter. Colours are rpm's (handleColorConflict in its lib/transaction.c): 1 for 32-bit programs, 2 for 64-bit ones; on a
 * machine that runs both, of two different files at a path that have different colours the 64-bit one is taken.
 */
final class RpmFiles {
    /** Colours that the machines run that images are made for: 32 and 64 bits. */
    static final int TRANSACTION_COLOR = 3;

    private static final long PREFERRED_COLOR = 2;

    private final IdentityHashMap<PackageLayer, RpmRecord> records = new IdentityHashMap<>();
    private final IdentityHashMap<PackageLayer, List<RpmFile>> files = new IdentityHashMap<>();
    private final IdentityHashMap<PackageLayer, Map<TreePath, RpmRecord.FileState>> lost = new IdentityHashMap<>();

    /** Whether a layer is of an RPM package whose files are known. */
    static boolean isKnown(PackageLayer layer) {
        return layer != null && layer.rpmRecord().isPresent();
    }

    /** The record of a layer that {@link #isKnown}. */
    RpmRecord record(PackageLayer layer) throws BuildException {
        RpmRecord record = records.get(layer);
        if (record == null) {
            try {
                record = RpmRecord.ofBytes(layer.rpmRecord().orElseThrow(), RpmLimits.DEFAULT);
            } catch (IOException e) {
                throw unreadable(layer, e);
            }
            records.put(layer, record);
        }
        return record;
    }

    /** The files of a layer that {@link #isKnown}, in the header's order. */
    List<RpmFile> files(PackageLayer layer) throws BuildException {
        List<RpmFile> known = files.get(layer);
        if (known == null) {
            try {
                known = record(layer).files();
            } catch (IOException e) {
                throw unreadable(layer, e);
            }
            files.put(layer, known);
        }
        return known;
    }

    private static BuildException unreadable(PackageLayer layer, IOException e) {
        return new BuildException(FailureCode.CONTENT, "the record of package " + layer + ": " + e.getMessage(), "", e);
    }

    /**
     * Whether the second package's file is taken because of its colour, or the first one's; empty when colours do not decide. Each
     * package spells the path in its own way.
     */
    Optional<Boolean> isSecondPreferred(PackageLayer a, TreePath pathInA, PackageLayer b, TreePath pathInB)
            throws BuildException {
        long colorOfA = color(a, pathInA);
        long colorOfB = color(b, pathInB);
        if (colorOfA == 0 || colorOfB == 0 || colorOfA == colorOfB) {
            return Optional.empty();
        }
        if ((colorOfA & PREFERRED_COLOR) != 0) {
            return Optional.of(false);
        }
        return (colorOfB & PREFERRED_COLOR) != 0 ? Optional.of(true) : Optional.empty();
    }

    private long color(PackageLayer layer, TreePath path) throws BuildException {
        if (isKnown(layer)) {
            for (RpmFile file : files(layer)) {
                if (file.path().equals(path)) {
                    return file.color() & TRANSACTION_COLOR;
                }
            }
        }
        return 0;
    }

    /** Notes that another package's file has the place of this one. */
    void lose(PackageLayer layer, TreePath path, RpmRecord.FileState state) {
        lost.computeIfAbsent(layer, l -> new HashMap<>()).put(path, state);
    }

    /** Forgets that a file lost its place, because it has won it after all. */
    void win(PackageLayer layer, TreePath path) {
        lost.getOrDefault(layer, new HashMap<>()).remove(path);
    }

    /** What was noted of a file at a path of the merged tree. */
    Optional<RpmRecord.FileState> lost(PackageLayer layer, TreePath path) {
        return Optional.ofNullable(lost.getOrDefault(layer, Map.of()).get(path));
    }
}
