package dev.caisson.engine.work;

import java.util.concurrent.ExecutionException;

/** Takes the wrappers of the executors off an exception. */
final class Failures {
    private Failures() {}

    static Exception unwrap(Throwable wrapped) {
        Throwable cause = wrapped;
        while ((cause instanceof ExecutionException || cause.getClass() == RuntimeException.class)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return (Exception) cause;
    }
}
