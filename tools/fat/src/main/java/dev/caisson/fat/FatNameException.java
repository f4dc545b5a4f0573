package dev.caisson.fat;

import dev.caisson.filetree.TreePath;

/** FAT cannot hold a name or a kind of file. */
public final class FatNameException extends FatPlanException {
    private static final long serialVersionUID = 1L;

    private final transient TreePath path;

    FatNameException(TreePath path, String reason) {
        super("FAT cannot hold " + path + ": " + reason);
        this.path = path;
    }

    /** What cannot be held. */
    public TreePath path() {
        return path;
    }
}
