package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.filetree.FileTree;
import java.io.IOException;

/** One declared effect on the root file system. */
public interface TreeTransform {
    /** A short name for progress, timing and messages. */
    String name();

    /**
     * The tree with the effect; the given one is unchanged.
     *
     * @throws BuildException when the tree holds something that makes the effect impossible
     * @throws IOException when a file's content cannot be read
     */
    FileTree apply(FileTree tree) throws BuildException, IOException;
}
