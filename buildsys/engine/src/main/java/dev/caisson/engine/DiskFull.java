package dev.caisson.engine;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** No more bytes can be stored: the disk, a quota or the largest size of a file is reached. */
public final class DiskFull {
    /** How the systems say it; Java has no type for it. */
    private static final List<String> TEXTS = List.of(
            "no space left", // ENOSPC
            "file too large", // EFBIG
            "quota exceeded", // EDQUOT
            "not enough space on the disk"); // ERROR_DISK_FULL

    private DiskFull() {}

    /** Whether that is behind a failure. */
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = cause.getMessage() == null ? "" : cause.getMessage().toLowerCase(Locale.ROOT);
            if (cause instanceof IOException && TEXTS.stream().anyMatch(text::contains)) {
                return true;
            }
        }
        return false;
    }

    /** The failure as people see it. */
    public static BuildException failure(IOException cause) {
        return new BuildException(
                FailureCode.DOES_NOT_FIT,
                "the disk is full: " + cause.getMessage(),
                "free some space, or choose another place with --output and --cache",
                cause);
    }
}
