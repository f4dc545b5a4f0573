package dev.caisson.repository;

import java.io.IOException;

/** Well-formed, correctly signed metadata that must not be used, or that lacks what is asked of it. */
public final class RepositoryException extends IOException {
    /** What is wrong. */
    public enum Kind {
        /** Valid-Until has passed. */
        EXPIRED,
        /** Date lies in the future. */
        NOT_YET_VALID,
        /** Older than metadata of the same suite that was seen before. */
        DOWNGRADE,
        /** The file describes another suite than the one asked for. */
        WRONG_SUITE,
        /** The suite does not have the component. */
        NO_SUCH_COMPONENT,
        /** The suite does not have the architecture. */
        NO_SUCH_ARCHITECTURE
    }

    private final Kind kind;

    RepositoryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
