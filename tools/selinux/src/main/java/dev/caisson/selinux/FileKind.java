package dev.caisson.selinux;

import java.util.Optional;

/** The types of files that rules tell apart. */
public enum FileKind {
    /** A regular file. */
    REGULAR("--"),
    /** A directory. */
    DIRECTORY("-d"),
    /** A symbolic link. */
    SYMLINK("-l"),
    /** A character device. */
    CHARACTER_DEVICE("-c"),
    /** A block device. */
    BLOCK_DEVICE("-b"),
    /** A named pipe. */
    FIFO("-p"),
    /** A socket. */
    SOCKET("-s");

    private final String flag;

    FileKind(String flag) {
        this.flag = flag;
    }

    /** How a rule says it. */
    public String flag() {
        return flag;
    }

    static Optional<FileKind> ofFlag(String flag) {
        for (FileKind kind : values()) {
            if (kind.flag.equals(flag)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
