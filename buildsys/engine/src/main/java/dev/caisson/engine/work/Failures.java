package dev.caisson.engine.work;

/** Throws again what a body has thrown in another thread. */
final class Failures {
    private Failures() {}

    /** Gives the exception to throw; errors are thrown right here. */
    static Exception rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (Exception) failure;
    }
}
