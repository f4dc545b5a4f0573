package dev.caisson.resolver;

/** Where a clause comes from, so that it can be told in words. Candidates are pool numbers. */
sealed interface Origin {
    /** The request with this index must be met. */
    record Requested(int index, Dependency request) implements Origin {}

    /** An essential package. */
    record Essential(int candidate) implements Origin {}

    /** {@code candidate} requires {@code dependency}. */
    record Required(int candidate, Dependency dependency) implements Origin {}

    /** {@code candidate} says that {@code other} (−1: a combination of packages) must not be there. */
    record Refused(int candidate, int other, Dependency dependency, String verb) implements Origin {}

    /** Two candidates of one name that exclude each other. */
    record OneVersion(int left, int right) implements Origin {}

    /** {@code candidate} gives way to {@code better}, which is of a better architecture. */
    record InferiorArchitecture(int candidate, int better) implements Origin {}
}
