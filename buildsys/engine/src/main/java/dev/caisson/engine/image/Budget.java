package dev.caisson.engine.image;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.FileTree;
import dev.caisson.filetree.Inode;
import dev.caisson.filetree.TreePath;
import dev.caisson.manifest.BudgetSpec;
import dev.caisson.manifest.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The limits that a variant sets itself. */
final class Budget {
    private static final int SET_ID_BITS = 06000;
    private static final String HINT = "remove something, or raise the limit in the variant's budget";

    private Budget() {}

    static void check(Variant variant, FileTree root, int packages) throws BuildException {
        BudgetSpec budget = variant.budget();
        if (budget.packages().isPresent() && packages > budget.packages().getAsInt()) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "the image has " + packages + " packages, its budget is "
                            + budget.packages().getAsInt(),
                    HINT);
        }
        List<String> privileged = new ArrayList<>();
        for (Map.Entry<TreePath, Inode> entry : root.entries().entrySet()) {
            if (entry.getValue() instanceof Inode.RegularFile file
                    && (file.attributes().mode() & SET_ID_BITS) != 0) {
                privileged.add(entry.getKey().toString());
            }
        }
        if (budget.setuidFiles().isPresent()
                && privileged.size() > budget.setuidFiles().getAsInt()) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "the image has " + privileged.size() + " setuid or setgid files, its budget is "
                            + budget.setuidFiles().getAsInt() + ": " + privileged,
                    HINT);
        }
    }

    static void checkSize(Variant variant, long imageBytes) throws BuildException {
        BudgetSpec budget = variant.budget();
        if (budget.imageSizeBytes().isPresent()
                && imageBytes > budget.imageSizeBytes().getAsLong()) {
            throw new BuildException(
                    FailureCode.DOES_NOT_FIT,
                    "the root file system has " + imageBytes + " bytes, its budget is "
                            + budget.imageSizeBytes().getAsLong() + ": "
                            + (imageBytes - budget.imageSizeBytes().getAsLong()) + " too many",
                    HINT);
        }
    }
}
