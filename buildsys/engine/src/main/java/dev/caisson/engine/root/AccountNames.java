package dev.caisson.engine.root;

import dev.caisson.engine.BuildException;
import dev.caisson.engine.FailureCode;
import dev.caisson.filetree.FileTree;
import java.io.IOException;

/** Turns owner names into the numbers that an image's own account files give them. */
public final class AccountNames {
    private final Accounts accounts = new Accounts();

    /** Reads {@code /etc/passwd} and {@code /etc/group} of a tree. */
    public AccountNames(FileTree tree) throws IOException {
        accounts.readPasswd(tree.text("/etc/passwd", TextFiles.LIMIT_BYTES).orElse(""));
        accounts.readGroup(tree.text("/etc/group", TextFiles.LIMIT_BYTES).orElse(""));
    }

    /** The uid of a name or of a number in digits. */
    public long uid(String name, String where) throws BuildException {
        if (name.matches("\\d{1,10}")) {
            return Long.parseLong(name);
        }
        if (name.equals("root")) {
            return 0;
        }
        return accounts.user(name)
                .orElseThrow(() -> unknown("user", name, where))
                .uid();
    }

    /** The gid of a name or of a number in digits. */
    public long gid(String name, String where) throws BuildException {
        if (name.matches("\\d{1,10}")) {
            return Long.parseLong(name);
        }
        if (name.equals("root")) {
            return 0;
        }
        return accounts.group(name)
                .orElseThrow(() -> unknown("group", name, where))
                .gid();
    }

    private static BuildException unknown(String kind, String name, String where) {
        return new BuildException(
                FailureCode.CONTENT,
                where + ": the " + kind + " " + name + " does not exist in the image",
                "declare it under " + kind + "s, or add the package that makes it");
    }
}
