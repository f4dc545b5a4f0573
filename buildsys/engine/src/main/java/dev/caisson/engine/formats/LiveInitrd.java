package dev.caisson.engine.formats;

import dev.caisson.archive.CpioPlan;
import dev.caisson.archive.CpioWriter;
import dev.caisson.bytes.ByteSource;
import dev.caisson.bytes.Extent;
import dev.caisson.bytes.FileSink;
import dev.caisson.bytes.FormatException;
import dev.caisson.diskimage.DiskImage;
import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The root file system as a part of the initrd, for machines that have no medium: a second cpio archive with {@code /live/root}
 * and {@code /live/hash}, which the kernel unpacks behind the first.
 */
final class LiveInitrd {
    /** The kernel looks for the next archive at multiples of 4; whole pages keep the root's blocks aligned in the file. */
    private static final int ALIGNMENT = 4096;

    private static final long TIME = 1;

    private LiveInitrd() {}

    /** Writes the second archive into a file, which must not exist. */
    static void write(BootParts parts, String format, Path file) throws BuildException, IOException {
        Attributes folder = Attributes.ofRoot(0755, TIME);
        Attributes readable = Attributes.ofRoot(0644, TIME);
        FileTree.Builder tree = FileTree.builder(folder)
                .directories(TreePath.of("/live"), folder)
                .put(
                        TreePath.of("/live/root"),
                        new Inode.RegularFile(readable, parts.root().asSource()));
        parts.hashTree()
                .ifPresent(hashes -> tree.put(TreePath.of("/live/hash"), new Inode.RegularFile(readable, hashes)));
        try (FileSink out = FileSink.create(file)) {
            CpioPlan plan = CpioWriter.plan(tree.build());
            plan.writeTo(out);
        } catch (FormatException e) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "the root does not fit into an initrd: " + e.getMessage(),
                    "leave the format " + format + " out, or make the root smaller",
                    e);
        }
    }

    /** Archives behind each other. */
    static ByteSource joined(List<ByteSource> archives) {
        long at = 0;
        List<Extent> extents = new java.util.ArrayList<>();
        for (ByteSource archive : archives) {
            extents.add(new Extent(at, archive));
            at = (at + archive.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }
        return DiskImage.of(at, extents).asSource();
    }
}
