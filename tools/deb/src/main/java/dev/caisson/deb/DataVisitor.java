package dev.caisson.deb;

import dev.caisson.filetree.Attributes;
import dev.caisson.filetree.TreePath;
import java.io.IOException;
import java.io.InputStream;

/**
 * What {@link DebPackage#readData} gives the members of a package's data archive to, in the archive's order and after they
 * have been checked: each path comes once, below nothing but directories of the same package. A directory above a member may be
 * missing from the package.
 */
public interface DataVisitor {
    /** A directory; the root too if the package has it, as nearly all do. */
    void directory(TreePath path, Attributes attributes) throws IOException;

    /**
     * A regular file.
     *
     * @param sizeBytes size of the content
     * @param content gives exactly that many bytes, or throws; only valid during the call, and need not be read
     */
    void file(TreePath path, Attributes attributes, long sizeBytes, InputStream content) throws IOException;

    /** A symbolic link; the target is 1–4095 bytes without NUL, and may lead anywhere. */
    void symlink(TreePath path, Attributes attributes, byte[] target) throws IOException;

    /** Another name for a regular file that was given before. */
    void hardLink(TreePath path, TreePath existing) throws IOException;

    /** A device node; major 0–4095, minor 0–1048575. */
    void device(TreePath path, Attributes attributes, boolean block, int major, int minor) throws IOException;

    /** A named pipe. */
    void fifo(TreePath path, Attributes attributes) throws IOException;
}
