package dev.caisson.engine;

/** Why a command ended without success. The exit codes are documented and stable. */
public enum FailureCode {
    /** A bug of this program. */
    INTERNAL(1),
    /** Wrong words on the command line. */
    USAGE(2),
    /** The manifest has errors; they are shown all at once. */
    MANIFEST(3),
    /** No set of packages satisfies the requests. */
    UNSOLVABLE(4),
    /** A source could not be fetched, or its signature or digest is wrong. */
    SOURCE(5),
    /** Packages contradict each other or hold something that cannot be put into an image. */
    CONTENT(6),
    /** Something is larger than the room for it. */
    DOES_NOT_FIT(7),
    /** A key is missing or unusable, or signing failed. */
    SIGNING(8),
    /** A check of an image found a difference. */
    VERIFICATION(9),
    /** Publishing failed. */
    PUBLISHING(10),
    /** A package could not be built from its sources, or this machine cannot build any. */
    PACKAGE_BUILD(11);

    private final int exitCode;

    FailureCode(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The process exit code. */
    public int exitCode() {
        return exitCode;
    }
}
